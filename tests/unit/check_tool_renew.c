/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/renew.h"

#include "tests/unit/unit.h"

static const uint8_t ivan[] = { 0x30, 0x01, 0x01 }, olga[] = { 0x30, 0x01, 0x02 };
static const uint8_t ders[4][1] = { { 1 }, { 2 }, { 3 }, { 4 } };
static struct certificate rows[4];
static struct objects objects;

/* Certificate INDEX, of a key of its own: its subject, usage and last year. */
static void put(size_t index, struct bytes subject, unsigned usage, unsigned year)
{
    /* read only */
    rows[index] = (struct certificate){ .der = (uint8_t *)(uintptr_t)ders[index], .size = 1, .readable = true };
    rows[index].x509 = (struct x509){ .subject = subject, .not_after = { year, 1, 1 }, .has_key = true, .has_usage = true,
                                      .usage = usage };
    rows[index].x509.key = (struct pubkey){ .kind = KEY_EC, .point_size = 1, .point = { (uint8_t)index } };
    objects = (struct objects){ .certificates = rows, .certificate_count = index + 1 };
}

START_TEST(the_certificate_that_is_renewed_is_the_only_one_taken)
{
    const struct certificate *found;

    put(0, BYTES_OF(ivan), X509_DIGITAL_SIGNATURE, 2031);
    put(1, BYTES_OF(ivan), X509_DIGITAL_SIGNATURE, 2030);
    put(2, BYTES_OF(ivan), X509_DIGITAL_SIGNATURE, 2030);
    ck_assert_uint_eq(renew_find_old(&objects, &rows[0], BYTES_OF(ders[2]), &found), 1);
    ck_assert_ptr_eq(found, &rows[2]);
    ck_assert_uint_eq(renew_find_old(&objects, &rows[0], BYTES_OF(ders[3]), &found), 0);
    ck_assert_ptr_null(found);
    ck_assert_uint_eq(renew_find_old(&objects, &rows[0], BYTES_OF(ders[0]), &found), 0);
}
END_TEST

START_TEST(certificates_of_one_name_for_other_work_are_not_its_predecessors)
{
    const struct certificate *found;

    put(0, BYTES_OF(ivan), X509_DIGITAL_SIGNATURE, 2031);
    put(1, BYTES_OF(ivan), X509_KEY_AGREEMENT, 2030);
    put(2, BYTES_OF(olga), X509_DIGITAL_SIGNATURE, 2030);
    ck_assert_uint_eq(renew_find_old(&objects, &rows[0], BYTES_NONE, &found), 0);
    put(3, BYTES_OF(ivan), X509_DIGITAL_SIGNATURE, 2030);
    ck_assert_uint_eq(renew_find_old(&objects, &rows[0], BYTES_NONE, &found), 1);
    ck_assert_ptr_eq(found, &rows[3]);
    rows[3].x509.not_after.year = 2032;
    ck_assert_uint_eq(renew_find_old(&objects, &rows[0], BYTES_NONE, &found), 0);
}
END_TEST

START_TEST(several_predecessors_are_counted)
{
    const struct certificate *found;

    put(0, BYTES_OF(ivan), X509_DIGITAL_SIGNATURE, 2031);
    put(1, BYTES_OF(ivan), X509_DIGITAL_SIGNATURE, 2030);
    put(2, BYTES_OF(ivan), X509_DIGITAL_SIGNATURE, 2030);
    ck_assert_uint_eq(renew_find_old(&objects, &rows[0], BYTES_NONE, &found), 2);
}
END_TEST

UNIT_MAIN("tool/renew_parts", the_certificate_that_is_renewed_is_the_only_one_taken,
          certificates_of_one_name_for_other_work_are_not_its_predecessors, several_predecessors_are_counted)
