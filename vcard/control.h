/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * control.h: short texts between processes: "ctl" to the rig, the rig to its cards.
 *
 * One request, one reply, each one packet of text. A reply begins with "ok" or "error"; what follows is for
 * the person.
 */
#ifndef ECP_VCARD_CONTROL_H
#define ECP_VCARD_CONTROL_H

#include <stdbool.h>

/** The longest text, with its NUL. */
#define CONTROL_MAX 2048

/** Makes a listening socket at PATH, usable by its owner only. -1: errno tells why. */
int control_listen(const char *path);

/** Connects to the socket at PATH. -1: errno tells why. */
int control_connect(const char *path);

/** Sends TEXT, which is cut at CONTROL_MAX. False if the other side has gone. */
bool control_send(int fd, const char *text);

/** Receives one text, waiting for it without limit. False if the other side has gone. */
bool control_receive(int fd, char text[CONTROL_MAX]);

/** True if the reply says that all went well. */
bool control_is_ok(const char *reply);

/** What a reply says after its first word; perhaps nothing. */
const char *control_text(const char *reply);

#endif
