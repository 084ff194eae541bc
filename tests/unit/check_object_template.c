/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "asn1/x509.h"
#include "module/rv.h"
#include "module/token/object.h"
#include "tests/fake/fake_data.h"
#include "tests/unit/unit.h"

#define assert_rv(expr, expected) ck_assert_str_eq(rv_name(expr), rv_name(expected))
#define TEMPLATE_MAX 12

/** A template that grows. */
struct draft {
    CK_ATTRIBUTE entries[TEMPLATE_MAX];
    CK_ULONG numbers[TEMPLATE_MAX];
    CK_ULONG count;
};

static void put(struct draft *draft, CK_ATTRIBUTE_TYPE type, struct bytes value)
{
    draft->entries[draft->count++] = (CK_ATTRIBUTE){ type, (CK_VOID_PTR)(uintptr_t)value.data, value.size };
}

static void put_ulong(struct draft *draft, CK_ATTRIBUTE_TYPE type, CK_ULONG value)
{
    draft->numbers[draft->count] = value;
    put(draft, type, bytes_make(&draft->numbers[draft->count], sizeof(value)));
}

static void put_bool(struct draft *draft, CK_ATTRIBUTE_TYPE type, bool value)
{
    static const CK_BBOOL values[] = { CK_FALSE, CK_TRUE };

    put(draft, type, bytes_make(&values[value], sizeof(CK_BBOOL)));
}

static CK_RV make(const struct draft *draft, struct object **ret)
{
    return object_from_template(draft->entries, draft->count, NULL, ret);
}

/** Makes and frees: only the answer counts. */
static CK_RV answer(const struct draft *draft)
{
    SCOPED(object_free) struct object *object = NULL;

    return make(draft, &object);
}

static const uint8_t modulus[256] = { [0] = 0xC1, [255] = 0x01 };
static const uint8_t exponent[] = { 1, 0, 1 };

static struct draft rsa_draft(void)
{
    struct draft draft = { .count = 0 };

    put_ulong(&draft, CKA_CLASS, CKO_PUBLIC_KEY);
    put_ulong(&draft, CKA_KEY_TYPE, CKK_RSA);
    put(&draft, CKA_MODULUS, BYTES_OF(modulus));
    put(&draft, CKA_PUBLIC_EXPONENT, BYTES_OF(exponent));
    return draft;
}

/** The draft's numbers are inside it: after a copy they are pointed to anew. */
static void settle(struct draft *draft)
{
    for (CK_ULONG i = 0; i < draft->count; i++)
        if (draft->entries[i].ulValueLen == sizeof(CK_ULONG))
            draft->entries[i].pValue = &draft->numbers[i];
}

START_TEST(test_an_rsa_public_key_is_made)
{
    SCOPED(object_free) struct object *object = NULL;
    struct draft draft = rsa_draft();

    settle(&draft);
    assert_rv(make(&draft, &object), CKR_OK);
    ck_assert_int_eq(object->public_key->kind, KEY_RSA);
    ck_assert_uint_eq(attributes_ulong(&object->attributes, CKA_MODULUS_BITS, 0), 2048);
    ck_assert_uint_gt(attributes_get(&object->attributes, CKA_PUBLIC_KEY_INFO)->value.size, 256);
    ck_assert(!attributes_bool(&object->attributes, CKA_TOKEN, true));
}
END_TEST

START_TEST(test_an_ec_public_key_is_made_from_each_form_of_its_point)
{
    struct x509 fields;
    uint8_t wrapped[67] = { 0x04, 65 };

    assert_ok(x509_read(fake_ec_cert, &fields));
    memcpy(wrapped + 2, fields.key.point, 65);
    for (int raw = 0; raw < 2; raw++) {
        SCOPED(object_free) struct object *object = NULL;
        struct draft draft = { .count = 0 };
        put_ulong(&draft, CKA_CLASS, CKO_PUBLIC_KEY);
        put_ulong(&draft, CKA_KEY_TYPE, CKK_EC);
        put(&draft, CKA_EC_PARAMS, curve_oid(CURVE_P256));
        put(&draft, CKA_EC_POINT, raw ? pubkey_point(&fields.key) : BYTES_OF(wrapped));
        assert_rv(make(&draft, &object), CKR_OK);
        ck_assert(pubkey_equal(object->public_key, &fields.key));
        assert_bytes(attributes_get(&object->attributes, CKA_EC_POINT)->value, BYTES_OF(wrapped));
    }
}
END_TEST

START_TEST(test_an_edwards_key_is_made_and_its_type_must_suit_its_curve)
{
    const uint8_t point[32] = { 9 };
    struct draft draft = { .count = 0 };

    put_ulong(&draft, CKA_CLASS, CKO_PUBLIC_KEY);
    put_ulong(&draft, CKA_KEY_TYPE, CKK_EC_EDWARDS);
    put(&draft, CKA_EC_PARAMS, curve_oid(CURVE_ED25519));
    put(&draft, CKA_EC_POINT, BYTES_OF(point));
    assert_rv(answer(&draft), CKR_OK);
    draft.numbers[1] = CKK_EC_MONTGOMERY;
    assert_rv(answer(&draft), CKR_TEMPLATE_INCONSISTENT);
}
END_TEST

START_TEST(test_curves_and_points_that_are_none_are_refused)
{
    struct draft draft = { .count = 0 };

    put_ulong(&draft, CKA_CLASS, CKO_PUBLIC_KEY);
    put_ulong(&draft, CKA_KEY_TYPE, CKK_EC);
    put(&draft, CKA_EC_PARAMS, BYTES_LIT(0x06, 0x03, 0x2A, 0x03, 0x04));
    put(&draft, CKA_EC_POINT, BYTES_LIT(0x04, 0x01, 0x02));
    assert_rv(answer(&draft), CKR_CURVE_NOT_SUPPORTED);
    draft.entries[2].pValue = (CK_VOID_PTR)(uintptr_t)curve_oid(CURVE_P256).data;
    draft.entries[2].ulValueLen = curve_oid(CURVE_P256).size;
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
    draft.entries[2].ulValueLen = 1;
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
}
END_TEST

START_TEST(test_numbers_that_are_no_key_are_refused)
{
    struct draft draft = rsa_draft();

    settle(&draft);
    draft.entries[2].ulValueLen = 255;
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
    draft.entries[2].ulValueLen = 256;
    draft.entries[3].ulValueLen = 1;
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
}
END_TEST

START_TEST(test_what_is_missing_is_incomplete)
{
    struct draft draft = rsa_draft(), nothing = { .count = 0 };

    settle(&draft);
    assert_rv(answer(&nothing), CKR_TEMPLATE_INCOMPLETE);
    draft.count = 3;
    assert_rv(answer(&draft), CKR_TEMPLATE_INCOMPLETE);
    draft.count = 1;
    assert_rv(answer(&draft), CKR_TEMPLATE_INCOMPLETE);
}
END_TEST

START_TEST(test_what_the_module_decides_cannot_be_given)
{
    struct draft draft = rsa_draft();

    settle(&draft);
    put_bool(&draft, CKA_LOCAL, true);
    assert_rv(answer(&draft), CKR_ATTRIBUTE_READ_ONLY);
    draft = rsa_draft();
    settle(&draft);
    put_bool(&draft, CKA_TRUSTED, true);
    assert_rv(answer(&draft), CKR_ATTRIBUTE_READ_ONLY);
    draft = rsa_draft();
    settle(&draft);
    put_ulong(&draft, CKA_MODULUS_BITS, 2048);
    assert_rv(answer(&draft), CKR_ATTRIBUTE_READ_ONLY);
}
END_TEST

START_TEST(test_hostile_templates_get_the_right_answers)
{
    struct draft draft = rsa_draft();

    settle(&draft);
    put(&draft, CKA_CERTIFICATE_TYPE, BYTES_LIT(0));
    assert_rv(answer(&draft), CKR_ATTRIBUTE_TYPE_INVALID);
    draft.entries[4].type = CKA_MODULUS;
    assert_rv(answer(&draft), CKR_TEMPLATE_INCONSISTENT);
    draft.entries[4] = (CK_ATTRIBUTE){ CKA_LABEL, NULL, 10 };
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
    draft.entries[4] = (CK_ATTRIBUTE){ CKA_LABEL, draft.numbers, (CK_ULONG)-1 };
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
    draft.entries[4] = (CK_ATTRIBUTE){ CKA_ENCRYPT, draft.numbers, 2 };
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
    draft.entries[4] = (CK_ATTRIBUTE){ CKA_VENDOR_DEFINED | 77, NULL, 0 };
    assert_rv(answer(&draft), CKR_ATTRIBUTE_TYPE_INVALID);
    draft.entries[0].ulValueLen = 3;
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
}
END_TEST

START_TEST(test_classes_that_a_session_cannot_hold_are_refused)
{
    struct draft draft = { .count = 0 };

    put_ulong(&draft, CKA_CLASS, CKO_PRIVATE_KEY);
    put_ulong(&draft, CKA_KEY_TYPE, CKK_RSA);
    assert_rv(answer(&draft), CKR_TEMPLATE_INCONSISTENT);
    draft.numbers[0] = CKO_PROFILE;
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
    draft.numbers[0] = CKO_DATA;
    draft.count = 1;
    put_bool(&draft, CKA_TOKEN, true);
    assert_rv(answer(&draft), CKR_TEMPLATE_INCONSISTENT);
}
END_TEST

static struct draft secret_draft(CK_KEY_TYPE type)
{
    struct draft draft = { .count = 0 };

    put_ulong(&draft, CKA_CLASS, CKO_SECRET_KEY);
    put_ulong(&draft, CKA_KEY_TYPE, type);
    return draft;
}

START_TEST(test_a_secret_key_s_value_is_kept_apart_and_told_only_if_it_may)
{
    SCOPED(object_free) struct object *object = NULL;
    struct draft draft = secret_draft(CKK_GENERIC_SECRET);
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE raise = { CKA_SENSITIVE, &yes, 1 }, lower = { CKA_SENSITIVE, &no, 1 };
    CK_BYTE place[8] = { 0 };
    CK_ATTRIBUTE read = { CKA_VALUE, place, sizeof(place) };

    settle(&draft);
    put(&draft, CKA_VALUE, BYTES_LIT('s', 'e', 'c'));
    assert_rv(make(&draft, &object), CKR_OK);
    ck_assert_ptr_null(attributes_get(&object->attributes, CKA_VALUE));
    ck_assert_uint_eq(attributes_ulong(&object->attributes, CKA_VALUE_LEN, 0), 3);
    assert_rv(object_read(object, &read, 1), CKR_OK);
    ck_assert_uint_eq(read.ulValueLen, 3);
    ck_assert_mem_eq(place, "sec", 3);
    assert_rv(object_modify(object, &raise, 1), CKR_OK);
    read.ulValueLen = sizeof(place);
    assert_rv(object_read(object, &read, 1), CKR_ATTRIBUTE_SENSITIVE);
    assert_rv(object_modify(object, &lower, 1), CKR_ATTRIBUTE_READ_ONLY);
}
END_TEST

START_TEST(test_a_derived_value_comes_from_outside_the_template)
{
    SCOPED(object_free) struct object *object = NULL;
    SCOPED(secret_free) struct secret *value = NULL;
    struct draft draft = secret_draft(CKK_AES);

    settle(&draft);
    assert_ok(secret_new(BYTES_OF(modulus), &value));
    assert_rv(object_from_template(draft.entries, draft.count, value, &object), CKR_KEY_SIZE_RANGE);
    secret_free(&value);
    assert_ok(secret_new(bytes_slice(BYTES_OF(modulus), 0, 32), &value));
    put_ulong(&draft, CKA_VALUE_LEN, 32);
    assert_rv(object_from_template(draft.entries, draft.count, value, &object), CKR_OK);
    ck_assert(secret_equal(object->value, value));
    object_free(&object);
    draft.numbers[2] = 16;
    assert_rv(object_from_template(draft.entries, draft.count, value, &object), CKR_TEMPLATE_INCONSISTENT);
}
END_TEST

START_TEST(test_secret_values_of_wrong_length_or_missing_are_refused)
{
    struct draft draft = secret_draft(CKK_AES);

    settle(&draft);
    assert_rv(answer(&draft), CKR_TEMPLATE_INCOMPLETE);
    put(&draft, CKA_VALUE, bytes_slice(BYTES_OF(modulus), 0, 17));
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
    draft.entries[2].ulValueLen = 0;
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
    draft.entries[2].ulValueLen = 16;
    assert_rv(answer(&draft), CKR_OK);
    draft.numbers[1] = CKK_DES3;
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
}
END_TEST

START_TEST(test_a_certificate_tells_what_the_template_left_out)
{
    SCOPED(object_free) struct object *object = NULL;
    struct draft draft = { .count = 0 };
    struct x509 fields;

    assert_ok(x509_read(fake_rsa_cert, &fields));
    put_ulong(&draft, CKA_CLASS, CKO_CERTIFICATE);
    put_ulong(&draft, CKA_CERTIFICATE_TYPE, CKC_X_509);
    put(&draft, CKA_VALUE, fake_rsa_cert);
    assert_rv(make(&draft, &object), CKR_OK);
    assert_bytes(attributes_get(&object->attributes, CKA_SUBJECT)->value, fields.subject);
    assert_bytes(attributes_get(&object->attributes, CKA_ISSUER)->value, fields.issuer);
    ck_assert_int_eq(object->public_key->kind, KEY_RSA);
}
END_TEST

START_TEST(test_a_certificate_that_is_none_or_of_another_type_is_refused)
{
    struct draft draft = { .count = 0 };

    put_ulong(&draft, CKA_CLASS, CKO_CERTIFICATE);
    put_ulong(&draft, CKA_CERTIFICATE_TYPE, CKC_X_509);
    assert_rv(answer(&draft), CKR_TEMPLATE_INCOMPLETE);
    put(&draft, CKA_VALUE, bytes_slice(fake_rsa_cert, 0, 100));
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
    draft.entries[2].ulValueLen = fake_rsa_cert.size;
    draft.numbers[1] = CKC_WTLS;
    assert_rv(answer(&draft), CKR_ATTRIBUTE_VALUE_INVALID);
}
END_TEST

START_TEST(test_a_datum_can_be_made_changed_and_copied)
{
    SCOPED(object_free) struct object *object = NULL, *copy = NULL;
    struct draft draft = { .count = 0 };
    CK_ATTRIBUTE label = { CKA_LABEL, (CK_VOID_PTR) "copy", 4 };

    put_ulong(&draft, CKA_CLASS, CKO_DATA);
    put(&draft, CKA_VALUE, bytes_text("value"));
    assert_rv(make(&draft, &object), CKR_OK);
    object->owner = 1;
    assert_rv(object_copy(object, &label, 1, &copy), CKR_OK);
    assert_bytes(attributes_get(&copy->attributes, CKA_LABEL)->value, bytes_text("copy"));
    assert_bytes(attributes_get(&copy->attributes, CKA_VALUE)->value, bytes_text("value"));
    assert_bytes(attributes_get(&object->attributes, CKA_LABEL)->value, BYTES_NONE);
}
END_TEST

START_TEST(test_what_may_not_be_copied_or_modified_says_so)
{
    SCOPED(object_free) struct object *object = NULL, *copy = NULL;
    struct draft draft = { .count = 0 };
    CK_ATTRIBUTE label = { CKA_LABEL, (CK_VOID_PTR) "x", 1 };

    put_ulong(&draft, CKA_CLASS, CKO_DATA);
    put_bool(&draft, CKA_COPYABLE, false);
    put_bool(&draft, CKA_MODIFIABLE, false);
    assert_rv(make(&draft, &object), CKR_OK);
    assert_rv(object_copy(object, NULL, 0, &copy), CKR_ACTION_PROHIBITED);
    assert_rv(object_modify(object, &label, 1), CKR_ACTION_PROHIBITED);
}
END_TEST

UNIT_MAIN("object_template", test_an_rsa_public_key_is_made,
          test_an_ec_public_key_is_made_from_each_form_of_its_point,
          test_an_edwards_key_is_made_and_its_type_must_suit_its_curve,
          test_curves_and_points_that_are_none_are_refused, test_numbers_that_are_no_key_are_refused,
          test_what_is_missing_is_incomplete, test_what_the_module_decides_cannot_be_given,
          test_hostile_templates_get_the_right_answers, test_classes_that_a_session_cannot_hold_are_refused,
          test_a_secret_key_s_value_is_kept_apart_and_told_only_if_it_may,
          test_a_derived_value_comes_from_outside_the_template,
          test_secret_values_of_wrong_length_or_missing_are_refused,
          test_a_certificate_tells_what_the_template_left_out,
          test_a_certificate_that_is_none_or_of_another_type_is_refused,
          test_a_datum_can_be_made_changed_and_copied, test_what_may_not_be_copied_or_modified_says_so)
