/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/sweep/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/sweep/memory.h"

/* A case takes milliseconds: what takes so much longer hangs. */
#define CASE_SECONDS 120

static void run_begin(struct run *run, struct world *world, const struct furnished *furnished)
{
    const struct kin *kin = furnished->kin;

    *run = (struct run){ .world = world,
                         .kin = kin,
                         .config = furnished->config,
                         .certificate = furnished->certificate,
                         .other_certificate = furnished->other_certificate,
                         .pin = kin->user_pin };
    memory_watch((const struct bytes[]){ bytes_text(kin->user_pin), bytes_text(kin->new_pin), bytes_text(kin->wrong_pin),
                                         bytes_text(kin->so_pin), bytes_text(kin->writer ? kin->writer : kin->so_pin),
                                         kin->writer ? kin->writer_key : bytes_text(kin->so_pin) },
                 6);
}

static bool run_end(struct run *run, char failure[RUN_FAILURE_MAX])
{
    memcpy(failure, run->failure, RUN_FAILURE_MAX);
    return run_well(run);
}

static void run_must(struct run *run, CK_RV rv, const char *what)
{
    if (rv != CKR_OK)
        run_fail(run, "%s: %s gives %s", what, run->function ? run->function : "C_Initialize", rv_name(rv));
}

static bool case_save(struct world *world, struct bytes *ret)
{
    uint8_t *memory = malloc(VCARD_SAVED_MAX);
    struct buf out = buf_make(memory, memory ? VCARD_SAVED_MAX : 0);

    if (!memory || world->card->family->save(world->card, &out) != RESULT_OK) {
        free(memory);
        return false;
    }
    *ret = bytes_make(memory, out.size);
    return true;
}

bool case_furnish(struct furnished *furnished, char failure[RUN_FAILURE_MAX])
{
    struct buf made = BUF_OVER(furnished->made);
    struct world world;
    struct run run;

    if (!world_open(&world, furnished->profile) || !world_begin(&world, BYTES_NONE)) {
        snprintf(failure, RUN_FAILURE_MAX, "there is no card %s", furnished->profile);
        return false;
    }
    run_begin(&run, &world, furnished);
    run.making = &made;
    run_must(&run, run_start(&run), "furnishing");
    run_must(&run, story_furnish(&run), "furnishing");
    run_stop(&run);
    if (!case_save(&world, &furnished->memory))
        run_fail(&run, "the card cannot be saved");
    world_close(&world);
    furnished->certificate = buf_bytes(&made);
    return run_end(&run, failure);
}

static void case_power(struct run *run, const struct furnished *furnished, const struct story *story)
{
    if (!world_begin(run->world, furnished->memory))
        run_fail(run, "the card does not load its memory");
    if (story->prepare)
        story->prepare(run->world);
}

bool case_rehearse(struct world *world, const struct furnished *furnished, const struct story *story,
                   unsigned *ret_count, char failure[RUN_FAILURE_MAX])
{
    struct run run;

    run_begin(&run, world, furnished);
    case_power(&run, furnished, story);
    run_must(&run, run_start(&run), "rehearsal");
    world->record = calloc(WORLD_COMMANDS_MAX, sizeof(*world->record));
    world_arm(world, &(struct trouble){ .kind = TROUBLE_NONE });
    run_must(&run, story->tell(&run), "rehearsal");
    *ret_count = world->said;
    if (!world->record || world->said > WORLD_COMMANDS_MAX)
        run_fail(&run, "%u commands are too many", world->said);
    for (unsigned i = 0; run_well(&run) && i < world->said; i++)
        if (world->record[i].size > WORLD_ANSWER_MAX)
            run_fail(&run, "an answer of %zu bytes is too long", world->record[i].size);
    run_stop(&run);
    return run_end(&run, failure);
}

/* As programs do when something failed: everything is closed and begun anew. */
static void case_recover(struct run *run)
{
    run_close(run);
    (void)CALL(run, C_CloseAllSessions, run->slot);
}

static void case_check_memory(struct run *run, const struct furnished *furnished)
{
    struct bytes memory;

    if (!case_save(run->world, &memory)) {
        run_fail(run, "the card cannot be saved");
        return;
    }
    if (!bytes_equal(memory, furnished->memory))
        run_fail(run, "the card is not what it was before");
    free((void *)(uintptr_t)memory.data);
}

/* A new look at the card by a module that knows nothing of it. */
static void case_check_whole(struct run *run, const struct story *story)
{
    CK_RV rv = run_start(run);

    run_must(run, rv, "afterwards");
    if (rv != CKR_OK)
        return;
    run_must(run, story_whole(run, story), "afterwards");
    run_stop(run);
}

/* What a lying card was believed is forgotten when it is put in again. */
static void case_put_in_again(struct run *run)
{
    run->world->present = false;
    world_mend(run->world);
}

static void case_again(struct run *run, const struct furnished *furnished, const struct story *story)
{
    struct world *world = run->world;
    bool lied = world_lied(world);

    run_check_public(run);
    run->misled = lied || world->pin_changed;
    world_mend(world);
    if (world->pin_changed)
        run->pin = WORLD_NEW_PIN;
    case_recover(run);
    if (lied)
        case_put_in_again(run);
    run_must(run, story->again(run), "again");
    run_close(run);
    run_stop(run);
    if (story->reads && !world->pin_changed)
        case_check_memory(run, furnished);
    else
        case_check_whole(run, story);
}

bool case_run(struct world *world, const struct furnished *furnished, const struct story *story,
              const struct trouble *trouble, char failure[RUN_FAILURE_MAX])
{
    bool gentle = story->heals && (trouble->kind == TROUBLE_RESET || trouble->kind == TROUBLE_OTHER);
    struct run run;
    CK_RV rv;

    alarm(CASE_SECONDS);
    run_begin(&run, world, furnished);
    case_power(&run, furnished, story);
    run_must(&run, run_start(&run), "before");
    if (!run_well(&run))
        return run_end(&run, failure);
    world_arm(world, trouble);
    rv = story->tell(&run);
    if (!world->happened)
        run_fail(&run, "the trouble never came");
    if (gentle && world->between)
        run_must(&run, rv, "another program");
    case_again(&run, furnished, story);
    return run_end(&run, failure);
}

bool case_starve(struct world *world, const struct furnished *furnished, const struct story *story, unsigned nth,
                 bool *ret_failed, char failure[RUN_FAILURE_MAX])
{
    struct run run;
    CK_RV rv;

    alarm(CASE_SECONDS);
    run_begin(&run, world, furnished);
    case_power(&run, furnished, story);
    memory_fail(nth);
    rv = run_start(&run);
    if (rv == CKR_OK)
        (void)story->starve(&run);
    *ret_failed = memory_failed();
    memory_fail(0);
    if (rv != CKR_OK && rv != CKR_HOST_MEMORY && rv != CKR_GENERAL_ERROR && rv != CKR_FUNCTION_FAILED)
        run_fail(&run, "C_Initialize may not return %s", rv_name(rv));
    if (rv != CKR_OK)
        run_must(&run, run_start(&run), "the second time");
    case_again(&run, furnished, story);
    return run_end(&run, failure);
}
