/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * messages.c: requests and CMS signatures made by asn1/ with a key in a file, and others' verified: for
 * messages.sh, which has other programs judge what this one makes.
 *
 *     messages request KEY SCHEME HASH SUBJECT OUT          PKCS#10
 *     messages sign KEY CERTIFICATE SCHEME HASH CONTENT OUT detached|attached|around
 *     messages verify MESSAGE [CONTENT]                      CMS, CONTENT if it is detached
 *     messages verify-request REQUEST
 *
 * KEY is PEM, the others are DER. SCHEME is pkcs1, pss, ecdsa, eddsa or gost; HASH is OpenSSL's name. GOST
 * comes from OpenSSL's configuration ($OPENSSL_CONF), which names an engine.
 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/cms.h"
#include "asn1/csr.h"
#include "asn1/extension.h"
#include "asn1/name.h"
#include "asn1/pubkey.h"
#include "asn1/x509.h"

#define MESSAGE_MAX (1 << 20)

static const struct {
    const char *name;
    enum scheme scheme;
} schemes[] = { { "pkcs1", SCHEME_RSA_PKCS1 },
                { "pss", SCHEME_RSA_PSS },
                { "ecdsa", SCHEME_ECDSA },
                { "eddsa", SCHEME_EDDSA },
                { "gost", SCHEME_GOST } };

static const struct {
    const char *name;
    enum hash hash;
} hashes[] = { { "sha1", HASH_SHA1 },
               { "sha256", HASH_SHA256 },
               { "sha384", HASH_SHA384 },
               { "sha512", HASH_SHA512 },
               { "md_gost12_256", HASH_STREEBOG_256 },
               { "md_gost12_512", HASH_STREEBOG_512 },
               { "md_gost94", HASH_GOST94 } };

static void fail(const char *what)
{
    fprintf(stderr, "messages: %s\n", what);
    exit(1);
}

static void need(bool condition, const char *what)
{
    if (!condition)
        fail(what);
}

static void need_ok(enum result result, const char *what)
{
    if (result != RESULT_OK)
        fprintf(stderr, "messages: result %d\n", (int)result);
    need(result == RESULT_OK, what);
}

static enum scheme scheme_from_name(const char *name)
{
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (strcmp(schemes[i].name, name) == 0)
            return schemes[i].scheme;
    fail("unknown scheme");
    return SCHEME_NONE;
}

static enum hash hash_from_name(const char *name)
{
    for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
        if (strcmp(hashes[i].name, name) == 0)
            return hashes[i].hash;
    fail("unknown hash");
    return HASH_NONE;
}

static const EVP_MD *digest_of(enum hash hash)
{
    for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
        if (hashes[i].hash == hash)
            return EVP_get_digestbyname(hashes[i].name);
    return NULL;
}

static struct buf buffer(void)
{
    uint8_t *memory = malloc(MESSAGE_MAX);

    need(memory != NULL, "no memory");
    return buf_make(memory, MESSAGE_MAX);
}

static struct buf load(const char *name)
{
    struct buf ret = buffer();
    FILE *file = fopen(name, "rb");

    need(file != NULL, name);
    ret.size = fread(ret.data, 1, ret.capacity, file);
    fclose(file);
    return ret;
}

static void save(const char *name, const struct buf *buf)
{
    FILE *file = fopen(name, "wb");

    need(file != NULL && !buf->overflow, name);
    need(fwrite(buf->data, 1, buf->size, file) == buf->size, name);
    fclose(file);
}

static EVP_PKEY *load_key(const char *name)
{
    FILE *file = fopen(name, "r");
    EVP_PKEY *key;

    need(file != NULL, name);
    key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    need(key != NULL, "not a private key");
    return key;
}

static struct bytes digest(enum hash hash, struct bytes input, uint8_t out[EVP_MAX_MD_SIZE])
{
    unsigned size = 0;

    need(digest_of(hash) && EVP_Digest(input.data, input.size, out, &size, digest_of(hash), NULL) == 1,
         "hash");
    return bytes_make(out, size);
}

static void set_padding(EVP_PKEY_CTX *context, const struct algorithm *algorithm)
{
    if (algorithm->scheme != SCHEME_RSA_PSS)
        return;
    need(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(context, (int)algorithm->salt_size) == 1,
         "PSS");
}

struct key {
    EVP_PKEY *key;
    struct algorithm algorithm;
};

static enum result sign(void *ctx, struct bytes tbs, struct buf *signature)
{
    const struct key *key = ctx;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = buf_room(signature);
    EVP_PKEY_CTX *options = NULL;
    uint8_t *place = signature->data + signature->size;

    need(EVP_DigestSignInit(context, &options, digest_of(key->algorithm.hash), NULL, key->key) == 1, "sign");
    set_padding(options, &key->algorithm);
    need(EVP_DigestSign(context, place, &size, tbs.data, tbs.size) == 1, "sign");
    EVP_MD_CTX_free(context);
    return buf_reserve(signature, size) ? RESULT_OK : RESULT_TOO_LARGE;
}

static bool verify(EVP_PKEY *key, const struct algorithm *algorithm, struct bytes tbs, struct bytes signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options = NULL;
    bool good;

    need(EVP_DigestVerifyInit(context, &options, digest_of(algorithm->hash), NULL, key) == 1, "verify");
    set_padding(options, algorithm);
    good = EVP_DigestVerify(context, signature.data, signature.size, tbs.data, tbs.size) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

static struct signer signer_of(struct key *key, const char *pem, const char *scheme, const char *hash)
{
    enum scheme kind = scheme_from_name(scheme);

    key->key = load_key(pem);
    key->algorithm = algorithm_make(kind, kind == SCHEME_EDDSA ? HASH_NONE : hash_from_name(hash));
    return (struct signer){ key->algorithm, sign, key };
}

/* What OpenSSL says of the key is taken apart and put together again on the way. */
static struct bytes spki_of(EVP_PKEY *key, struct buf *out)
{
    uint8_t *der = NULL;
    int size = i2d_PUBKEY(key, &der);
    struct pubkey pubkey;

    need(size > 0, "public key");
    need_ok(pubkey_from_spki(bytes_make(der, (size_t)size), &pubkey), "public key");
    need_ok(pubkey_to_spki(&pubkey, out), "public key");
    need(bytes_equal(buf_bytes(out), bytes_make(der, (size_t)size)),
         "the public key is encoded as OpenSSL encodes it");
    OPENSSL_free(der);
    return buf_bytes(out);
}

static void make_request(char **arguments)
{
    static const char *const usages[] = { EXTENSION_CLIENT_AUTH, EXTENSION_EMAIL_PROTECTION },
                             *const policies[] = { EXTENSION_CLASS_KC1 };
    const struct extension_name name = { EXTENSION_EMAIL, bytes_text("ivan@example.org") };
    struct buf subject = buffer(), spki = buffer(), extensions = buffer(), out = buffer();
    struct csr_request request;
    struct key key;
    struct signer signer = signer_of(&key, arguments[0], arguments[1], arguments[2]);

    need_ok(name_from_text(arguments[3], &subject), "subject");
    need_ok(extension_add_key_usage(X509_DIGITAL_SIGNATURE | X509_NON_REPUDIATION, &extensions), "extension");
    need_ok(extension_add_extended_usage(usages, 2, &extensions), "extension");
    need_ok(extension_add_policies(policies, 1, &extensions), "extension");
    need_ok(extension_add_names(&name, 1, &extensions), "extension");
    need_ok(extension_add_sign_tool("СКЗИ \"Пример\"", &extensions), "extension");
    need_ok(extension_add_identification(0, &extensions), "extension");
    request = (struct csr_request){ .subject = buf_bytes(&subject),
                                    .spki = spki_of(key.key, &spki),
                                    .extensions = buf_bytes(&extensions) };
    need_ok(csr_make(&request, &signer, &out), "request");
    save(arguments[4], &out);
}

static void make_message(char **arguments)
{
    struct buf certificate = load(arguments[1]), content = load(arguments[4]), out = buffer(),
               tail = buffer();
    uint8_t certificate_digest[EVP_MAX_MD_SIZE], content_digest[EVP_MAX_MD_SIZE];
    const struct cms_time time = { 2024, 2, 29, 12, 34, 56 };
    struct key key;
    struct signer signer = signer_of(&key, arguments[0], arguments[2], arguments[3]);
    struct bytes view = buf_bytes(&content);
    struct cms_request request = { .certificate = buf_bytes(&certificate), .signing_time = &time };

    request.hash = hash_from_name(arguments[3]);
    request.certificate_digest = digest(request.hash, request.certificate, certificate_digest);
    request.content_digest = digest(request.hash, view, content_digest);
    if (strcmp(arguments[6], "around") == 0) {
        need_ok(cms_make_around(&request, view.size, &signer, &out, &tail), "message");
        buf_add(&out, view);
        buf_add(&out, buf_bytes(&tail));
    } else {
        need_ok(cms_make(&request, strcmp(arguments[6], "attached") == 0 ? &view : NULL, &signer, &out),
                "message");
    }
    save(arguments[5], &out);
}

static void verify_message(char **arguments)
{
    struct buf message = load(arguments[0]), memory = buffer(), tbs = buffer();
    uint8_t content_digest[EVP_MAX_MD_SIZE], certificate_digest[EVP_MAX_MD_SIZE];
    struct bytes certificate, content;
    struct cms_signer signer;
    struct tlv_cursor cursor;
    const uint8_t *at;
    struct cms cms;
    X509 *x509;

    need_ok(cms_read(buf_bytes(&message), &memory, &cms), "message");
    need(cms.has_content == (arguments[1] == NULL), "content");
    if (arguments[1]) {
        memory = load(arguments[1]);
        cms.content = buf_bytes(&memory);
    }
    cursor = tlv_open(cms.signers);
    need_ok(cms_next_signer(&cursor, &signer), "signer");
    need_ok(cms_find_certificate(&cms, &signer, &certificate), "certificate");
    need(cms_signer_agrees(&signer, cms.content_type, digest(signer.hash, cms.content, content_digest)),
         "digest");
    if (signer.certificate_digest.size > 0)
        need(bytes_equal(signer.certificate_digest,
                         digest(signer.certificate_hash, certificate, certificate_digest)),
             "certificate's digest");
    content = cms.content;
    if (cms_signer_tbs(&signer, &tbs) == RESULT_OK)
        content = buf_bytes(&tbs);
    at = certificate.data;
    x509 = d2i_X509(NULL, &at, (long)certificate.size);
    need(x509 && verify(X509_get0_pubkey(x509), &signer.algorithm, content, signer.signature), "signature");
    tbs.data[0] ^= 1;
    need(!verify(X509_get0_pubkey(x509), &signer.algorithm, bytes_make(tbs.data, content.size),
                 signer.signature),
         "the signature is over what was read");
    X509_free(x509);
}

static void verify_request(char **arguments)
{
    struct buf der = load(arguments[0]);
    const uint8_t *at;
    EVP_PKEY *key;
    struct csr csr;

    need_ok(csr_read(buf_bytes(&der), &csr), "request");
    need(csr.has_key && csr.has_algorithm, "key and algorithm");
    at = csr.spki.data;
    key = d2i_PUBKEY(NULL, &at, (long)csr.spki.size);
    need(key && verify(key, &csr.algorithm, csr.tbs, csr.signature), "signature");
    EVP_PKEY_free(key);
}

int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";

    need(OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL) == 1, "configuration");
    if (strcmp(command, "request") == 0 && argc == 7)
        make_request(argv + 2);
    else if (strcmp(command, "sign") == 0 && argc == 9)
        make_message(argv + 2);
    else if (strcmp(command, "verify") == 0 && (argc == 3 || argc == 4))
        verify_message(argv + 2);
    else if (strcmp(command, "verify-request") == 0 && argc == 3)
        verify_request(argv + 2);
    else
        fail("see messages.c");
    return 0;
}
