/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* EST by libcurl, which has the HTTP and the TLS. */
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "asn1/pem.h"
#include "tool/authority.h"
#include "tool/text.h"

#define WELL_KNOWN "/.well-known/est"
#define CONNECT_SECONDS 60L
#define ALL_SECONDS 300L
#define ANSWER_MAX (256u << 10)
#define HTTP_OK 200
#define HTTP_ACCEPTED 202
#define HTTP_UNAUTHORIZED 401

/** One exchange. */
struct talk {
    CURL *curl;
    struct curl_slist *headers;
    char *url, *body;
    struct file answer;
    char trouble[CURL_ERROR_SIZE];
};

static void talk_end(struct talk *talk)
{
    curl_easy_cleanup(talk->curl);
    curl_slist_free_all(talk->headers);
    free(talk->url);
    free(talk->body);
    file_free(&talk->answer);
}

static size_t on_data(char *data, size_t size, size_t count, void *user)
{
    struct talk *talk = user;

    if (count > ANSWER_MAX - talk->answer.size)
        return 0;
    memcpy(talk->answer.data + talk->answer.size, data, size * count);
    talk->answer.size += size * count;
    return size * count;
}

/** BASE with what RFC 7030 3.2.2 appends to it. */
static char *full_address(const char *base)
{
    size_t length = strlen(base);
    char *ret;

    while (length > 0 && base[length - 1] == '/')
        length--;
    if (asprintf(&ret, "%.*s%s/simpleenroll", (int)length, base, strstr(base, WELL_KNOWN) ? "" : WELL_KNOWN) < 0)
        return NULL;
    return ret;
}

static char *base64_text(struct bytes request)
{
    size_t room = PEM_BASE64_SIZE(request.size) + 1;
    char *text = calloc(1, room);
    struct buf out = buf_make((uint8_t *)text, text ? room - 1 : 0);

    if (text)
        pem_add_base64(request, &out);
    return text;
}

/** libcurl wants strings. */
static bool set_user(const struct talk *talk, const struct authority *authority, const struct secret *secret)
{
    SCOPED(secret_free) struct secret *text = NULL;

    if (!secret)
        return true;
    if (secret_new_empty(secret_size(secret) + 1, &text) != RESULT_OK)
        return false;
    buf_clear(secret_buf(text));
    buf_add(secret_buf(text), secret_bytes(secret));
    buf_add_byte(secret_buf(text), 0);
    return curl_easy_setopt(talk->curl, CURLOPT_HTTPAUTH, (long)(CURLAUTH_BASIC | CURLAUTH_DIGEST)) == CURLE_OK &&
           curl_easy_setopt(talk->curl, CURLOPT_USERNAME, authority->user) == CURLE_OK &&
           curl_easy_setopt(talk->curl, CURLOPT_PASSWORD, (const char *)secret_bytes(text).data) == CURLE_OK;
}

static bool set_server(const struct talk *talk, const struct authority *authority)
{
    return curl_easy_setopt(talk->curl, CURLOPT_URL, talk->url) == CURLE_OK &&
           curl_easy_setopt(talk->curl, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
           curl_easy_setopt(talk->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(talk->curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS) == CURLE_OK &&
           curl_easy_setopt(talk->curl, CURLOPT_TIMEOUT, ALL_SECONDS) == CURLE_OK &&
           curl_easy_setopt(talk->curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           (!authority->trusted || (curl_easy_setopt(talk->curl, CURLOPT_CAINFO, authority->trusted) == CURLE_OK &&
                                    curl_easy_setopt(talk->curl, CURLOPT_CAPATH, NULL) == CURLE_OK));
}

static bool set_exchange(struct talk *talk)
{
    talk->headers = curl_slist_append(NULL, "Content-Type: application/pkcs10");
    return talk->headers && curl_slist_append(talk->headers, "Content-Transfer-Encoding: base64") &&
           curl_easy_setopt(talk->curl, CURLOPT_HTTPHEADER, talk->headers) == CURLE_OK &&
           curl_easy_setopt(talk->curl, CURLOPT_POSTFIELDS, talk->body) == CURLE_OK &&
           curl_easy_setopt(talk->curl, CURLOPT_WRITEFUNCTION, on_data) == CURLE_OK &&
           curl_easy_setopt(talk->curl, CURLOPT_WRITEDATA, talk) == CURLE_OK &&
           curl_easy_setopt(talk->curl, CURLOPT_ERRORBUFFER, talk->trouble) == CURLE_OK;
}

/** What stands in an answer that is no certificate, for the person: its first line, printable. */
static void first_line(const struct file *answer, char *ret, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < answer->size && used + 1 < size && answer->data[i] != '\n'; i++)
        ret[used++] = (char)(answer->data[i] < 0x20 || answer->data[i] >= 0x7F ? '?' : answer->data[i]);
    ret[used] = '\0';
}

static enum exit_code tell_status(const struct ui *ui, const struct talk *talk, long status)
{
    char text[128];

    first_line(&talk->answer, text, sizeof(text));
    if (status == HTTP_ACCEPTED)
        return ui_fail(ui, EXIT_CODE_AUTHORITY, _("Send the same request again later."),
                       _("the certification authority has not decided yet"));
    if (status == HTTP_UNAUTHORIZED)
        return ui_fail(ui, EXIT_CODE_AUTHORITY, _("Give the name with --user and the right secret."),
                       _("the certification authority does not let you in"));
    return ui_fail(ui, EXIT_CODE_AUTHORITY, _("Nothing was written. Ask the certification authority why."),
                   _("the certification authority refused (HTTP %ld): %s"), status, text);
}

static enum exit_code exchange(const struct ui *ui, const struct authority *authority, const struct secret *secret,
                               struct bytes request, struct talk *talk)
{
    long status = 0;
    CURLcode code;

    talk->curl = curl_easy_init();
    talk->url = full_address(authority->est);
    talk->body = base64_text(request);
    talk->answer.data = malloc(ANSWER_MAX);
    if (!talk->curl || !talk->url || !talk->body || !talk->answer.data || !set_server(talk, authority) ||
        !set_exchange(talk) || !set_user(talk, authority, secret))
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    code = curl_easy_perform(talk->curl);
    ui_progress_end(ui);
    if (code != CURLE_OK)
        return ui_fail(ui, EXIT_CODE_AUTHORITY, _("Nothing was written. Check the address and --trusted."),
                       _("the certification authority cannot be reached: %s"),
                       *talk->trouble ? talk->trouble : curl_easy_strerror(code));
    curl_easy_getinfo(talk->curl, CURLINFO_RESPONSE_CODE, &status);
    return status == HTTP_OK ? EXIT_CODE_OK : tell_status(ui, talk, status);
}

enum exit_code est_enroll(const struct ui *ui, const struct authority *authority, const struct secret *secret,
                          struct bytes request, struct file *ret)
{
    SCOPED(talk_end) struct talk talk = { .curl = NULL };

    *ret = (struct file){ 0 };
    TRY_CODE(exchange(ui, authority, secret, request, &talk));
    *ret = talk.answer;
    talk.answer = (struct file){ 0 };
    return EXIT_CODE_OK;
}
