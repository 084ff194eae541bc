/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* place.h: where programs are told of the module: their files, what these say, and what stands in the way of a change. */
#ifndef ECP_TOOL_PLACE_H
#define ECP_TOOL_PLACE_H

#include <sys/types.h>

#include "tool/edit.h"
#include "tool/exit_code.h"

/** Programs that can be told of the module, or families of them. */
enum program { PROGRAM_FIREFOX, PROGRAM_THUNDERBIRD, PROGRAM_CHROMIUM, PROGRAM_OPENSSL, PROGRAM_SSH, PROGRAMS };

/** What is asked for. SYSTEM: for all people of the machine. UNDO: the module is to go. NAMED: the program was asked for by name. */
struct scope {
    const char *module, *home, *config, *data;
    bool system, undo, named;
    bool p11_kit; /**< p11-kit has the module, too */
};

/** A file, if PATH is set; else an obstacle alone. */
struct place {
    enum program program;
    char *path;
    const struct edit_format *format;
    char *whole;   /**< the text of a file that is all ours */
    char *profile; /**< the folder of a profile, to be locked; or NULL */
    mode_t mode;   /**< of a file that is made */
    const char *hint; /**< what a person has yet to do when it is done, translated, or NULL */

    enum edit_state state;
    bool exists;
    char *goes, *comes; /**< lines that go, and that come */
    bool changes;     /**< there is something to do */
    bool done;        /**< it was done */
    char *obstacle;   /**< what stands in the way, translated; NULL: nothing */
    const char *next; /**< what to do about it, translated, or NULL */
    bool mild;        /**< it is no failure where something else could be done for the program */
    enum exit_code code;
};

/** All that was found; ROWS are the holder's. */
struct places {
    struct place *rows;
    size_t count, room;
};

/** What a program is called, "Firefox"; and its option, "firefox". */
const char *program_title(enum program program);
const char *program_option(enum program program);

/** Adds a place. PATH becomes its own. NULL if the memory is full. */
struct place *places_add(struct places *places, enum program program, const struct edit_format *format, char *path);

/** Says what stands in the way. The first obstacle counts. */
void place_block(struct place *place, enum exit_code code, bool mild, const char *next, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/** Looks at the file: fills STATE, GOES, COMES and CHANGES, or says what stands in the way. */
void place_look(struct place *place, const struct scope *scope);

/** Does what was shown, or says what stands in the way. */
void place_change(struct place *place, const struct scope *scope);

/** Frees. Fit for SCOPED. */
void places_free(struct places *places);

/** Finds the places of a program. */
void places_find(struct places *places, enum program program, const struct scope *scope);

/** Finds those of Firefox and Thunderbird. */
void places_find_mozilla(struct places *places, enum program program, const struct scope *scope);

/** The first of the files HOME/NAMES that is there, the caller's; NULL if there is none. */
char *places_first(const char *home, const char *const *names);

/** A program of this name can be run. */
bool places_has_program(const char *name);

#endif
