/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates in their objects, as cards and the software of others leave them there. */
#include "pcsc/inflate.h"
#include "tests/unit/piv_objects.h"

static struct bytes gzip(struct bytes plain)
{
    static uint8_t memory[4096];
    struct buf packed = BUF_OVER(memory);

    assert_ok(inflate_pack(plain, &packed));
    return buf_bytes(&packed);
}

/* One certificate in 9A, as the card says it, comes out as the vector is. */
static void assert_certificate_found(void)
{
    bench_open(bench.text, ATR_PLAIN);
    assert_ok(bench_list(CARD_CERT, 1));
    assert_bytes(buf_bytes(&bench.value), bench.vector.bytes);
    ck_assert_uint_eq(bench.item.cert.reference, 0x5FC105);
    ck_assert_str_eq(bench.item.cert.label, "PIV Authentication");
    bench_down();
}

static void assert_certificate_left_out(void)
{
    bench_open(bench.text, ATR_PLAIN);
    assert_result(bench_list(CARD_CERT, 1), RESULT_NOT_FOUND);
    ck_assert_uint_eq(bench.value.size, 0);
    bench_down();
}

START_TEST(a_certificate_is_found_whatever_the_order_of_its_tags)
{
    uint8_t memory[1024];
    struct buf contents = BUF_OVER(memory);

    bench_say(OPEN_NIST GET_9A);
    say_certificate(p256(), 0);
    assert_certificate_found();

    add(&contents, 0xFE, BYTES_NONE);
    tlv_add_byte(&contents, 0x71, 0);
    add(&contents, 0x72, BYTES_LIT(1, 2, 3));
    add(&contents, 0x70, p256());
    bench_say(OPEN_NIST GET_9A);
    say_object(buf_bytes(&contents));
    assert_certificate_found();

    buf_clear(&contents);
    add(&contents, 0x70, p256());
    bench_say(OPEN_NIST GET_9A);
    say_object(buf_bytes(&contents));
    assert_certificate_found();
}
END_TEST

START_TEST(a_packed_certificate_is_unpacked_even_if_its_flag_is_wrong)
{
    static const uint8_t flags[] = { 0x01, 0x00, 0x81 };

    for (size_t i = 0; i < sizeof(flags); i++) {
        bench_say(OPEN_NIST GET_9A);
        say_certificate(gzip(p256()), flags[i]);
        assert_certificate_found();
        bench_say(OPEN_NIST GET_9A);
        say_certificate(p256(), flags[i]);
        assert_certificate_found();
    }
}
END_TEST

START_TEST(a_bare_certificate_without_its_wrapping_counts)
{
    bench_say(OPEN_NIST GET_9A);
    say_object(p256());
    assert_certificate_found();
}
END_TEST

START_TEST(what_follows_a_certificate_in_its_object_is_left_out)
{
    uint8_t memory[600];
    struct buf longer = BUF_OVER(memory);

    buf_add(&longer, p256());
    buf_add_fill(&longer, 0, 30);
    bench_say(OPEN_NIST GET_9A);
    say_certificate(buf_bytes(&longer), 0);
    assert_certificate_found();
}
END_TEST

START_TEST(a_certificate_counts_its_own_length_where_its_wrapper_is_wrong)
{
    static const struct {
        int object, certificate; /* more than there is */
    } rows[] = { { -20, 0 }, { 20, 0 }, { 0, -20 }, { 0, 300 }, { -300, -300 }, { 30000, 30000 } };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bytes der = p256();
        char headers[40];

        (void)snprintf(headers, sizeof(headers), "< 5382%04X 7082%04X ",
                       (unsigned)((int)der.size + 9 + rows[i].object),
                       (unsigned)((int)der.size + rows[i].certificate));
        bench_say(OPEN_NIST GET_9A);
        bench_say(headers);
        bench_say_hex(der);
        bench_say(" 710100 FE00 9000\n");
        assert_certificate_found();
    }
}
END_TEST

START_TEST(every_way_to_say_that_there_is_none_is_understood)
{
    static const char *const ways[] = { "< 6A82\n",
                                        "< 5300 9000\n",
                                        "< 9000\n",
                                        "< 6A81\n",
                                        "< 6A88\n",
                                        "< 538100 9000\n",
                                        "< 53820000 9000\n",
                                        "< 6982\n",
                                        "< 6985\n",
                                        "< 6A86\n" GET_9A_SHORT "< 6A86\n",
                                        "< 6F00\n" GET_9A_SHORT "< 6F00\n" };

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        bench_say(OPEN_NIST GET_9A);
        bench_say(ways[i]);
        assert_certificate_left_out();
    }
}
END_TEST

START_TEST(a_broken_certificate_is_left_out)
{
    static const char *const broken[] = {
        "< 5305 7003 010203 9000\n",
        "< 5304 7003 3001 9000\n",
        "< 53FF 7003 9000\n",
        "< 70 9000\n",
        "< 7C00 9000\n",
        "< 530A 7005 1F8B080000 710101 9000\n",
        "< 5309 7004 30820100 710100 9000\n",
        "< FF 9000\n",
    };

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        bench_say(OPEN_NIST GET_9A);
        bench_say(broken[i]);
        assert_certificate_left_out();
    }
}
END_TEST

START_TEST(a_certificate_that_unpacks_without_end_is_left_out)
{
    static uint8_t zeros[60000];

    bench_say(OPEN_NIST GET_9A);
    say_certificate(gzip(BYTES_OF(zeros)), 1);
    assert_certificate_left_out();
}
END_TEST

UNIT_MAIN("card_piv_certificate", a_certificate_is_found_whatever_the_order_of_its_tags,
          a_packed_certificate_is_unpacked_even_if_its_flag_is_wrong,
          a_bare_certificate_without_its_wrapping_counts,
          what_follows_a_certificate_in_its_object_is_left_out,
          a_certificate_counts_its_own_length_where_its_wrapper_is_wrong,
          every_way_to_say_that_there_is_none_is_understood, a_broken_certificate_is_left_out,
          a_certificate_that_unpacks_without_end_is_left_out)
