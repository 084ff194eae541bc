/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/x509.h"
#include "tool/describe.h"
#include "tool/text.h"

/** Clocks differ; a day is more than any time zone that was taken for UTC. */
#define CLOCK_LEEWAY 86400

/** The most certificates of one key whose authorities are looked for: a message may have any number. */
#define CANDIDATES_MOST 16

/** One signature being judged. */
struct opinion {
    struct cms_signer signer;
    struct bytes certificate;
    struct x509 x509;
    bool has_x509;
    struct trust_answer answer;
};

/** Exit codes of a verdict, the gravest first. */
static const struct {
    enum exit_code code;
    const char *word, *text;
} words[] = {
    { EXIT_CODE_BAD_SIGNATURE, "bad-signature", N_("BAD: it is not a signature of this content by this certificate") },
    { EXIT_CODE_UNSUPPORTED, "unsupported", N_("NOT CHECKED: its algorithm is not known here") },
    { EXIT_CODE_NOT_FOUND, "no-certificate", N_("NOT CHECKED: the signer's certificate is missing") },
    { EXIT_CODE_REVOKED, "revoked", N_("REVOKED: it fits the content, but its certificate was revoked") },
    { EXIT_CODE_UNTRUSTED, "untrusted", N_("NOT TRUSTED: it fits the content, but nobody who is trusted vouches for it") },
    { EXIT_CODE_NOT_VALID_THEN, "not-valid-then",
      N_("NOT VALID: it fits the content, but the certificate was not valid when it was made") },
    { EXIT_CODE_WRONG_USE, "wrong-use", N_("WRONG USE: it fits the content, but the certificate is not for this") },
    { EXIT_CODE_UNCHECKED, "unchecked", N_("NOT CHECKED WHOLLY: it fits the content, but not all could be checked") },
    { EXIT_CODE_OK, "good", N_("good") },
};

#define WORDS (sizeof(words) / sizeof(words[0]))

static size_t word_index(enum exit_code code)
{
    size_t i = 0;

    while (i + 1 < WORDS && words[i].code != code)
        i++;
    return i;
}

const char *verdict_word(enum exit_code code)
{
    return words[word_index(code)].word;
}

enum exit_code verdict_worse(enum exit_code a, enum exit_code b)
{
    return word_index(a) <= word_index(b) ? a : b;
}

time_t verdict_time(const struct cms_time *time)
{
    struct tm tm = { .tm_year = (int)time->year - 1900, .tm_mon = (int)time->month - 1, .tm_mday = (int)time->day,
                     .tm_hour = (int)time->hour, .tm_min = (int)time->minute, .tm_sec = (int)time->second };

    return timegm(&tm);
}

enum exit_code verdict_prepare(const struct ui *ui, const char *path, const struct cms *cms, struct hashing *hashing)
{
    struct tlv_cursor cursor = tlv_open(cms->signers);
    struct cms_signer signer;
    enum result result;
    size_t count = 0;

    while ((result = cms_next_signer(&cursor, &signer)) == RESULT_OK) {
        cms_check_prepare(&signer, hashing);
        count++;
    }
    if (result != RESULT_NOT_FOUND)
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, NULL, _("a signature in \"%s\" cannot be read: it is damaged"), path);
    if (count == 0)
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, NULL, _("\"%s\" has no signature inside: it only carries certificates"),
                       path);
    return EXIT_CODE_OK;
}

static const char *check_reason(enum cms_check check)
{
    switch (check) {
    case CMS_CHECK_GOOD:
        break;
    case CMS_CHECK_OTHER_CONTENT:
        return _("the content is not the one that was signed: it was changed, or it is another file");
    case CMS_CHECK_OTHER_TYPE:
        return _("another type of content was signed than the message has");
    case CMS_CHECK_WRONG_SIGNATURE:
        return _("the signature was not made with the certificate's key, or it was changed");
    case CMS_CHECK_OTHER_CERTIFICATE:
        return _("the signer named another certificate as their own");
    case CMS_CHECK_NO_CERTIFICATE:
        return _("the certificate is not in the signature; give it with --certificate-file");
    case CMS_CHECK_UNKNOWN:
        return _("the algorithm of the signature, of its hash or of its key is not known here");
    case CMS_CHECK_AMBIGUOUS:
        return _("the content may be a piece of another message that was signed; it proves nothing");
    }
    return "";
}

static enum exit_code check_code(enum cms_check check)
{
    switch (check) {
    case CMS_CHECK_GOOD:
        return EXIT_CODE_OK;
    case CMS_CHECK_NO_CERTIFICATE:
        return EXIT_CODE_NOT_FOUND;
    case CMS_CHECK_UNKNOWN:
        return EXIT_CODE_UNSUPPORTED;
    case CMS_CHECK_OTHER_CONTENT:
    case CMS_CHECK_OTHER_TYPE:
    case CMS_CHECK_WRONG_SIGNATURE:
    case CMS_CHECK_OTHER_CERTIFICATE:
    case CMS_CHECK_AMBIGUOUS:
        break;
    }
    return EXIT_CODE_BAD_SIGNATURE;
}

static void opinion_set(struct opinion *opinion, enum exit_code code, const char *reason)
{
    opinion->answer.code = code;
    snprintf(opinion->answer.reason, sizeof(opinion->answer.reason), "%s", reason);
}

static bool is_weak(const struct cms_signer *signer)
{
    return cms_check_hash_is_weak(signer->hash) || cms_check_hash_is_weak(signer->algorithm.hash);
}

/** Certificates that may stand between the signer's and an authority: those of the message and the others. */
static enum exit_code gather(const struct ui *ui, const struct verdict_case *verdict_case, struct der_list *ret)
{
    struct tlv_cursor cursor = tlv_open(verdict_case->cms->certificates);
    struct bytes certificate;

    while (cms_next_certificate(&cursor, &certificate) == RESULT_OK)
        TRY_CODE(der_list_add(ui, ret, certificate));
    for (size_t i = 0; i < verdict_case->others->count; i++)
        TRY_CODE(der_list_add(ui, ret, verdict_case->others->rows[i]));
    return EXIT_CODE_OK;
}

static void opinion_take(struct opinion *opinion, struct bytes certificate)
{
    opinion->certificate = certificate;
    opinion->has_x509 = certificate.size > 0 && x509_read(certificate, &opinion->x509) == RESULT_OK;
}

/**
 * Several certificates can be of the key that signed, one ended and its successor say: who did not bind one of them meant
 * any, and the one of which most good is to be said is the signer's.
 */
static void judge_others(const struct verdict_case *verdict_case, const struct der_list *chain, time_t at,
                         struct opinion *opinion)
{
    struct cms_candidates candidates = cms_candidates_of(verdict_case->cms, &opinion->signer, verdict_case->others);
    struct bytes candidate;

    for (unsigned left = CANDIDATES_MOST; left > 0 && opinion->answer.code != EXIT_CODE_OK &&
                                          cms_candidates_next(&candidates, &candidate);) {
        struct trust_answer answer;

        if (bytes_equal(candidate, opinion->certificate) ||
            cms_check_with(verdict_case->cms, &opinion->signer, verdict_case->hashing, candidate) != CMS_CHECK_GOOD)
            continue;
        left--;
        trust_judge(verdict_case->trust, candidate, chain, at, &answer);
        if (trust_answer_weight(&answer) <= trust_answer_weight(&opinion->answer))
            continue;
        opinion->answer = answer;
        opinion_take(opinion, candidate);
    }
}

static void judge(const struct verdict_case *verdict_case, const struct der_list *chain, struct opinion *opinion)
{
    const struct cms_signer *signer = &opinion->signer;
    time_t now = time(NULL), at = signer->has_time ? verdict_time(&signer->time) : now;
    struct bytes certificate;
    enum cms_check check = cms_check_signer(verdict_case->cms, signer, verdict_case->hashing, verdict_case->others,
                                            &certificate);

    opinion_take(opinion, certificate);
    opinion->answer = (struct trust_answer){ 0 }; /* the signature before this one may have had an authority */
    opinion_set(opinion, check_code(check), check_reason(check));
    if (check != CMS_CHECK_GOOD)
        return;
    trust_judge(verdict_case->trust, certificate, chain, at, &opinion->answer);
    judge_others(verdict_case, chain, at, opinion);
    if (opinion->answer.code == EXIT_CODE_OK && at > now + CLOCK_LEEWAY)
        opinion_set(opinion, EXIT_CODE_NOT_VALID_THEN, _("the time of signing lies in the future"));
    if (is_weak(signer) && opinion->answer.code != EXIT_CODE_REVOKED)
        opinion_set(opinion, EXIT_CODE_UNTRUSTED,
                    _("its hash SHA-1 is broken: another content with the same signature can be made"));
}

static const char *hash_name(enum hash hash)
{
    static const char *const names[] = {
        [HASH_NONE] = "",          [HASH_SHA1] = "SHA-1",         [HASH_SHA224] = "SHA-224",
        [HASH_SHA256] = "SHA-256", [HASH_SHA384] = "SHA-384",     [HASH_SHA512] = "SHA-512",
        [HASH_SHA3_224] = "SHA3-224", [HASH_SHA3_256] = "SHA3-256", [HASH_SHA3_384] = "SHA3-384",
        [HASH_SHA3_512] = "SHA3-512", [HASH_STREEBOG_256] = "GOST R 34.11-2012 256",
        [HASH_STREEBOG_512] = "GOST R 34.11-2012 512", [HASH_GOST94] = "GOST R 34.11-94",
    };

    return names[hash];
}

/** Nothing speaks against the signature. */
static bool is_open(enum exit_code code)
{
    return code == EXIT_CODE_OK || code == EXIT_CODE_UNCHECKED;
}

/** What is true of a signature beside the verdict, and a person should know. */
static void tell_notes(const struct ui *ui, const struct opinion *opinion)
{
    const struct cms_signer *signer = &opinion->signer;

    if (!signer->has_time)
        ui_say(ui, "    %s", _("It does not say when it was made; the certificate was judged as of now."));
    if (!opinion->answer.revocation_checked && is_open(opinion->answer.code))
        ui_say(ui, "    %s", _("Whether its certificate was revoked was not checked: --crl takes a list of its authority."));
    if (signer->certificate_digest.size == 0)
        ui_say(ui, "    %s", _("It does not bind the certificate (no signingCertificate): it is no CAdES."));
}

static void tell_signer(const struct ui *ui, const struct opinion *opinion)
{
    char name[DESCRIBE_NAME_MAX], issuer[DESCRIBE_NAME_MAX], serial[128], from[32], to[32], algorithm[64];
    const struct x509 *x509 = &opinion->x509;

    if (!opinion->has_x509)
        return;
    describe_name(x509->subject, name, sizeof(name));
    ui_say(ui, _("    Signer: %s"), name);
    describe_bearer(x509->issuer, issuer, sizeof(issuer));
    describe_serial(x509->serial, serial, sizeof(serial));
    describe_date(&x509->not_before, from, sizeof(from));
    describe_date(&x509->not_after, to, sizeof(to));
    ui_say(ui, _("    Certificate: number %s by \"%s\", valid from %s to %s"), serial, issuer, from, to);
    key_algorithm(&x509->key, algorithm, sizeof(algorithm));
    ui_say(ui, _("    Algorithm: %s, %s"), algorithm, hash_name(opinion->signer.hash));
}

static void tell(const struct ui *ui, size_t number, const struct opinion *opinion)
{
    size_t word = word_index(opinion->answer.code);
    enum ui_colour colour = opinion->answer.code == EXIT_CODE_OK          ? UI_GOOD
                            : opinion->answer.code == EXIT_CODE_UNCHECKED ? UI_WARNING
                                                                          : UI_BAD;
    char moment[64];

    ui_say(ui, _("Signature %zu: %s%s%s"), number, ui_colour(ui, colour), gettext(words[word].text), ui_colour(ui, UI_PLAIN));
    if (*opinion->answer.reason)
        ui_say(ui, _("    Because: %s"), opinion->answer.reason);
    tell_signer(ui, opinion);
    if (opinion->signer.has_time) {
        time_t at = verdict_time(&opinion->signer.time);

        strftime(moment, sizeof(moment), _("%Y-%m-%d %H:%M:%S UTC"), gmtime(&at));
        ui_say(ui, _("    Time: %s, by the signer's own clock"), moment);
    }
    if (*opinion->answer.anchor)
        ui_say(ui, opinion->answer.chain_checked ? _("    Trusted authority: %s") : _("    Names as its authority (NOT checked): %s"),
               opinion->answer.anchor);
    tell_notes(ui, opinion);
}

static json_t *opinion_json(const struct opinion *opinion)
{
    char subject[DESCRIBE_NAME_MAX] = "", issuer[DESCRIBE_NAME_MAX] = "", serial[128] = "", algorithm[64] = "",
         from[16] = "", to[16] = "", moment[32] = "";
    const struct x509 *x509 = &opinion->x509;
    const struct cms_time *time = &opinion->signer.time;
    const struct trust_answer *answer = &opinion->answer;

    if (opinion->has_x509) {
        describe_name(x509->subject, subject, sizeof(subject));
        describe_name(x509->issuer, issuer, sizeof(issuer));
        describe_serial(x509->serial, serial, sizeof(serial));
        describe_date_iso(&x509->not_before, from, sizeof(from));
        describe_date_iso(&x509->not_after, to, sizeof(to));
        key_algorithm(&x509->key, algorithm, sizeof(algorithm));
    }
    if (opinion->signer.has_time)
        snprintf(moment, sizeof(moment), "%04u-%02u-%02uT%02u:%02u:%02uZ", time->year, time->month, time->day, time->hour,
                 time->minute, time->second);
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "verdict",
                     verdict_word(answer->code), "exit", (int)answer->code, "reason", answer->reason, "signer", subject,
                     "issuer", issuer, "serial", serial, "not_before", from, "not_after", to, "signed_at", moment, "algorithm",
                     algorithm, "hash", hash_name(opinion->signer.hash), "authority",
                     answer->chain_checked ? answer->anchor : "", "authority_not_checked",
                     answer->chain_checked ? "" : answer->anchor, "revocation_checked", answer->revocation_checked,
                     "binds_certificate", opinion->signer.certificate_digest.size > 0);
}

static void opinion_free(struct opinion **opinion)
{
    free(*opinion);
}

static enum exit_code tell_memory(const struct ui *ui, json_t **json)
{
    json_decref(*json);
    *json = NULL;
    return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("the result cannot be written as JSON"));
}

enum exit_code verdict_tell(const struct ui *ui, const struct verdict_case *verdict_case, json_t **json)
{
    SCOPED(der_list_free) struct der_list chain = { 0 };
    SCOPED(opinion_free) struct opinion *opinion = calloc(1, sizeof(*opinion));
    struct tlv_cursor cursor = tlv_open(verdict_case->cms->signers);
    enum exit_code worst = EXIT_CODE_OK;

    *json = NULL;
    TRY_CODE(gather(ui, verdict_case, &chain));
    trust_add_crls(verdict_case->trust, verdict_case->cms->crls);
    *json = opinion ? json_array() : NULL;
    if (!*json)
        return tell_memory(ui, json);
    for (size_t number = 1; cms_next_signer(&cursor, &opinion->signer) == RESULT_OK; number++) {
        judge(verdict_case, &chain, opinion);
        tell(ui, number, opinion);
        if (json_array_append_new(*json, opinion_json(opinion)) < 0)
            return tell_memory(ui, json);
        worst = verdict_worse(worst, opinion->answer.code);
    }
    return worst;
}
