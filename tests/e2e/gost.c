/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gost: what pkcs11-tool cannot be asked for, to be compared with what other software says.
 *
 *     gost MODULE PIN spki ID OUT                 CKA_PUBLIC_KEY_INFO of a public key
 *     gost MODULE PIN hmac MECHANISM KEY IN OUT   an HMAC with a secret key, in parts
 *     gost MODULE PIN agree ID POINT UKM OUT      CKM_GOSTR3410_12_DERIVE, CKD_NULL; POINT is X || Y, little-endian
 *     gost MODULE PIN generate ID MECHANISM SET   a key pair with this parameter set (DER, hexadecimal); prints the failure
 *
 * ID and MECHANISM are hexadecimal numbers; KEY, IN, OUT, POINT, UKM are files.
 */
#include <string.h>

#include "pkcs11-headers/pkcs11-gost.h"
#include "tests/e2e/client.h"

#define FILE_MAX 65536

/* A file's contents. */
struct contents {
    CK_BYTE data[FILE_MAX];
    CK_ULONG size;
};

static void contents_load(const char *path, struct contents *ret)
{
    FILE *file = fopen(path, "rb");

    CLIENT_NEED(file != NULL);
    ret->size = fread(ret->data, 1, sizeof(ret->data), file);
    CLIENT_NEED(ret->size < sizeof(ret->data));
    fclose(file);
}

static void contents_save(const char *path, const CK_BYTE *data, CK_ULONG size)
{
    FILE *file = fopen(path, "wb");

    CLIENT_NEED(file != NULL);
    CLIENT_NEED(fwrite(data, 1, size, file) == size);
    CLIENT_NEED(fclose(file) == 0);
}

static CK_ULONG number(const char *text)
{
    return strtoul(text, NULL, 16);
}

static void attribute_save(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, const char *path)
{
    static CK_BYTE value[1024];
    CK_ATTRIBUTE template = { type, value, sizeof(value) };

    CLIENT_OK(p11->C_GetAttributeValue(session, object, &template, 1));
    CLIENT_NEED(template.ulValueLen > 0);
    contents_save(path, value, template.ulValueLen);
}

static void run_spki(CK_SESSION_HANDLE session, char **words)
{
    CK_OBJECT_HANDLE key = client_find(session, CKO_PUBLIC_KEY, (CK_BYTE)number(words[0]));

    CLIENT_NEED(key != CK_INVALID_HANDLE);
    attribute_save(session, key, CKA_PUBLIC_KEY_INFO, words[1]);
}

static CK_OBJECT_HANDLE secret_key(CK_SESSION_HANDLE session, struct contents *value)
{
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_GENERIC_SECRET;
    CK_BBOOL yes = CK_TRUE;
    CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof(class) },
                                { CKA_KEY_TYPE, &type, sizeof(type) },
                                { CKA_SIGN, &yes, sizeof(yes) },
                                { CKA_VALUE, value->data, value->size } };
    CK_OBJECT_HANDLE key;

    CLIENT_OK(p11->C_CreateObject(session, template, 4, &key));
    return key;
}

static void run_hmac(CK_SESSION_HANDLE session, char **words)
{
    static struct contents key, input;
    CK_MECHANISM mechanism = { number(words[0]), NULL, 0 };
    CK_BYTE out[64];
    CK_ULONG size = sizeof(out);

    contents_load(words[1], &key);
    contents_load(words[2], &input);
    CLIENT_OK(p11->C_SignInit(session, &mechanism, secret_key(session, &key)));
    for (CK_ULONG done = 0, part; done < input.size; done += part) {
        part = input.size - done < 1000 ? input.size - done : 1000;
        CLIENT_OK(p11->C_SignUpdate(session, input.data + done, part));
    }
    CLIENT_OK(p11->C_SignFinal(session, out, &size));
    contents_save(words[3], out, size);
}

static void run_agree(CK_SESSION_HANDLE session, char **words)
{
    static struct contents point, ukm;
    CK_GOSTR3410_DERIVE_PARAMS params = { CKD_NULL, point.data, 0, ukm.data, 0 };
    CK_MECHANISM mechanism = { CKM_GOSTR3410_12_DERIVE, &params, sizeof(params) };
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_GENERIC_SECRET;
    CK_ULONG length = 32;
    CK_BBOOL no = CK_FALSE, yes = CK_TRUE;
    CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof(class) },
                                { CKA_KEY_TYPE, &type, sizeof(type) },
                                { CKA_TOKEN, &no, sizeof(no) },
                                { CKA_SENSITIVE, &no, sizeof(no) },
                                { CKA_EXTRACTABLE, &yes, sizeof(yes) },
                                { CKA_VALUE_LEN, &length, sizeof(length) } };
    CK_OBJECT_HANDLE key = client_find(session, CKO_PRIVATE_KEY, (CK_BYTE)number(words[0])), derived;

    CLIENT_NEED(key != CK_INVALID_HANDLE);
    contents_load(words[1], &point);
    contents_load(words[2], &ukm);
    params.ulPublicDataLen = point.size;
    params.ulUKMLen = ukm.size;
    CLIENT_OK(p11->C_DeriveKey(session, &mechanism, key, template, 6, &derived));
    attribute_save(session, derived, CKA_VALUE, words[3]);
}

static void run_generate(CK_SESSION_HANDLE session, char **words)
{
    CK_MECHANISM mechanism = { number(words[1]), NULL, 0 };
    CK_BYTE set[16], id = (CK_BYTE)number(words[0]);
    CK_BBOOL yes = CK_TRUE;
    CK_ATTRIBUTE template[] = { { CKA_TOKEN, &yes, sizeof(yes) },
                                { CKA_ID, &id, sizeof(id) },
                                { CKA_GOSTR3410_PARAMS, set, 0 } };
    CK_OBJECT_HANDLE public_key, private_key;
    CK_RV rv;

    for (const char *at = words[2]; at[0] != '\0' && at[1] != '\0'; at += 2) {
        const char pair[3] = { at[0], at[1], '\0' };
        CLIENT_NEED(template[2].ulValueLen < sizeof(set));
        set[template[2].ulValueLen++] = (CK_BYTE)number(pair);
    }
    rv = p11->C_GenerateKeyPair(session, &mechanism, template, 3, template, 2, &public_key, &private_key);
    printf("C_GenerateKeyPair: 0x%lx\n", rv);
    CLIENT_OK(p11->C_Finalize(NULL));
    exit(rv == CKR_OK ? 0 : 1);
}

static const struct command {
    const char *name;
    int words;
    void (*run)(CK_SESSION_HANDLE session, char **words);
} commands[] = {
    { "spki", 2, run_spki },
    { "hmac", 4, run_hmac },
    { "agree", 4, run_agree },
    { "generate", 3, run_generate },
};

int main(int argc, char **argv)
{
    CK_SESSION_HANDLE session;

    for (size_t i = 0; argc > 3 && i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(argv[3], commands[i].name) != 0 || argc != 4 + commands[i].words)
            continue;
        client_load(argv[1]);
        client_initialize();
        session = client_session(client_slot(0), true);
        CLIENT_OK(client_login(session, CKU_USER, argv[2]));
        commands[i].run(session, argv + 4);
        CLIENT_OK(p11->C_Finalize(NULL));
        return 0;
    }
    printf("usage: see gost.c\n");
    return 2;
}
