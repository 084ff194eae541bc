/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/authority.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tool/prompt.h"
#include "tool/text.h"

void authority_rows(struct authority *authority, struct option_row *rows)
{
    const struct option_row all[AUTHORITY_ROWS] = {
        { "cmp", N_("URL"), N_("send it by CMP (RFC 4210) to this http:// address"), OPTION_TEXT, &authority->cmp },
        { "est", N_("URL"), N_("send it by EST (RFC 7030) to this https:// address"), OPTION_TEXT, &authority->est },
        { "trusted", N_("FILE"), N_("PEM file of the authorities that its answer (CMP) or server (EST) must lead to"), OPTION_TEXT,
          &authority->trusted },
        { "user", N_("NAME"), N_("name (CMP: reference) that the authority gave you with a secret"), OPTION_TEXT,
          &authority->user },
        { "secret-source", N_("FILE"), N_("read that secret from this file, its first line"), OPTION_TEXT,
          &authority->secret_source },
        { "secret-fd", N_("NUMBER"), N_("read that secret from this file descriptor"), OPTION_NUMBER, &authority->secret_fd },
        { "recipient", N_("NAME"), N_("distinguished name of the CMP authority, as /O=Example/CN=CA"), OPTION_TEXT,
          &authority->recipient },
    };

    *authority = (struct authority){ .secret_fd = -1 };
    memcpy(rows, all, sizeof(all));
}

/** URL says who somebody is, and perhaps a secret (RFC 3986 3.2.1). */
static bool has_user(const char *url)
{
    const char *authority = url ? strstr(url, "://") : NULL;

    return authority && memchr(authority + 3, '@', strcspn(authority + 3, "/?#"));
}

enum exit_code authority_check(const struct ui *ui, const struct authority *authority)
{
    if (has_user(authority->cmp) || has_user(authority->est))
        return ui_fail(ui, EXIT_CODE_USAGE, _("Use --user, and --secret-source or --secret-fd."),
                       _("a secret in an address can be seen by everybody on this machine; it was not used"));
    if (authority->cmp && authority->est)
        return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--cmp and --est are two ways: name one"));
    if (authority->cmp && strncmp(authority->cmp, "http://", 7) != 0)
        return ui_fail(ui, EXIT_CODE_USAGE, _("CMP messages protect themselves: the secret or --trusted does it."),
                       _("--cmp takes an http:// address, not \"%s\""), authority->cmp);
    if (authority->est && strncmp(authority->est, "https://", 8) != 0)
        return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--est takes an https:// address, not \"%s\""), authority->est);
    if (authority->cmp && !authority->user && !authority->trusted)
        return ui_fail(ui, EXIT_CODE_USAGE, _("Say --user, the reference that you got with a secret, or --trusted."),
                       _("nobody could tell who answers"));
    return EXIT_CODE_OK;
}

static enum exit_code read_secret(const struct ui *ui, const struct authority *authority, struct secret **ret)
{
    enum exit_code code;
    int fd;

    *ret = NULL;
    if (!authority->user)
        return EXIT_CODE_OK;
    if (authority->secret_fd >= 0) {
        fcntl((int)authority->secret_fd, F_SETFD, FD_CLOEXEC);
        return prompt_secret_from(ui, (int)authority->secret_fd, _("the secret's descriptor"), ret);
    }
    if (!authority->secret_source)
        return prompt_secret(ui, _("Secret of the certification authority"), ret);
    fd = open(authority->secret_source, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ui_fail(ui, EXIT_CODE_NOT_FOUND, NULL, _("\"%s\" cannot be read: %s"), authority->secret_source,
                       strerror(errno));
    code = prompt_secret_from(ui, fd, authority->secret_source, ret);
    close(fd);
    return code;
}

/** The certificate of REQUEST's key among those that came. */
static const struct x509 *find_leaf(const struct certificates *certificates, const struct csr *request)
{
    for (size_t i = 0; i < certificates->count; i++)
        if (certificates->rows[i].has_key && pubkey_equal(&certificates->rows[i].key, &request->key))
            return &certificates->rows[i];
    return NULL;
}

enum exit_code authority_ask(const struct ui *ui, const struct authority *authority, const struct request *request,
                             struct certificates *ret, const struct x509 **leaf)
{
    SCOPED(secret_free) struct secret *secret = NULL;
    SCOPED(file_free) struct file answer = { 0 };

    *ret = (struct certificates){ 0 };
    TRY_CODE(read_secret(ui, authority, &secret));
    ui_progress(ui, _("Asking the certification authority …"), 0, 0);
    TRY_CODE(authority->cmp ? cmp_enroll(ui, authority, secret, request->der, &answer)
                            : est_enroll(ui, authority, secret, request->der, &answer));
    ui_progress_end(ui);
    if (certificates_take(ui, _("the authority's answer"), file_bytes(&answer), ret) != EXIT_CODE_OK)
        return EXIT_CODE_AUTHORITY;
    *leaf = find_leaf(ret, request->csr);
    if (*leaf)
        return EXIT_CODE_OK;
    certificates_free(ret);
    return ui_fail(ui, EXIT_CODE_AUTHORITY, _("Ask the certification authority what happened."),
                   _("the authority answered with a certificate for another key; nothing was written"));
}
