/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/signer.h"

#include "tests/unit/unit.h"

static enum result sign_backwards(void *ctx, struct bytes tbs, struct buf *signature)
{
    *(size_t *)ctx = buf_room(signature);
    for (size_t i = tbs.size; i > 0; i--)
        buf_add_byte(signature, tbs.data[i - 1]);
    return RESULT_OK;
}

static enum result sign_not(void *ctx, struct bytes tbs, struct buf *signature)
{
    (void)tbs;
    (void)signature;
    return *(enum result *)ctx;
}

START_TEST(the_signature_is_appended_and_may_be_over_what_is_there)
{
    uint8_t memory[10];
    struct buf out = BUF_OVER(memory);
    size_t room = 0;
    struct signer signer = { .sign = sign_backwards, .ctx = &room };

    buf_add(&out, BYTES_LIT(1, 2, 3));
    assert_ok(signer_sign(&signer, buf_bytes(&out), &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(1, 2, 3, 3, 2, 1));
    ck_assert_uint_eq(room, 7);
}
END_TEST

START_TEST(a_failure_and_an_empty_signature_are_told)
{
    enum result result = RESULT_PIN_WRONG;
    struct signer signer = { .sign = sign_not, .ctx = &result };
    uint8_t memory[4];
    struct buf out = BUF_OVER(memory);

    assert_result(signer_sign(&signer, BYTES_LIT(1), &out), RESULT_PIN_WRONG);
    result = RESULT_OK;
    assert_result(signer_sign(&signer, BYTES_LIT(1), &out), RESULT_INTERNAL);
    ck_assert_uint_eq(out.size, 0);
}
END_TEST

START_TEST(a_signature_without_room_is_too_large)
{
    uint8_t memory[4];
    struct buf out = BUF_OVER(memory);
    size_t room;
    struct signer signer = { .sign = sign_backwards, .ctx = &room };

    assert_result(signer_sign(&signer, BYTES_LIT(1, 2, 3, 4, 5), &out), RESULT_TOO_LARGE);
}
END_TEST

UNIT_MAIN("signer", the_signature_is_appended_and_may_be_over_what_is_there,
          a_failure_and_an_empty_signature_are_told, a_signature_without_room_is_too_large)
