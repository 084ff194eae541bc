/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/gost.h"

#include "asn1/buf.h"
#include "tests/unit/unit.h"

static const struct {
    const char *name, *dotted;
    size_t size;
} rows[] = {
    { "test-256", "1.2.643.2.2.35.0", 32 },         { "CryptoPro-A", "1.2.643.2.2.35.1", 32 },
    { "CryptoPro-B", "1.2.643.2.2.35.2", 32 },      { "CryptoPro-C", "1.2.643.2.2.35.3", 32 },
    { "CryptoPro-XchA", "1.2.643.2.2.36.0", 32 },   { "CryptoPro-XchB", "1.2.643.2.2.36.1", 32 },
    { "tc26-256-A", "1.2.643.7.1.2.1.1.1", 32 },    { "tc26-256-B", "1.2.643.7.1.2.1.1.2", 32 },
    { "tc26-256-C", "1.2.643.7.1.2.1.1.3", 32 },    { "tc26-256-D", "1.2.643.7.1.2.1.1.4", 32 },
    { "tc26-512-test", "1.2.643.7.1.2.1.2.0", 64 }, { "tc26-512-A", "1.2.643.7.1.2.1.2.1", 64 },
    { "tc26-512-B", "1.2.643.7.1.2.1.2.2", 64 },    { "TC26-512-c", "1.2.643.7.1.2.1.2.3", 64 },
};

START_TEST(every_set_is_found_by_identifier_name_and_number)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t memory[16];
        struct buf oid = BUF_OVER(memory);
        const struct gost_set *set;

        assert_ok(oid_from_text(bytes_text(rows[i].dotted), &oid));
        set = gost_set_from_oid(buf_bytes(&oid));
        ck_assert_ptr_nonnull(set);
        assert_bytes(gost_set_oid(set), buf_bytes(&oid));
        ck_assert_uint_eq(set->size, rows[i].size);
        ck_assert_ptr_eq(gost_set_from_name(bytes_text(rows[i].name)), set);
        ck_assert_ptr_eq(gost_set_from_number(set->number), set);
        ck_assert_ptr_eq(gost_set_at(i), set);
    }
    ck_assert_ptr_null(gost_set_at(sizeof(rows) / sizeof(rows[0])));
}
END_TEST

START_TEST(what_is_no_set_is_not_found)
{
    ck_assert_ptr_null(gost_set_from_oid(BYTES_NONE));
    ck_assert_ptr_null(gost_set_from_oid(hash_oid(HASH_STREEBOG_256)));
    ck_assert_ptr_null(gost_set_from_name(bytes_text("CryptoPro")));
    ck_assert_ptr_null(gost_set_from_number(0));
}
END_TEST

START_TEST(the_old_digest_goes_by_its_parameters)
{
    assert_bytes(gost_digest_oid(HASH_GOST94),
                 BYTES_LIT(0x06, 0x07, 0x2A, 0x85, 0x03, 0x02, 0x02, 0x1E, 0x01));
    assert_bytes(gost_digest_oid(HASH_STREEBOG_512), hash_oid(HASH_STREEBOG_512));
    ck_assert_uint_eq(gost_digest_oid(HASH_SHA256).size, 0);
    ck_assert_int_eq((int)gost_digest_from_oid(gost_digest_oid(HASH_GOST94)), (int)HASH_GOST94);
    ck_assert_int_eq((int)gost_digest_from_oid(hash_oid(HASH_STREEBOG_256)), (int)HASH_STREEBOG_256);
    ck_assert_int_eq((int)gost_digest_from_oid(hash_oid(HASH_GOST94)), (int)HASH_NONE);
    ck_assert_int_eq((int)gost_digest_from_oid(BYTES_NONE), (int)HASH_NONE);
}
END_TEST

UNIT_MAIN("gost", every_set_is_found_by_identifier_name_and_number, what_is_no_set_is_not_found,
          the_old_digest_goes_by_its_parameters)
