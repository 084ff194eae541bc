/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/oid.h"

#include <string.h>

#include "tests/unit/unit.h"

static const enum curve curves[] = { CURVE_P256, CURVE_P384, CURVE_P521, CURVE_ED25519, CURVE_X25519 };
static const enum hash hashes[] = { HASH_SHA1,     HASH_SHA224,   HASH_SHA256,   HASH_SHA384,  HASH_SHA512,
                                    HASH_SHA3_224, HASH_SHA3_256, HASH_SHA3_384, HASH_SHA3_512,
                                    HASH_STREEBOG_256, HASH_STREEBOG_512, HASH_GOST94 };

static void assert_dotted(struct bytes oid, const char *expected)
{
    uint8_t memory[128];
    struct buf text = BUF_OVER(memory), back;
    uint8_t again[128];

    assert_ok(oid_to_text(oid, &text));
    assert_bytes(buf_bytes(&text), bytes_text(expected));
    back = (struct buf)BUF_OVER(again);
    assert_ok(oid_from_text(buf_bytes(&text), &back));
    assert_bytes(buf_bytes(&back), oid);
}

START_TEST(curves_have_the_identifiers_of_their_standards)
{
    static const char *const dotted[] = { "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35",
                                          "1.3.101.112", "1.3.101.110" };
    static const size_t sizes[] = { 32, 48, 66, 32, 32 };
    static const enum key_kind kinds[] = { KEY_EC, KEY_EC, KEY_EC, KEY_EDWARDS, KEY_MONTGOMERY };
    enum curve curve;

    for (size_t i = 0; i < 5; i++) {
        assert_dotted(curve_oid(curves[i]), dotted[i]);
        ck_assert_uint_eq(curve_size(curves[i]), sizes[i]);
        ck_assert_int_eq((int)curve_kind(curves[i]), (int)kinds[i]);
        assert_ok(curve_from_params(curve_oid(curves[i]), &curve));
        ck_assert_int_eq((int)curve, (int)curves[i]);
    }
}
END_TEST

START_TEST(hashes_have_the_identifiers_of_their_standards)
{
    static const char *const dotted[] = { "1.3.14.3.2.26",          "2.16.840.1.101.3.4.2.4",
                                          "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2",
                                          "2.16.840.1.101.3.4.2.3", "2.16.840.1.101.3.4.2.7",
                                          "2.16.840.1.101.3.4.2.8", "2.16.840.1.101.3.4.2.9",
                                          "2.16.840.1.101.3.4.2.10", "1.2.643.7.1.1.2.2",
                                          "1.2.643.7.1.1.2.3", "1.2.643.2.2.9" };
    static const size_t sizes[] = { 20, 28, 32, 48, 64, 28, 32, 48, 64, 32, 64, 32 };
    enum hash hash;

    for (size_t i = 0; i < 12; i++) {
        assert_dotted(hash_oid(hashes[i]), dotted[i]);
        ck_assert_uint_eq(hash_size(hashes[i]), sizes[i]);
        assert_ok(hash_from_oid(hash_oid(hashes[i]), &hash));
        ck_assert_int_eq((int)hash, (int)hashes[i]);
    }
    assert_result(hash_from_oid(curve_oid(CURVE_P256), &hash), RESULT_UNSUPPORTED);
    assert_result(hash_from_oid(BYTES_NONE, &hash), RESULT_UNSUPPORTED);
}
END_TEST

START_TEST(nothing_is_known_of_none)
{
    ck_assert_uint_eq(curve_size(CURVE_NONE), 0);
    ck_assert_int_eq((int)curve_kind(CURVE_NONE), (int)KEY_NONE);
    ck_assert_uint_eq(curve_oid(CURVE_NONE).size, 0);
    ck_assert_uint_eq(hash_size(HASH_NONE), 0);
    ck_assert_uint_eq(hash_oid(HASH_NONE).size, 0);
}
END_TEST

START_TEST(curve_parameters_may_be_a_printable_string)
{
    enum curve curve;

    assert_ok(curve_from_params(bytes_text("\x13\x0c"
                                           "edwards25519"),
                                &curve));
    ck_assert_int_eq((int)curve, (int)CURVE_ED25519);
    assert_ok(curve_from_params(bytes_text("\x13\x0a"
                                           "curve25519"),
                                &curve));
    ck_assert_int_eq((int)curve, (int)CURVE_X25519);
    assert_result(curve_from_params(bytes_text("\x13\x05"
                                               "other"),
                                    &curve),
                  RESULT_UNSUPPORTED);
}
END_TEST

START_TEST(other_curve_parameters_are_unsupported_and_broken_ones_malformed)
{
    struct bytes explicit_parameters = BYTES_LIT(0x30, 0x03, 0x02, 0x01, 0x01),
                 implicit = BYTES_LIT(0x05, 0x00);
    struct bytes long_form = BYTES_LIT(0x06, 0x81, 0x03, 0x2B, 0x65, 0x70),
                 cut = BYTES_LIT(0x06, 0x03, 0x2B, 0x65);
    struct bytes trailing = BYTES_LIT(0x06, 0x03, 0x2B, 0x65, 0x70, 0x00);
    enum curve curve;

    assert_result(curve_from_params(explicit_parameters, &curve), RESULT_UNSUPPORTED);
    assert_result(curve_from_params(implicit, &curve), RESULT_UNSUPPORTED);
    assert_result(curve_from_params(BYTES_LIT(0x06, 0x01, 0x2A), &curve), RESULT_UNSUPPORTED);
    assert_result(curve_from_params(long_form, &curve), RESULT_MALFORMED);
    assert_result(curve_from_params(cut, &curve), RESULT_MALFORMED);
    assert_result(curve_from_params(trailing, &curve), RESULT_MALFORMED);
    assert_result(curve_from_params(BYTES_NONE, &curve), RESULT_MALFORMED);
}
END_TEST

START_TEST(dotted_numbers_of_all_sizes_come_back)
{
    assert_dotted(BYTES_LIT(0x06, 0x01, 0x00), "0.0");
    assert_dotted(BYTES_LIT(0x06, 0x01, 0x4F), "1.39");
    assert_dotted(BYTES_LIT(0x06, 0x01, 0x50), "2.0");
    assert_dotted(BYTES_LIT(0x06, 0x02, 0x88, 0x37), "2.999");
    assert_dotted(BYTES_LIT(0x06, 0x05, 0x2A, 0x8F, 0xFF, 0xFF, 0x7F), "1.2.33554431");
    assert_dotted(BYTES_LIT(0x06, 0x0A, 0x2A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F),
                  "1.2.9223372036854775807");
}
END_TEST

START_TEST(broken_identifiers_are_refused)
{
    static const char *const texts[] = {
        "",     "1",     "1.",   ".1",  "1..2", "3.1",
        "0.40", "1.2.x", "1.2.", "a.b", "-1.2", "1.2.99999999999999999999999"
    };
    const struct bytes ders[] = { BYTES_LIT(0x06, 0x00),       BYTES_LIT(0x06, 0x02, 0x2A, 0x80),
                                  BYTES_LIT(0x06, 0x01, 0x80), BYTES_LIT(0x06, 0x03, 0x2A, 0x80, 0x01),
                                  BYTES_LIT(0x05, 0x01, 0x2A), BYTES_LIT(0x06, 0x01, 0x2A, 0x00) };
    uint8_t memory[64];

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct buf out = BUF_OVER(memory);
        assert_result(oid_from_text(bytes_text(texts[i]), &out), RESULT_MALFORMED);
    }
    for (size_t i = 0; i < sizeof(ders) / sizeof(ders[0]); i++) {
        struct buf out = BUF_OVER(memory);
        assert_result(oid_to_text(ders[i], &out), RESULT_MALFORMED);
    }
}
END_TEST

START_TEST(name_parts_are_found_by_short_name_in_any_case)
{
    const struct name_part *part = name_part_from_text(bytes_text("cn"));

    ck_assert_ptr_nonnull(part);
    assert_dotted(name_part_oid(part), "2.5.4.3");
    ck_assert_ptr_eq(name_part_from_oid(name_part_oid(part)), part);
    assert_dotted(name_part_oid(name_part_from_text(bytes_text("INN"))), "1.2.643.3.131.1.1");
    assert_dotted(name_part_oid(name_part_from_text(bytes_text("SNILS"))), "1.2.643.100.3");
    assert_dotted(name_part_oid(name_part_from_text(bytes_text("OGRN"))), "1.2.643.100.1");
    assert_dotted(name_part_oid(name_part_from_text(bytes_text("OGRNIP"))), "1.2.643.100.5");
    assert_dotted(name_part_oid(name_part_from_text(bytes_text("INNLE"))), "1.2.643.100.4");
    assert_dotted(name_part_oid(name_part_from_text(bytes_text("DC"))), "0.9.2342.19200300.100.1.25");
    assert_dotted(name_part_oid(name_part_from_text(bytes_text("emailaddress"))), "1.2.840.113549.1.9.1");
    ck_assert_ptr_null(name_part_from_text(bytes_text("nothing")));
    ck_assert_ptr_null(name_part_from_text(BYTES_NONE));
    ck_assert_ptr_null(name_part_from_oid(BYTES_NONE));
}
END_TEST

START_TEST(gost_curves_have_sizes_but_no_identifier_of_their_own)
{
    enum curve curve;

    for (enum curve i = CURVE_GOST_256_TEST; i <= CURVE_GOST_512_C; i++) {
        ck_assert_uint_eq(curve_size(i), i < CURVE_GOST_512_TEST ? 32 : 64);
        ck_assert_int_eq((int)curve_kind(i), (int)(i < CURVE_GOST_512_TEST ? KEY_GOST256 : KEY_GOST512));
        ck_assert_uint_eq(curve_oid(i).size, 0);
        ck_assert(key_kind_is_gost(curve_kind(i)));
    }
    ck_assert(key_kind_is_gost(KEY_GOST2001) && !key_kind_is_gost(KEY_EC) && !key_kind_is_gost(KEY_NONE));
    assert_result(curve_from_params(BYTES_LIT(0x00, 0x00), &curve), RESULT_UNSUPPORTED);
    assert_result(curve_from_params(BYTES_LIT(0x06, 0x07, 0x2A, 0x85, 0x03, 0x02, 0x02, 0x23, 0x01), &curve),
                  RESULT_UNSUPPORTED);
}
END_TEST

UNIT_MAIN("oid", curves_have_the_identifiers_of_their_standards,
          hashes_have_the_identifiers_of_their_standards, nothing_is_known_of_none,
          curve_parameters_may_be_a_printable_string,
          other_curve_parameters_are_unsupported_and_broken_ones_malformed,
          dotted_numbers_of_all_sizes_come_back, broken_identifiers_are_refused,
          name_parts_are_found_by_short_name_in_any_case,
          gost_curves_have_sizes_but_no_identifier_of_their_own)
