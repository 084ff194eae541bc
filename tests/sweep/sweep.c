/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sweep: every command of every story, and everything that can go wrong at it; and every allocation.
 *
 *     sweep [-v] [-j JOBS] [-e N] [-s N] [WORD…]
 *
 * Prints one point a family, story and sort of trouble, with the number of its cases, and what failed. WORDs: only
 * points whose name has all of them. -v: every failure, and the time. -e: of the lies about a command one in N, as
 * plan.h says, other ones on each card; of the allocations that fail every Nth. -s: of all that is left every Nth, for a
 * build that is slow. Each point is a process of its own: a crash
 * is its failure alone.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "pkcs11-headers/pkcs11-gost.h"
#include "tests/sweep/case.h"
#include "tests/sweep/memory.h"

#define PROFILES_MAX 16
#define POINTS_MAX 512
#define POINT_NAME_MAX 160
#define REPORT_MAX 2048
#define CERTIFICATE_MAX 2048
#define STARVED "no memory"

/* What is known of a point; shared with the process that finds it out. */
struct point {
    char name[POINT_NAME_MAX];
    const struct kin *kin;
    const struct story *story;
    int sort; /* enum plan_sort, or PLAN_SORTS: allocations fail */
    pid_t pid;
    bool well;
    unsigned cases, failures, longest; /* LONGEST: the most commands of one call */
    double seconds;
    char now[256];
    char report[REPORT_MAX];
};

static struct {
    bool verbose;
    unsigned jobs, every, sample;
    char **words;
    struct point *points;
    size_t point_count;
    struct furnished cards[PROFILES_MAX];
    size_t card_count;
    char config[64];
    uint8_t certificate[CERTIFICATE_MAX];
} sweep = { .jobs = 1, .every = 1, .sample = 1 };

static const uint8_t p256[] = { 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07 };
static const CK_ULONG rsa_bits = 2048;
static const uint8_t gost_a[] = { 0x06, 0x07, 0x2A, 0x85, 0x03, 0x02, 0x02, 0x23, 0x01 };
static const uint8_t piv_old[] = { 0x01 }, piv_new[] = { 0x03 };
static const uint8_t rutoken_old[] = { 0x45 }, rutoken_new[] = { 0x50 };

static const uint8_t nist_writer[] = { 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8 };

#define PIV_KIND                                                                                                 \
    .user_pin = "538217", .new_pin = "640973", .wrong_pin = "111111", .so_pin = "70593816",                      \
    .factory_pin = "12345678", .old_id = { piv_old, sizeof(piv_old) }, .new_id = { piv_new, sizeof(piv_new) }

#define RUTOKEN_KIND                                                                                             \
    .user_pin = "53821746", .new_pin = "64097385", .wrong_pin = "11111111", .so_pin = "87654321",                \
    .old_id = { rutoken_old, sizeof(rutoken_old) }, .new_id = { rutoken_new, sizeof(rutoken_new) }

#define P256_KEYS                                                                                                \
    .generation = CKM_EC_KEY_PAIR_GEN, .signature = CKM_ECDSA, .digest_signature = CKM_ECDSA_SHA256,             \
    .parameters = { p256, sizeof(p256) }, .parameters_type = CKA_EC_PARAMS, .key_type = CKK_EC

#define RSA_KEYS                                                                                                 \
    .generation = CKM_RSA_PKCS_KEY_PAIR_GEN, .signature = CKM_RSA_PKCS, .digest_signature = CKM_SHA256_RSA_PKCS, \
    .parameters = { (const uint8_t *)&rsa_bits, sizeof(rsa_bits) }, .parameters_type = CKA_MODULUS_BITS,         \
    .key_type = CKK_RSA, .only_key = true

#define GOST_KEYS                                                                                                \
    .generation = CKM_GOSTR3410_KEY_PAIR_GEN, .signature = CKM_GOSTR3410,                                        \
    .digest_signature = CKM_GOSTR3410_WITH_GOSTR3411_12_256, .parameters = { gost_a, sizeof(gost_a) },           \
    .parameters_type = CKA_GOSTR3410_PARAMS, .key_type = CKK_GOSTR3410

static const struct kin kins[] = {
    { .name = "PIV", .profiles = (const char *const[]){ "piv", "piv:short", "piv:t0", NULL }, PIV_KIND, P256_KEYS },
    { .name = "PIV with RSA", .profiles = (const char *const[]){ "piv:short", "piv:t0", NULL }, PIV_KIND, RSA_KEYS },
    { .name = "PIV of NIST",
      .profiles = (const char *const[]){ "piv:nist", NULL },
      .config = "[piv]\noverwrite = yes\n",
      .writer = "010203040506070801020304050607080102030405060708",
      .writer_key = { nist_writer, sizeof(nist_writer) },
      PIV_KIND,
      P256_KEYS },
    { .name = "Rutoken", .profiles = (const char *const[]){ "rutoken", "rutoken:sc-t0", NULL }, RUTOKEN_KIND, GOST_KEYS },
    { .name = "Rutoken with RSA", .profiles = (const char *const[]){ "rutoken", NULL }, RUTOKEN_KIND, RSA_KEYS },
};

static void die(const char *what)
{
    fprintf(stderr, "sweep: %s\n", what);
    exit(2);
}

/* The one that the stories write. */
static struct bytes certificate_load(void)
{
    FILE *file = fopen(VECTORS "/asn1/p256.crt", "rb");
    size_t size = file ? fread(sweep.certificate, 1, CERTIFICATE_MAX, file) : 0;

    if (size == 0 || size == CERTIFICATE_MAX)
        die("no vector asn1/p256.crt");
    fclose(file);
    return bytes_make(sweep.certificate, size);
}

static void config_write(const char *text)
{
    int file;

    snprintf(sweep.config, sizeof(sweep.config), "/tmp/ecp-sweep.XXXXXX");
    file = mkstemp(sweep.config);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
        die(sweep.config);
    close(file);
}

static void furnish_all(const struct kin *kin)
{
    char failure[RUN_FAILURE_MAX];

    if (kin->config)
        config_write(kin->config);
    for (const char *const *profile = kin->profiles; *profile; profile++) {
        if (sweep.card_count == PROFILES_MAX)
            die("too many cards");
        struct furnished *card = &sweep.cards[sweep.card_count++];
        *card = (struct furnished){ .kin = kin, .profile = *profile, .config = kin->config ? sweep.config : NULL };
        card->other_certificate = certificate_load();
        if (!case_furnish(card, failure))
            die(failure);
    }
}

static void point_report(struct point *point, const char *profile, const char *what, const char *failure)
{
    size_t used = strlen(point->report);

    point->failures++;
    if (sweep.verbose)
        fprintf(stderr, "%s: %s: %s: %s\n", point->name, profile, what, failure);
    if (point->failures <= 5)
        snprintf(point->report + used, REPORT_MAX - used, "    %s: %s: %s\n", profile, what, failure);
}

static void point_starve(struct point *point, const struct furnished *card, struct world *world)
{
    char failure[RUN_FAILURE_MAX];
    bool failed = true;

    for (unsigned nth = 1; failed; nth += sweep.every * sweep.sample) {
        snprintf(point->now, sizeof(point->now), "%s: allocation %u", card->profile, nth);
        if (!case_starve(world, card, point->story, nth, &failed, failure))
            point_report(point, card->profile, point->now, failure);
        point->cases += failed;
    }
}

static void point_trouble(struct point *point, const struct furnished *card, struct world *world)
{
    char failure[RUN_FAILURE_MAX], what[128];
    const struct plan_choice choice = { sweep.every, (unsigned)(card - sweep.cards) };
    struct plan plan = { 0 };
    unsigned count = 0;

    if (!case_rehearse(world, card, point->story, &count, failure))
        point_report(point, card->profile, "without trouble", failure);
    else if (!plan_make(&plan, (enum plan_sort)point->sort, world->record, count, &choice))
        point_report(point, card->profile, "without trouble", "no memory");
    /* of a short plan one at least */
    for (size_t i = plan.count > 0 ? choice.first % sweep.sample % plan.count : 0; i < plan.count; i += sweep.sample) {
        plan_describe(&plan.items[i], what, sizeof(what));
        snprintf(point->now, sizeof(point->now), "%s: %s", card->profile, what);
        if (!case_run(world, card, point->story, &plan.items[i], failure))
            point_report(point, card->profile, what, failure);
        point->cases++;
    }
    plan_clear(&plan);
}

/* What the process has computed, however busy the machine is. */
static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The process of a point. */
static void point_work(struct point *point)
{
    double begun = seconds_now();

    for (size_t i = 0; i < sweep.card_count; i++) {
        struct world world;
        if (sweep.cards[i].kin != point->kin)
            continue;
        if (!world_open(&world, sweep.cards[i].profile))
            die("no card");
        if (point->sort == PLAN_SORTS)
            point_starve(point, &sweep.cards[i], &world);
        else
            point_trouble(point, &sweep.cards[i], &world);
        if (world.longest > point->longest)
            point->longest = world.longest;
        world_close(&world);
    }
    point->seconds = seconds_now() - begun;
    point->now[0] = '\0';
    point->well = point->failures == 0 && point->cases > 0;
    /* OpenSSL has lost memory then: a sanitizer is not asked */
    if (point->sort == PLAN_SORTS)
        _exit(point->well ? EXIT_SUCCESS : EXIT_FAILURE);
    exit(point->well ? EXIT_SUCCESS : EXIT_FAILURE);
}

static bool point_wanted(const struct point *point)
{
    for (char **word = sweep.words; *word; word++)
        if (!strstr(point->name, *word))
            return false;
    return true;
}

static void point_add(const struct kin *kin, const struct story *story, int sort)
{
    struct point *point = &sweep.points[sweep.point_count];

    if (sweep.point_count == POINTS_MAX)
        die("too many points");
    snprintf(point->name, sizeof(point->name), "%s: %s: %s", kin->name, story->name,
             sort == PLAN_SORTS ? STARVED : plan_names[sort]);
    point->kin = kin;
    point->story = story;
    point->sort = sort;
    if (point_wanted(point))
        sweep.point_count++;
    else
        memset(point, 0, sizeof(*point));
}

/* NIST's cards have no command that formats them. */
static bool story_fits(const struct kin *kin, const struct story *story)
{
    return !(story->format && kin->writer) && (story->key_seen || !kin->only_key);
}

static void points_make(void)
{
    sweep.points = mmap(NULL, POINTS_MAX * sizeof(*sweep.points), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sweep.points == MAP_FAILED)
        die("no memory");
    for (size_t i = 0; i < sizeof(kins) / sizeof(kins[0]); i++) {
        size_t before = sweep.point_count;
        for (const struct story *story = stories; story->name; story++)
            for (int sort = 0; sort < PLAN_SORTS && story_fits(&kins[i], story); sort++)
                point_add(&kins[i], story, sort);
        for (const struct story *story = stories; story->name; story++)
            if (story->starve)
                point_add(&kins[i], story, PLAN_SORTS);
        if (sweep.point_count > before)
            furnish_all(&kins[i]);
    }
}

/* Waits for one process. */
static void points_wait(void)
{
    int status;
    pid_t pid = wait(&status);

    for (size_t i = 0; pid > 0 && i < sweep.point_count; i++) {
        struct point *point = &sweep.points[i];
        size_t used = strlen(point->report);
        if (point->pid != pid || (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS))
            continue;
        point->well = false;
        if (WIFSIGNALED(status) || point->now[0] != '\0' || point->failures == 0)
            snprintf(point->report + used, REPORT_MAX - used, "    died (%s %d) at %s\n",
                     WIFSIGNALED(status) ? "signal" : "status",
                     WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), point->now);
    }
}

static void points_run(void)
{
    unsigned running = 0;
    pid_t pid;

    for (size_t i = 0; i < sweep.point_count; i++) {
        if (running == sweep.jobs) {
            points_wait();
            running--;
        }
        fflush(NULL);
        pid = fork();
        if (pid == 0)
            point_work(&sweep.points[i]);
        sweep.points[i].pid = pid;
        running += pid > 0;
    }
    for (; running > 0; running--)
        points_wait();
}

static bool points_print(void)
{
    bool well = sweep.point_count > 0;
    unsigned long cases = 0;
    unsigned longest = 0;
    double seconds = 0;

    for (size_t i = 0; i < sweep.point_count; i++) {
        const struct point *point = &sweep.points[i];
        printf("%s - %s (%u cases)", point->well ? "ok" : "not ok", point->name, point->cases);
        if (sweep.verbose)
            printf(" %.1f s", point->seconds);
        printf("\n%s", point->report);
        if (point->failures > 5)
            printf("    … %u failures\n", point->failures);
        cases += point->cases;
        seconds += point->seconds;
        longest = point->longest > longest ? point->longest : longest;
        well = well && point->well;
    }
    printf("# fault sweep: %lu cases in %zu points; no call took more than %u commands; %.0f s of one core\n", cases,
           sweep.point_count, longest, seconds);
    return well;
}

/* What watches the module's memory sees that of the libraries, and what is wrong with it. */
static void memory_prove(void)
{
    static const uint8_t secret[] = "a secret";
    void *block;

    memory_watch(&(struct bytes){ secret, sizeof(secret) }, 1);
    memory_inside(true);
    block = OPENSSL_malloc(100);
    if (!block)
        die("no memory");
    memcpy((uint8_t *)block + 37, secret, sizeof(secret));
    OPENSSL_free(block);
    if (memory_spilt() != 1)
        die("a secret in OpenSSL's memory is not found");
    memory_fail(1);
    if (OPENSSL_malloc(100) || !memory_failed())
        die("OpenSSL's memory does not fail");
    memory_fail(0);
    memory_inside(false);
    /* libtasn1 (4.19) uses memory that it did not get, libgcrypt ends the process, OpenSSL (3.0) loses some */
    if (!memory_know("/libtasn1.so", MEMORY_SPARED) || !memory_know("/libgcrypt.so", MEMORY_SPARED) ||
        !memory_know("/libcrypto.so", MEMORY_LOSING))
        die("a library is not there");
}

int main(int argc, char **argv)
{
    int option;
    bool well;

    while ((option = getopt(argc, argv, "vj:e:s:")) != -1) {
        if (option == 'v')
            sweep.verbose = true;
        else if (option == 'j' && atoi(optarg) > 0)
            sweep.jobs = (unsigned)atoi(optarg);
        else if (option == 'e' && atoi(optarg) > 0)
            sweep.every = (unsigned)atoi(optarg);
        else if (option == 's' && atoi(optarg) > 0)
            sweep.sample = (unsigned)atoi(optarg);
        else
            return 2;
    }
    sweep.words = argv + optind;
    memory_prove();
    points_make();
    points_run();
    well = points_print();
    if (sweep.config[0] != '\0')
        unlink(sweep.config);
    for (size_t i = 0; i < sweep.card_count; i++)
        free((void *)(uintptr_t)sweep.cards[i].memory.data);
    return well ? EXIT_SUCCESS : EXIT_FAILURE;
}
