/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "module/rv.h"
#include "module/token/object.h"
#include "module/token/point.h"
#include "tests/fake/fake_data.h"
#include "tests/unit/unit.h"

#define assert_rv(expr, expected) ck_assert_str_eq(rv_name(expr), rv_name(expected))

static const uint8_t point_p256[] = {
    0x04, 0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6, 0xE5, 0x63, 0xA4, 0x40, 0xF2,
    0x77, 0x03, 0x7D, 0x81, 0x2D, 0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96, 0x4F,
    0xE3, 0x42, 0xE2, 0xFE, 0x1A, 0x7F, 0x9B, 0x8E, 0xE7, 0xEB, 0x4A, 0x7C, 0x0F, 0x9E, 0x16, 0x2B, 0xCE,
    0x33, 0x57, 0x6B, 0x31, 0x5E, 0xCE, 0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF, 0x51, 0xF5,
};

static struct card_key rsa_key(void)
{
    struct card_key key = { .id = { 1 }, .id_size = 1, .label = "Signature", .reference = 0x9A };
    uint8_t modulus[256];

    memset(modulus, 0xC3, sizeof(modulus));
    ck_assert_int_eq(pubkey_set_rsa(&key.public_key, BYTES_OF(modulus), BYTES_LIT(1, 0, 1)), RESULT_OK);
    key.uses = CARD_USE_SIGN | CARD_USE_DECIPHER;
    key.can = CARD_CAN_RSA_RAW;
    return key;
}

static struct card_key point_key(enum curve curve, struct bytes point)
{
    struct card_key key = { .id = { 2 }, .id_size = 1, .label = "Key", .reference = 0x9C };

    ck_assert_int_eq(pubkey_set_point(&key.public_key, curve, point), RESULT_OK);
    key.uses = CARD_USE_SIGN;
    key.can = curve == CURVE_ED25519 ? CARD_CAN_EDDSA : CARD_CAN_ECDSA;
    return key;
}

static struct bytes value(const struct object *object, CK_ATTRIBUTE_TYPE type)
{
    const struct attribute *item = attributes_get(&object->attributes, type);

    ck_assert_ptr_nonnull(item);
    return item->value;
}

static bool flag(const struct object *object, CK_ATTRIBUTE_TYPE type)
{
    ck_assert_uint_eq(value(object, type).size, sizeof(CK_BBOOL));
    return attributes_bool(&object->attributes, type, false);
}

static bool allows(const struct object *object, CK_MECHANISM_TYPE mechanism)
{
    struct bytes list = value(object, CKA_ALLOWED_MECHANISMS);

    for (size_t i = 0; i + sizeof(mechanism) <= list.size; i += sizeof(mechanism))
        if (memcmp(list.data + i, &mechanism, sizeof(mechanism)) == 0)
            return true;
    return false;
}

/** Every one of TYPES can be read. */
static void assert_all(const struct object *object, const CK_ATTRIBUTE_TYPE *types, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CK_ATTRIBUTE entry = { types[i], NULL, 0 };
        ck_assert_msg(object_read(object, &entry, 1) == CKR_OK, "attribute %lx is missing", types[i]);
    }
}

#define ALL_OF(object, ...)                                                                                  \
    do {                                                                                                     \
        const CK_ATTRIBUTE_TYPE types_[] = { __VA_ARGS__ };                                                  \
        assert_all(object, types_, sizeof(types_) / sizeof(types_[0]));                                      \
    } while (0)

#define STORAGE                                                                                              \
    CKA_CLASS, CKA_TOKEN, CKA_PRIVATE, CKA_MODIFIABLE, CKA_LABEL, CKA_COPYABLE, CKA_DESTROYABLE, CKA_UNIQUE_ID
#define KEYS                                                                                                 \
    CKA_ID, CKA_KEY_TYPE, CKA_START_DATE, CKA_END_DATE, CKA_DERIVE, CKA_LOCAL, CKA_KEY_GEN_MECHANISM,        \
        CKA_ALLOWED_MECHANISMS, CKA_SUBJECT, CKA_PUBLIC_KEY_INFO

START_TEST(test_a_private_key_has_every_attribute_of_its_class)
{
    SCOPED(object_free) struct object *rsa = NULL, *ec = NULL;
    struct card_key key = rsa_key();

    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &rsa), CKR_OK);
    ALL_OF(rsa, STORAGE, KEYS, CKA_SENSITIVE, CKA_ALWAYS_SENSITIVE, CKA_EXTRACTABLE, CKA_NEVER_EXTRACTABLE,
           CKA_DECRYPT, CKA_SIGN, CKA_SIGN_RECOVER, CKA_UNWRAP, CKA_WRAP_WITH_TRUSTED,
           CKA_ALWAYS_AUTHENTICATE, CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_MODULUS_BITS, CKA_UNWRAP_TEMPLATE,
           CKA_DERIVE_TEMPLATE, CKA_DECAPSULATE);
    key = point_key(CURVE_P256, BYTES_OF(point_p256));
    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &ec), CKR_OK);
    ALL_OF(ec, STORAGE, KEYS, CKA_EC_PARAMS, CKA_EC_POINT);
}
END_TEST

START_TEST(test_a_public_key_has_every_attribute_of_its_class)
{
    SCOPED(object_free) struct object *object = NULL;
    struct card_key key = rsa_key();

    assert_rv(object_from_public_key(&key, CONFIG_POINT_DER, &object), CKR_OK);
    ALL_OF(object, STORAGE, KEYS, CKA_ENCRYPT, CKA_VERIFY, CKA_VERIFY_RECOVER, CKA_WRAP, CKA_TRUSTED,
           CKA_WRAP_TEMPLATE, CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_MODULUS_BITS, CKA_ENCAPSULATE);
    ck_assert(!object->private);
}
END_TEST

START_TEST(test_a_certificate_has_every_attribute_of_its_class)
{
    SCOPED(crypto_free) struct crypto *crypto = NULL;
    SCOPED(object_free) struct object *object = NULL;
    const struct card_cert cert = { .id = { 1 }, .id_size = 1, .label = "Signature", .reference = 1 };

    assert_ok(crypto_new(&crypto));
    assert_rv(object_from_cert(&cert, fake_rsa_cert, crypto, &object), CKR_OK);
    ALL_OF(object, STORAGE, CKA_CERTIFICATE_TYPE, CKA_TRUSTED, CKA_CERTIFICATE_CATEGORY, CKA_CHECK_VALUE,
           CKA_START_DATE, CKA_END_DATE, CKA_SUBJECT, CKA_ID, CKA_ISSUER, CKA_SERIAL_NUMBER, CKA_VALUE,
           CKA_URL, CKA_HASH_OF_SUBJECT_PUBLIC_KEY, CKA_HASH_OF_ISSUER_PUBLIC_KEY,
           CKA_JAVA_MIDP_SECURITY_DOMAIN, CKA_PUBLIC_KEY_INFO, CKA_NAME_HASH_ALGORITHM);
    assert_bytes(value(object, CKA_SERIAL_NUMBER), BYTES_LIT(0x02, 0x02, 0x12, 0x34));
    ck_assert_uint_eq(value(object, CKA_CHECK_VALUE).size, 3);
    ck_assert_uint_eq(value(object, CKA_START_DATE).size, sizeof(CK_DATE));
    ck_assert_ptr_nonnull(object->public_key);
}
END_TEST

START_TEST(test_a_certificate_that_is_none_is_refused)
{
    SCOPED(object_free) struct object *object = NULL;
    const struct card_cert cert = { .reference = 1 };

    assert_rv(object_from_cert(&cert, bytes_text("hello"), NULL, &object), CKR_ATTRIBUTE_VALUE_INVALID);
    assert_rv(object_from_cert(&cert, BYTES_NONE, NULL, &object), CKR_ATTRIBUTE_VALUE_INVALID);
    ck_assert_ptr_null(object);
}
END_TEST

START_TEST(test_bytes_after_the_certificate_are_not_part_of_it)
{
    SCOPED(object_free) struct object *object = NULL;
    const struct card_cert cert = { .reference = 1 };
    uint8_t padded[1024] = { 0 };

    memcpy(padded, fake_ec_cert.data, fake_ec_cert.size);
    assert_rv(object_from_cert(&cert, BYTES_OF(padded), NULL, &object), CKR_OK);
    assert_bytes(value(object, CKA_VALUE), fake_ec_cert);
}
END_TEST

START_TEST(test_a_datum_and_a_profile_have_their_attributes)
{
    SCOPED(object_free) struct object *datum = NULL, *profile = NULL;
    const struct card_datum card = {
        .label = "Note", .application = "App", .reference = 5, .needs_pin = true
    };

    assert_rv(object_from_datum(&card, &datum), CKR_OK);
    ALL_OF(datum, STORAGE, CKA_APPLICATION, CKA_OBJECT_ID);
    ck_assert(datum->private && flag(datum, CKA_PRIVATE));
    assert_rv(object_from_profile(CKP_PUBLIC_CERTIFICATES_TOKEN, &profile), CKR_OK);
    ALL_OF(profile, CKA_CLASS, CKA_PROFILE_ID, CKA_TOKEN, CKA_PRIVATE, CKA_UNIQUE_ID);
    ck_assert(flag(profile, CKA_TOKEN) && !flag(profile, CKA_PRIVATE));
}
END_TEST

START_TEST(test_secret_numbers_are_sensitive_and_foreign_attributes_invalid)
{
    SCOPED(object_free) struct object *rsa = NULL, *ec = NULL;
    struct card_key key = rsa_key();
    CK_ATTRIBUTE exponent = { CKA_PRIVATE_EXPONENT, NULL, 0 }, scalar = { CKA_VALUE, NULL, 0 };
    CK_ATTRIBUTE foreign = { CKA_CERTIFICATE_TYPE, NULL, 0 };

    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &rsa), CKR_OK);
    assert_rv(object_read(rsa, &exponent, 1), CKR_ATTRIBUTE_SENSITIVE);
    assert_rv(object_read(rsa, &scalar, 1), CKR_ATTRIBUTE_TYPE_INVALID);
    assert_rv(object_read(rsa, &foreign, 1), CKR_ATTRIBUTE_TYPE_INVALID);
    ck_assert_uint_eq(foreign.ulValueLen, CK_UNAVAILABLE_INFORMATION);
    key = point_key(CURVE_P256, BYTES_OF(point_p256));
    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &ec), CKR_OK);
    assert_rv(object_read(ec, &scalar, 1), CKR_ATTRIBUTE_SENSITIVE);
    assert_rv(object_read(ec, &exponent, 1), CKR_ATTRIBUTE_TYPE_INVALID);
}
END_TEST

START_TEST(test_one_bad_entry_does_not_keep_the_others_from_being_answered)
{
    SCOPED(object_free) struct object *object = NULL;
    struct card_key key = rsa_key();
    CK_ULONG class = 0, type = 99;
    CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof(class) },
                                { CKA_PRIME_1, NULL, 0 },
                                { CKA_KEY_TYPE, &type, sizeof(type) } };

    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &object), CKR_OK);
    assert_rv(object_read(object, template, 3), CKR_ATTRIBUTE_SENSITIVE);
    ck_assert_uint_eq(class, CKO_PRIVATE_KEY);
    ck_assert_uint_eq(type, CKK_RSA);
}
END_TEST

START_TEST(test_uses_and_mechanisms_are_what_the_card_can_do)
{
    SCOPED(object_free) struct object *signer = NULL, *raw = NULL;
    struct card_key key = rsa_key();

    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &raw), CKR_OK);
    ck_assert(flag(raw, CKA_SIGN) && flag(raw, CKA_DECRYPT) && flag(raw, CKA_UNWRAP) &&
              !flag(raw, CKA_DERIVE));
    ck_assert(allows(raw, CKM_RSA_PKCS_PSS) && allows(raw, CKM_RSA_PKCS_OAEP) && allows(raw, CKM_RSA_X_509));
    key.can = CARD_CAN_RSA_PKCS1_SIGN;
    key.uses = CARD_USE_SIGN;
    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &signer), CKR_OK);
    ck_assert(!flag(signer, CKA_DECRYPT));
    ck_assert(allows(signer, CKM_SHA256_RSA_PKCS) && allows(signer, CKM_RSA_PKCS));
    ck_assert(!allows(signer, CKM_RSA_PKCS_PSS) && !allows(signer, CKM_RSA_X_509) &&
              !allows(signer, CKM_RSA_PKCS_OAEP));
    ck_assert(!allows(signer, CKM_ECDSA));
}
END_TEST

START_TEST(test_where_a_key_came_from_is_told_only_if_the_card_knows)
{
    SCOPED(object_free) struct object *unknown = NULL, *made_here = NULL;
    struct card_key key = rsa_key();

    key.generated = true;
    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &unknown), CKR_OK);
    ck_assert(!flag(unknown, CKA_LOCAL) && !flag(unknown, CKA_NEVER_EXTRACTABLE));
    key.origin_known = true;
    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &made_here), CKR_OK);
    ck_assert(flag(made_here, CKA_LOCAL) && flag(made_here, CKA_NEVER_EXTRACTABLE));
    ck_assert_uint_eq(attributes_ulong(&made_here->attributes, CKA_KEY_GEN_MECHANISM, 1),
                      CKM_RSA_PKCS_KEY_PAIR_GEN);
}
END_TEST

START_TEST(test_points_are_shown_as_octets_and_edwards_points_as_configured)
{
    SCOPED(object_free) struct object *ec = NULL, *raw = NULL, *der = NULL;
    struct card_key key = point_key(CURVE_P256, BYTES_OF(point_p256));
    uint8_t point[32] = { 7 };

    assert_rv(object_from_public_key(&key, CONFIG_POINT_RAW, &ec), CKR_OK);
    ck_assert_uint_eq(value(ec, CKA_EC_POINT).size, 67);
    ck_assert_uint_eq(value(ec, CKA_EC_POINT).data[0], 0x04);
    key = point_key(CURVE_ED25519, BYTES_OF(point));
    assert_rv(object_from_public_key(&key, CONFIG_POINT_RAW, &raw), CKR_OK);
    assert_bytes(value(raw, CKA_EC_POINT), BYTES_OF(point));
    assert_rv(object_from_public_key(&key, CONFIG_POINT_DER, &der), CKR_OK);
    ck_assert_uint_eq(value(der, CKA_EC_POINT).size, 34);
}
END_TEST

START_TEST(test_unique_ids_differ_between_objects_and_contents)
{
    SCOPED(object_free) struct object *public_key = NULL, *private_key = NULL, *other = NULL;
    struct card_key key = rsa_key();

    assert_rv(object_from_public_key(&key, CONFIG_POINT_DER, &public_key), CKR_OK);
    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &private_key), CKR_OK);
    key.public_key.modulus[255] ^= 2;
    assert_rv(object_from_public_key(&key, CONFIG_POINT_DER, &other), CKR_OK);
    ck_assert(!bytes_equal(value(public_key, CKA_UNIQUE_ID), value(private_key, CKA_UNIQUE_ID)));
    ck_assert(!bytes_equal(value(public_key, CKA_UNIQUE_ID), value(other, CKA_UNIQUE_ID)));
}
END_TEST

START_TEST(test_a_key_of_unknown_kind_is_still_shown)
{
    SCOPED(object_free) struct object *object = NULL;
    const struct card_key key = { .id = { 1 }, .id_size = 1, .label = "Strange" };
    CK_ATTRIBUTE type = { CKA_KEY_TYPE, NULL, 0 };

    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &object), CKR_OK);
    assert_rv(object_read(object, &type, 1), CKR_ATTRIBUTE_TYPE_INVALID);
    ck_assert_ptr_null(object->public_key);
}
END_TEST

START_TEST(test_an_id_and_a_label_can_be_renamed_and_nothing_else)
{
    SCOPED(object_free) struct object *object = NULL;
    struct card_key key = rsa_key();
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE id = { CKA_ID, (CK_VOID_PTR) "\xAA\xBB", 2 }, sign = { CKA_SIGN, &no, sizeof(no) };
    CK_ATTRIBUTE same = { CKA_SIGN, &yes, sizeof(yes) }, class = { CKA_CLASS, (CK_VOID_PTR) "x", 1 };
    CK_ATTRIBUTE both[] = { { CKA_LABEL, (CK_VOID_PTR) "L", 1 }, { CKA_SIGN, &no, sizeof(no) } };

    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &object), CKR_OK);
    assert_rv(object_modify(object, &id, 1), CKR_OK);
    assert_bytes(value(object, CKA_ID), BYTES_LIT(0xAA, 0xBB));
    assert_bytes(attributes_get(&object->card_names, CKA_ID)->value, BYTES_LIT(1));
    assert_rv(object_modify(object, &sign, 1), CKR_ATTRIBUTE_READ_ONLY);
    assert_rv(object_modify(object, &same, 1), CKR_OK);
    assert_rv(object_modify(object, &class, 1), CKR_ATTRIBUTE_VALUE_INVALID);
    assert_rv(object_modify(object, both, 2), CKR_ATTRIBUTE_READ_ONLY);
    assert_bytes(value(object, CKA_LABEL), bytes_text("Signature"));
}
END_TEST

START_TEST(test_handles_are_never_given_twice)
{
    struct object_store store = { NULL, 0 };
    struct object *object = NULL;
    CK_OBJECT_HANDLE first;

    assert_rv(object_new(CKO_DATA, &object), CKR_OK);
    object_store_add(&store, object);
    first = object->handle;
    ck_assert_uint_ne(first, CK_INVALID_HANDLE);
    object_store_remove(&store, object);
    ck_assert_ptr_null(object_store_find(&store, first));
    assert_rv(object_new(CKO_DATA, &object), CKR_OK);
    object_store_add(&store, object);
    ck_assert_uint_ne(object->handle, first);
    ck_assert_ptr_eq(object_store_find(&store, object->handle), object);
    object_store_clear(&store);
}
END_TEST

START_TEST(test_a_closed_session_takes_its_objects_and_no_others)
{
    struct object_store store = { NULL, 0 };
    struct object *object = NULL;

    for (CK_SESSION_HANDLE owner = 0; owner < 3; owner++) {
        assert_rv(object_new(CKO_DATA, &object), CKR_OK);
        object->owner = owner;
        object_store_add(&store, object);
    }
    object_store_clear_session(&store, 0);
    ck_assert_ptr_nonnull(object_store_find(&store, 1));
    object_store_clear_session(&store, 1);
    ck_assert_ptr_nonnull(object_store_find(&store, 1));
    ck_assert_ptr_null(object_store_find(&store, 2));
    ck_assert_ptr_nonnull(object_store_find(&store, 3));
    object_store_clear(&store);
}
END_TEST

START_TEST(test_dates_that_the_card_tells_are_shown_if_they_are_dates)
{
    SCOPED(object_free) struct object *dated = NULL, *odd = NULL;
    struct card_key key = rsa_key();

    strcpy(key.start_date, "20260101");
    strcpy(key.end_date, "2027");
    assert_rv(object_from_private_key(&key, CONFIG_POINT_DER, &dated), CKR_OK);
    assert_bytes(attributes_get(&dated->attributes, CKA_START_DATE)->value, bytes_text("20260101"));
    assert_bytes(attributes_get(&dated->attributes, CKA_END_DATE)->value, BYTES_NONE);
    strcpy(key.start_date, "2026-1-1");
    assert_rv(object_from_public_key(&key, CONFIG_POINT_DER, &odd), CKR_OK);
    assert_bytes(attributes_get(&odd->attributes, CKA_START_DATE)->value, BYTES_NONE);
}
END_TEST

START_TEST(test_a_size_counts_the_values)
{
    SCOPED(object_free) struct object *object = NULL;
    const struct card_cert cert = { .reference = 1 };

    assert_rv(object_from_cert(&cert, fake_rsa_cert, NULL, &object), CKR_OK);
    ck_assert_uint_gt(object_size(object), fake_rsa_cert.size);
}
END_TEST

UNIT_MAIN("object", test_a_private_key_has_every_attribute_of_its_class,
          test_a_public_key_has_every_attribute_of_its_class,
          test_a_certificate_has_every_attribute_of_its_class, test_a_certificate_that_is_none_is_refused,
          test_bytes_after_the_certificate_are_not_part_of_it,
          test_a_datum_and_a_profile_have_their_attributes,
          test_secret_numbers_are_sensitive_and_foreign_attributes_invalid,
          test_one_bad_entry_does_not_keep_the_others_from_being_answered,
          test_uses_and_mechanisms_are_what_the_card_can_do,
          test_where_a_key_came_from_is_told_only_if_the_card_knows,
          test_points_are_shown_as_octets_and_edwards_points_as_configured,
          test_unique_ids_differ_between_objects_and_contents, test_a_key_of_unknown_kind_is_still_shown,
          test_an_id_and_a_label_can_be_renamed_and_nothing_else, test_handles_are_never_given_twice,
          test_a_closed_session_takes_its_objects_and_no_others,
          test_dates_that_the_card_tells_are_shown_if_they_are_dates, test_a_size_counts_the_values)
