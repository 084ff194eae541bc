/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * secrets: where a PIN, a management key, a derived key and a decrypted text are while the module has them, and that they are
 * nowhere afterwards. Beside a token with the keys 01 (RSA) and 03 (P-256);
 * the PIN is 13572468, and the management key the factory's until the story "prepare" was told.
 *
 *     secrets MODULE STORY [FOLDER]
 */
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/e2e/client.h"
#include "tests/e2e/memory.h"

#define KEY_SIZE 32
#define TEXT_SIZE 24
#define ADMIN_SIZE 24

/* What nobody may find. */
enum { PIN, ADMIN, ADMIN_TEXT, DERIVED, PLAIN, PATTERNS };

static struct pattern patterns[PATTERNS];

/* The PIN, the management key and a text are computed: no copy of them is in the program's file. */
static void patterns_make(void)
{
    uint8_t bytes[PATTERN_MAX];
    volatile uint8_t first = '1'; /* else the compiler computes the PIN, and puts it into the program's file */

    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(first + 2 * i);
        bytes[4 + i] = (uint8_t)(first + 1 + 2 * i);
    }
    pattern_take(&patterns[PIN], "the PIN", bytes, 8);
    for (unsigned i = 0; i < ADMIN_SIZE; i++)
        bytes[i] = (uint8_t)((first + 0x0C) ^ (i * 53 + 7));
    pattern_take(&patterns[ADMIN], "the management key", bytes, ADMIN_SIZE);
    patterns[ADMIN_TEXT] = pattern_hex(&patterns[ADMIN], false);
    patterns[ADMIN_TEXT].name = "the management key as text";
    for (unsigned i = 0; i < TEXT_SIZE; i++)
        bytes[i] = (uint8_t)((first + 0x60) ^ (i * 29));
    pattern_take(&patterns[PLAIN], "the decrypted text", bytes, TEXT_SIZE);
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, const struct pattern *pattern)
{
    uint8_t pin[PATTERN_MAX];
    CK_RV rv;

    pattern_show(pattern, pin);
    rv = p11->C_Login(session, user, pin, pattern->size);
    explicit_bzero(pin, sizeof(pin));
    return rv;
}

/* The key agreed on with the token's own point. */
static void derive(CK_SESSION_HANDLE session)
{
    CK_BYTE point[140], value[KEY_SIZE];
    CK_ATTRIBUTE ask_point = { CKA_EC_POINT, point, sizeof(point) }, ask_value = { CKA_VALUE, value, sizeof(value) };
    CK_ECDH1_DERIVE_PARAMS params = { CKD_NULL, 0, NULL, 0, point };
    CK_MECHANISM mechanism = { CKM_ECDH1_DERIVE, &params, sizeof(params) };
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_KEY_TYPE generic = CKK_GENERIC_SECRET;
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE template[] = { { CKA_TOKEN, &no, sizeof(no) },          { CKA_PRIVATE, &yes, sizeof(yes) },
                                { CKA_CLASS, &class, sizeof(class) },    { CKA_KEY_TYPE, &generic, sizeof(generic) },
                                { CKA_SENSITIVE, &no, sizeof(no) },      { CKA_EXTRACTABLE, &yes, sizeof(yes) } };
    CK_OBJECT_HANDLE secret;

    CLIENT_OK(p11->C_GetAttributeValue(session, client_find(session, CKO_PUBLIC_KEY, 3), &ask_point, 1));
    params.ulPublicDataLen = ask_point.ulValueLen;
    CLIENT_OK(p11->C_DeriveKey(session, &mechanism, client_find(session, CKO_PRIVATE_KEY, 3), template, 6, &secret));
    CLIENT_OK(p11->C_GetAttributeValue(session, secret, &ask_value, 1));
    CLIENT_NEED(ask_value.ulValueLen == KEY_SIZE);
    pattern_take(&patterns[DERIVED], "the derived key", value, KEY_SIZE);
}

static void decrypt(CK_SESSION_HANDLE session)
{
    CK_MECHANISM mechanism = { CKM_RSA_PKCS, NULL, 0 };
    CK_BYTE cipher[512], plain[512];
    CK_ULONG cipher_size = sizeof(cipher), plain_size = sizeof(plain);
    struct pattern back;

    pattern_show(&patterns[PLAIN], plain);
    CLIENT_OK(p11->C_EncryptInit(session, &mechanism, client_find(session, CKO_PUBLIC_KEY, 1)));
    CLIENT_OK(p11->C_Encrypt(session, plain, TEXT_SIZE, cipher, &cipher_size));
    explicit_bzero(plain, sizeof(plain));
    CLIENT_OK(p11->C_DecryptInit(session, &mechanism, client_find(session, CKO_PRIVATE_KEY, 1)));
    CLIENT_OK(p11->C_Decrypt(session, cipher, cipher_size, plain, &plain_size));
    CLIENT_NEED(plain_size == TEXT_SIZE);
    pattern_take(&back, "", plain, TEXT_SIZE);
    CLIENT_NEED(memcmp(back.masked, patterns[PLAIN].masked, TEXT_SIZE) == 0);
}

/* A session in which everything was used that is secret, and the user is logged in. */
static CK_SESSION_HANDLE use_everything(void)
{
    CK_SESSION_HANDLE session;

    client_initialize();
    session = client_session(client_slot(0), true);
    CLIENT_OK(login(session, CKU_SO, &patterns[ADMIN_TEXT]));
    CLIENT_OK(p11->C_Logout(session));
    CLIENT_OK(login(session, CKU_USER, &patterns[PIN]));
    decrypt(session);
    derive(session);
    return session;
}

/* The factory's management key is no secret, and is in the module: the token gets another one. */
static void story_prepare(const char *folder)
{
    CK_BYTE factory[] = "010203040506070801020304050607080102030405060708", mine[PATTERN_MAX];
    const CK_ULONG size = 2 * (CK_ULONG)ADMIN_SIZE;
    CK_SESSION_HANDLE session;

    (void)folder;
    client_initialize();
    session = client_session(client_slot(0), true);
    pattern_show(&patterns[ADMIN_TEXT], mine);
    CLIENT_OK(p11->C_Login(session, CKU_SO, factory, size));
    CLIENT_OK(p11->C_SetPIN(session, factory, size, mine, size));
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void nothing_is_found(const char *when)
{
    unsigned found = 0;

    for (unsigned i = 0; i < PATTERNS; i++) {
        struct sightings seen = patterns[i].size > 0 ? memory_search(&patterns[i]) : (struct sightings){ 0 };

        if (seen.count > 0)
            printf("# %s is in memory %u times %s\n", patterns[i].name, seen.count, when);
        found += seen.count;
    }
    CLIENT_NEED(found == 0);
}

static void story_memory_after_logout_and_finalize_holds_no_secret(const char *folder)
{
    CK_SESSION_HANDLE session = use_everything();

    (void)folder;
    /* the search is not blind: these two the module has to have */
    CLIENT_NEED(memory_search(&patterns[PIN]).count > 0);
    CLIENT_NEED(memory_search(&patterns[DERIVED]).count > 0);
    CLIENT_NEED(memory_search(&patterns[PLAIN]).count == 0);
    CLIENT_OK(p11->C_Logout(session));
    nothing_is_found("after C_Logout");
    CLIENT_OK(login(session, CKU_USER, &patterns[PIN]));
    derive(session);
    CLIENT_OK(p11->C_Finalize(NULL));
    nothing_is_found("after C_Finalize");
    (void)use_everything();
    CLIENT_OK(p11->C_CloseAllSessions(client_slot(0)));
    nothing_is_found("after C_CloseAllSessions");
    CLIENT_OK(p11->C_Finalize(NULL));
}

/* While the module has it, each copy lies where it is neither swapped nor dumped nor inherited. */
static void story_secrets_in_use_are_locked_and_left_out_of_core_files(const char *folder)
{
    CK_SESSION_HANDLE session = use_everything();
    static const int in_use[] = { PIN, DERIVED };

    (void)folder;
    for (unsigned i = 0; i < 2; i++) {
        struct sightings seen = memory_search(&patterns[in_use[i]]);

        printf("# %s: %u places, %u not locked, %u dumped, %u inherited\n", patterns[in_use[i]].name, seen.count,
               seen.unlocked, seen.dumped, seen.inherited);
        CLIENT_NEED(seen.count > 0 && seen.dumped == 0 && seen.inherited == 0 && seen.unlocked == 0);
    }
    CLIENT_OK(p11->C_Logout(session));
    CLIENT_OK(p11->C_Finalize(NULL));
}

/* A child in the middle of a session is killed and leaves a core file in FOLDER. */
static void core_leave(const char *folder)
{
    const struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
    uint8_t *marker = malloc(TEXT_SIZE);

    CLIENT_NEED(chdir(folder) == 0 && setrlimit(RLIMIT_CORE, &limit) == 0 && marker != NULL);
    (void)use_everything();
    /* ordinary memory, to see that the file shows what is in memory */
    pattern_show(&patterns[PLAIN], marker);
    abort();
}

/* The derived key is the same each time: both points are the token's. */
static void story_a_core_file_holds_no_secret(const char *folder)
{
    char path[512];
    int status = 0;
    long marker;
    pid_t child = fork();

    CLIENT_NEED(child >= 0);
    if (child == 0)
        core_leave(folder);
    CLIENT_NEED(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    CLIENT_OK(p11->C_Finalize(NULL) == CKR_CRYPTOKI_NOT_INITIALIZED ? CKR_OK : CKR_GENERAL_ERROR);
    (void)use_everything();
    CLIENT_OK(p11->C_Finalize(NULL));
    CLIENT_NEED(WCOREDUMP(status));
    snprintf(path, sizeof(path), "%s/core", folder);
    if (access(path, R_OK) != 0)
        snprintf(path, sizeof(path), "%s/core.%d", folder, (int)child);
    marker = file_search(path, &patterns[PLAIN]);
    CLIENT_NEED(marker > 0);
    for (unsigned i = 0; i < PATTERNS; i++)
        if (i != PLAIN) {
            long found = file_search(path, &patterns[i]);

            if (found != 0)
                printf("# %s is in the core file %ld times\n", patterns[i].name, found);
            CLIENT_NEED(found == 0);
        }
    unlink(path);
}

static void log_search(const char *path, const struct pattern *pattern, const char *form)
{
    long found = file_search(path, pattern);

    if (found != 0)
        printf("# %s is in the log %ld times, as %s\n", pattern->name, found, form);
    CLIENT_NEED(found == 0);
}

/* $ECP_PKCS11_TRACE is 3:FOLDER/trace. */
static void story_a_log_at_the_highest_level_holds_no_secret(const char *folder)
{
    CK_SESSION_HANDLE session = use_everything();
    struct pattern known;
    char path[512], word[] = "C_DeriveKey";

    CLIENT_OK(p11->C_Logout(session));
    CLIENT_OK(p11->C_Finalize(NULL));
    snprintf(path, sizeof(path), "%s/trace", folder);
    pattern_take(&known, "a call", word, strlen(word));
    CLIENT_NEED(file_search(path, &known) > 0);
    for (unsigned i = 0; i < PATTERNS; i++) {
        const struct pattern capital = pattern_hex(&patterns[i], true), small = pattern_hex(&patterns[i], false);

        log_search(path, &patterns[i], "it is");
        log_search(path, &capital, "capital hexadecimal");
        log_search(path, &small, "small hexadecimal");
    }
}

struct story {
    const char *name;
    void (*run)(const char *folder);
};

#define STORY(name) { #name, story_##name }

/* The first one makes the token that the others begin with. */
static const struct story stories[] = {
    STORY(prepare),
    STORY(memory_after_logout_and_finalize_holds_no_secret),
    STORY(secrets_in_use_are_locked_and_left_out_of_core_files),
    STORY(a_core_file_holds_no_secret),
    STORY(a_log_at_the_highest_level_holds_no_secret),
};

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
        if (argc < 4) {
            if (i > 0)
                printf("%s\n", stories[i].name);
        } else if (strcmp(argv[2], stories[i].name) == 0) {
            client_load(argv[1]);
            patterns_make();
            stories[i].run(argv[3]);
            printf("ok - %s\n", stories[i].name);
            return 0;
        }
    }
    return argc < 4 ? 0 : 2;
}
