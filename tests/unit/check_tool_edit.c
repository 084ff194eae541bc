/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "tool/mozilla.h"
#include "tool/openssl_conf.h"

#define MODULE "/opt/my module/libecp-pkcs11.so"
#define INTERNAL "library=\nname=NSS Internal PKCS #11 Module\nparameters=configdir='sql:/x' flags= \nNSS=Flags=internal,critical\n"
#define OURS "library=" MODULE "\nname=ecp\n\n"

static struct edit_input input(const char *text)
{
    return (struct edit_input){ .exists = text != NULL, .text = bytes_text(text), .module = MODULE,
                                .whole = EDIT_MARK "\nthe rest\n" };
}

static enum edit_state look(const struct edit_format *format, const char *text)
{
    const struct edit_input in = input(text);

    return format->look(&in);
}

/** TEXT becomes EXPECTED (NULL: whatever it is), in which the module is, and TEXT again. */
static void assert_there_and_back(const struct edit_format *format, const char *text, const char *expected)
{
    SCOPED(edit_free) struct edit there = { 0 }, back = { 0 };
    struct edit_input in = input(text);

    ck_assert_int_eq(format->look(&in), EDIT_OUT);
    ck_assert(format->put(&in, &there));
    ck_assert(!there.remove);
    if (expected)
        ck_assert_str_eq(there.text, expected);
    in = input(there.text);
    ck_assert_int_eq(format->look(&in), EDIT_IN);
    ck_assert(format->take(&in, &back));
    ck_assert_int_eq(back.remove, text == NULL);
    if (text)
        assert_bytes(bytes_make(back.text, back.size), bytes_text(text));
}

/** Without the module, TEXT is EXPECTED. */
static void assert_taken(const struct edit_format *format, const char *text, const char *expected)
{
    SCOPED(edit_free) struct edit edit = { 0 };
    const struct edit_input in = input(text);

    ck_assert_int_eq(format->look(&in), EDIT_IN);
    ck_assert(format->take(&in, &edit));
    ck_assert_str_eq(edit.text, expected);
}

START_TEST(nss_there_and_back)
{
    assert_there_and_back(&edit_nss, INTERNAL "\n", INTERNAL "\n" OURS);
    assert_there_and_back(&edit_nss, INTERNAL "\nlibrary=/other.so\nname=other\n\n", INTERNAL "\nlibrary=/other.so\nname=other\n\n" OURS);
    /* nothing that NSS writes: before the first section */
    assert_there_and_back(&edit_nss, INTERNAL, OURS INTERNAL);
    assert_there_and_back(&edit_nss, "library=\nname=x", OURS "library=\nname=x");
    assert_there_and_back(&edit_nss, "", OURS);
    assert_there_and_back(&edit_nss, "\n\n\n" INTERNAL "\n\n\n", NULL);
}
END_TEST

START_TEST(nss_takes_what_modutil_or_a_person_wrote)
{
    assert_taken(&edit_nss, INTERNAL "\nlibrary=" MODULE "\nname=Card\nNSS=trustOrder=1\n\nlibrary=/o\nname=o\n\n",
                 INTERNAL "\nlibrary=/o\nname=o\n\n");
    assert_taken(&edit_nss, INTERNAL "\nname=Card\n library = " MODULE " \n", INTERNAL "\n");
    assert_taken(&edit_nss, OURS INTERNAL "\n" OURS, INTERNAL "\n");
}
END_TEST

START_TEST(nss_takes_no_other_module_along)
{
    struct edit edit;
    const struct edit_input in = input(INTERNAL "library=" MODULE "\nname=ecp\n\n");

    ck_assert_int_eq(edit_nss.look(&in), EDIT_DAMAGED);
    ck_assert(!edit_change(&edit_nss, &in, false, &edit));
    ck_assert_int_eq(look(&edit_nss, INTERNAL "\nlibrary=/a\nname=a\nLibrary=/b\n"), EDIT_DAMAGED);
    ck_assert_int_eq(look(&edit_nss, INTERNAL "\nNAME=Card\nLibrary=" MODULE "\n"), EDIT_IN);
}
END_TEST

START_TEST(nss_states)
{
    static const char with_nul[] = INTERNAL "\n\0\n";
    struct edit_input in = input("");

    ck_assert_int_eq(look(&edit_nss, "library=/old/libecp-pkcs11.so\nname=ecp\n\n"), EDIT_OTHER);
    ck_assert_int_eq(look(&edit_nss, "library=/usr/lib/p11-kit-proxy.so\nname=p11-kit-proxy\n\n"), EDIT_OUT);
    ck_assert_int_eq(look(&edit_nss, "library=/usr/lib/p11-kit-proxy.so\nname=x\n\n" OURS), EDIT_IN);
    ck_assert_int_eq(look(&edit_nss, "# library=" MODULE "\n\n"), EDIT_OUT);
    ck_assert_int_eq(look(&edit_nss, "library=" MODULE ".old\nname=x\n\n"), EDIT_OUT);
    ck_assert_int_eq(look(&edit_nss, INTERNAL "\nlibr"), EDIT_DAMAGED);
    ck_assert_int_eq(look(&edit_nss, INTERNAL "\nlibr\n\n" OURS), EDIT_DAMAGED);
    in.p11_kit = true;
    in.text = bytes_text("library=/usr/lib/p11-kit-proxy.so\nname=p11-kit-proxy\n\n");
    ck_assert_int_eq(edit_nss.look(&in), EDIT_THROUGH);
    in.text = bytes_make(with_nul, sizeof(with_nul) - 1);
    ck_assert_int_eq(edit_nss.look(&in), EDIT_DAMAGED);
}
END_TEST

START_TEST(ssh_there_and_back)
{
    assert_there_and_back(&edit_ssh, NULL,
                          "# begin: ecp register (the file is new)\nHost *\n    PKCS11Provider \"" MODULE "\"\n# end: ecp register\n");
    assert_there_and_back(&edit_ssh, "", NULL);
    assert_there_and_back(&edit_ssh, "Host a\n  User b\n", NULL);
    assert_there_and_back(&edit_ssh, "Host a\n  User b", NULL);
    assert_there_and_back(&edit_ssh, "Host a\r\n  PKCS11Provider /other.so\r\n", NULL);
}
END_TEST

START_TEST(ssh_keeps_what_was_written_behind)
{
    SCOPED(edit_free) struct edit edit = { 0 };
    struct edit_input in = input("Host a");
    char text[512];

    ck_assert(edit_ssh.put(&in, &edit));
    snprintf(text, sizeof(text), "%sHost b\n", edit.text);
    assert_taken(&edit_ssh, text, "Host a\nHost b\n");
    edit_free(&edit);
    in = input(NULL);
    ck_assert(edit_ssh.put(&in, &edit));
    snprintf(text, sizeof(text), "%sHost b\n", edit.text);
    assert_taken(&edit_ssh, text, "Host b\n");
}
END_TEST

START_TEST(ssh_states)
{
    ck_assert_int_eq(look(&edit_ssh, "PKCS11Provider " MODULE "\n"), EDIT_BY_HAND);
    ck_assert_int_eq(look(&edit_ssh, "Host a\nUser b\nMatch all\n pkcs11provider=\"" MODULE "\"\n"), EDIT_BY_HAND);
    ck_assert_int_eq(look(&edit_ssh, "PKCS11Provider /other.so\n"), EDIT_OTHER);
    ck_assert_int_eq(look(&edit_ssh, "Host a\nPKCS11Provider /other.so\n"), EDIT_OUT);
    ck_assert_int_eq(look(&edit_ssh, "#PKCS11Provider /other.so\n"), EDIT_OUT);
    ck_assert_int_eq(look(&edit_ssh, "# begin: ecp register\nHost *\n"), EDIT_DAMAGED);
    ck_assert_int_eq(look(&edit_ssh, "# end: ecp register\n"), EDIT_DAMAGED);
    ck_assert_int_eq(look(&edit_ssh, "# begin: ecp register\nHost *\n    PKCS11Provider \"/old.so\"\n# end: ecp register\n"), EDIT_OTHER);
}
END_TEST

START_TEST(policy_there_and_back)
{
    static const char *const texts[] = {
        "{}", "{ }\n", " {\n}\n", "{\"policies\": {}}", "{\"policies\":{\"SecurityDevices\":{}}}",
        "{\n  \"policies\": {\n    \"DisableTelemetry\": true,\n    \"Certificates\": { \"Install\": [\"a}\\\"{.pem\"] }\n  }\n}\n",
        "{\"policies\":{\"SecurityDevices\":{\"Delete\":[\"old\"]}}}",
        "{\"policies\":{\"SecurityDevices\":{\"Add\":{}}}}",
        "{\"policies\":{\"SecurityDevices\":{\"Add\":{\"other\":\"/o.so\"},\"Delete\":[]},\"X\":1}}",
        "{\"policies\":{\"SecurityDevices\":{\"other\":\"/o.so\"}}}",
        "{\"a\": [1, {\"policies\": 2}], \"b\\\\\": \"\\\\\", \"policies\" : { } , \"c\": -1.5e3 }",
    };

    assert_there_and_back(&edit_policy, NULL, NULL);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_there_and_back(&edit_policy, texts[i], NULL);
    assert_there_and_back(&edit_policy, "{\"policies\":{\"SecurityDevices\":{\"Add\":{\"other\":\"/o.so\"}}}}",
                          "{\"policies\":{\"SecurityDevices\":{\"Add\":{\n        \"ecp\": \"" MODULE "\",\"other\":\"/o.so\"}}}}");
}
END_TEST

START_TEST(policy_takes_what_a_person_wrote)
{
    assert_taken(&edit_policy, "{\"policies\":{\"SecurityDevices\":{\"Add\":{\"a\":\"/a\", \"my\": \"" MODULE "\" , \"b\":\"/b\"}}}}",
                 "{\"policies\":{\"SecurityDevices\":{\"Add\":{\"a\":\"/a\" , \"b\":\"/b\"}}}}");
    assert_taken(&edit_policy, "{\"policies\":{\"SecurityDevices\":{\"Add\":{\"my\": \"" MODULE "\" , \"b\":\"/b\"}}}}",
                 "{\"policies\":{\"SecurityDevices\":{\"Add\":{ \"b\":\"/b\"}}}}");
    assert_taken(&edit_policy, "{\"policies\":{\"SecurityDevices\":{\"my\":\"" MODULE "\"}}}",
                 "{\"policies\":{\"SecurityDevices\":{}}}");
}
END_TEST

START_TEST(policy_states)
{
    static const char *const damaged[] = { "", "{", "[]", "{\"policies\": 1}", "{\"policies\":{\"SecurityDevices\":[]}}", "{} x",
                                           "{\"a\":1,\"a\":2}" };

    for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++)
        ck_assert_int_eq(look(&edit_policy, damaged[i]), EDIT_DAMAGED);
    ck_assert_int_eq(look(&edit_policy, "{\"policies\":{\"SecurityDevices\":{\"Add\":{\"ecp\":\"/old.so\"}}}}"), EDIT_OTHER);
}
END_TEST

START_TEST(policy_names_in_disguise_are_not_edited)
{
    struct edit edit;
    const struct edit_input in = input("{\"policies\":{\"\\u0053ecurityDevices\":{\"Add\":{\"my\":\"" MODULE "\"}}}}");

    ck_assert_int_eq(edit_policy.look(&in), EDIT_IN);
    ck_assert(!edit_policy.take(&in, &edit));
}
END_TEST

START_TEST(policy_is_not_put_beside_a_name_in_disguise)
{
    struct edit edit;
    const struct edit_input in = input("{\"polic\\u0069es\": {\"DisableTelemetry\": true}}");

    ck_assert_int_eq(edit_policy.look(&in), EDIT_OUT);
    ck_assert(!edit_change(&edit_policy, &in, false, &edit));
    ck_assert_ptr_null(edit.text);
}
END_TEST

START_TEST(a_file_that_is_all_ours)
{
    assert_there_and_back(&edit_whole, NULL, EDIT_MARK "\nthe rest\n");
    ck_assert_int_eq(look(&edit_whole, EDIT_MARK "\nsomething else\n"), EDIT_STALE);
    ck_assert_int_eq(look(&edit_whole, "# a person's\n"), EDIT_OTHER);
    ck_assert_int_eq(look(&edit_whole, ""), EDIT_OTHER);
}
END_TEST

START_TEST(paths_that_fit)
{
    ck_assert(edit_path_fits("/usr/lib/x86_64-linux-gnu/pkcs11/libecp-pkcs11.so"));
    ck_assert(edit_path_fits("/home/Иван Петров/модуль.so"));
    ck_assert(!edit_path_fits("libecp-pkcs11.so"));
    ck_assert(!edit_path_fits("/a\nname=x"));
    ck_assert(!edit_path_fits("/a\"b"));
    ck_assert(!edit_path_fits("/a#b"));
    ck_assert(!edit_path_fits("/a`b"));
    ck_assert(!edit_path_fits("/\xff.so"));
}
END_TEST

START_TEST(openssl_names)
{
    struct openssl_conf conf;

    openssl_conf_read(bytes_text("HOME = .\nopenssl_conf = start # yes\n[ start ]\nproviders=list\n[list]\ndefault = base\n[x]\nproviders = no\n"),
                      &conf);
    ck_assert_str_eq(conf.init, "start");
    ck_assert_str_eq(conf.providers, "list");
    ck_assert_str_eq(conf.base, "base");
    openssl_conf_read(bytes_text("#openssl_conf = start\n[openssl_conf]\nproviders = x\n"), &conf);
    ck_assert_str_eq(conf.init, "");
    ck_assert_str_eq(conf.providers, "");
    openssl_conf_read(bytes_text("openssl_conf = $var\n"), &conf);
    ck_assert_str_eq(conf.init, "");
}
END_TEST

START_TEST(openssl_folders)
{
    struct openssl_conf conf;
    char section[64], *folder = openssl_conf_folder(bytes_text("# .include /no\n.include fipsmodule.cnf\n.include = /etc/nowhere.d\n"), section), *part;

    ck_assert_str_eq(folder, "/etc/nowhere.d");
    ck_assert_str_eq(section, "default");
    free(folder);
    folder = openssl_conf_folder(bytes_text("[a]\n.include /etc/passwd\n[ list ]\n.include /etc/passwd/x\n.include /etc\n"), section);
    ck_assert_str_eq(folder, "/etc");
    ck_assert_str_eq(section, "list");
    free(folder);
    openssl_conf_read(bytes_text("x = y\n"), &conf);
    part = openssl_conf_part(&conf, section, MODULE);
    ck_assert(bytes_equal(bytes_from(bytes_text(part), strlen(part) - 8), bytes_text("\n[list]\n")));
    free(part);
    ck_assert_ptr_null(openssl_conf_folder(bytes_text("# .include /no\n.include /etc/passwd\n"), section));
}
END_TEST

START_TEST(profiles)
{
    const struct bytes text = bytes_text("[Install1]\nDefault=a b\n\n[Profile1]\nName=x\nIsRelative=1\nPath=Профиль a\n\n[Profile0]\nPath=/abs\n"
                                         "IsRelative=0\n[General]\nVersion=2\n[Profile2]\nName=none\n[Profile3]\nPath=last");
    static const char *const expected[] = { "/h/Профиль a", "/abs", "/h/last" };
    size_t position = 0;
    char *path;

    for (size_t i = 0; i < 3; i++) {
        path = mozilla_profile(text, "/h", &position);
        ck_assert_ptr_nonnull(path);
        ck_assert_str_eq(path, expected[i]);
        free(path);
    }
    ck_assert_ptr_null(mozilla_profile(text, "/h", &position));
}
END_TEST

START_TEST(profiles_that_are_none)
{
    static const char text[] = "[Profile0]\nIsRelative=0\nPath=here\n[Profile1]\nPath=a\0b\n[Profile2]\nPath=\33[2J\n[Profile3]\nPath=good\n"
                               "[Profile4]\nIsRelative=0\nPath=last";
    size_t position = 0;
    char *path = mozilla_profile(bytes_make(text, sizeof(text) - 1), "/h", &position);

    ck_assert_ptr_nonnull(path);
    ck_assert_str_eq(path, "/h/good");
    free(path);
    ck_assert_ptr_null(mozilla_profile(bytes_make(text, sizeof(text) - 1), "/h", &position));
}
END_TEST

UNIT_MAIN("tool/edit", profiles_that_are_none, nss_takes_no_other_module_along, policy_is_not_put_beside_a_name_in_disguise,
          nss_there_and_back, nss_takes_what_modutil_or_a_person_wrote, nss_states, ssh_there_and_back,
          ssh_keeps_what_was_written_behind, ssh_states, policy_there_and_back, policy_takes_what_a_person_wrote, policy_states,
          policy_names_in_disguise_are_not_edited, a_file_that_is_all_ours, paths_that_fit, openssl_names, openssl_folders, profiles)
