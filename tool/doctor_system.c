/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/doctor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/mention.h"
#include "tool/text.h"

/** 1 November 2026, UTC: this release is younger. */
#define RELEASED 1793491200
#define FAR_AHEAD (10LL * 366 * 86400)

void doctor_clock(struct findings *findings, time_t now)
{
    struct tm tm;
    char day[32] = "?";

    if (localtime_r(&now, &tm))
        strftime(day, sizeof(day), _("%Y-%m-%d"), &tm);
    if (now < RELEASED)
        finding_add(findings, FINDING_PROBLEM, "clock-behind", true,
                    _("Set the date and time of the computer: certificates seem not yet valid by it."),
                    _("the clock is wrong: it says %s, and this program is younger"), day);
    else if (now > RELEASED + FAR_AHEAD)
        finding_add(findings, FINDING_PROBLEM, "clock-ahead", false,
                    _("Look at the date of the computer: certificates seem expired by it."),
                    _("the clock says %s, more than ten years after this program was made"), day);
    else
        finding_fine(findings, _("the clock says %s, which can be right"), day);
}

static void add_card(struct findings *findings, const struct pcsc_reader *reader)
{
    switch (reader->card) {
    case PCSC_EMPTY:
        finding_fine(findings, _("reader \"%s\": no card in it"), reader->name);
        break;
    case PCSC_FREE:
        finding_fine(findings, _("reader \"%s\": a card that answers"), reader->name);
        break;
    case PCSC_MUTE:
        finding_add(findings, FINDING_PROBLEM, "card-mute", true,
                    _("Take it out, look which way round it goes and whether its contacts are clean, and put it in again."),
                    _("the card in \"%s\" does not answer at all"), reader->name);
        break;
    case PCSC_HELD:
        finding_add(findings, FINDING_PROBLEM, "card-held", true,
                    _("Close the program that uses it: a browser, a GnuPG agent (gpgconf --kill scdaemon), a bank's program."),
                    _("another program holds the card in \"%s\" for itself"), reader->name);
        break;
    case PCSC_DENIED:
        finding_add(findings, FINDING_PROBLEM, "card-denied", true,
                    _("Log in at the computer itself, or have its administrator allow org.debian.pcsc-lite.access_card in polkit."),
                    _("the system refuses you the card in \"%s\" (polkit)"), reader->name);
        break;
    case PCSC_UNKNOWN:
        finding_add(findings, FINDING_PROBLEM, "card-unknown-state", false, _("Take the card out and put it in again."),
                    _("the card in \"%s\" could not be tried"), reader->name);
    }
}

static bool service_answers(struct findings *findings, const struct pcsc_check *check)
{
    switch (check->state) {
    case PCSC_ANSWERS:
        finding_fine(findings, "%s", _("the PC/SC service answers"));
        return true;
    case PCSC_NOT_RUNNING:
        finding_add(findings, FINDING_PROBLEM, "pcsc-not-running", true,
                    access("/usr/sbin/pcscd", X_OK) == 0 ? _("sudo systemctl enable --now pcscd.socket")
                                                         : _("Install the package pcscd (or pcsc-lite)."),
                    _("the PC/SC service (pcscd) is not running"));
        return false;
    case PCSC_REFUSED:
        finding_add(findings, FINDING_PROBLEM, "pcsc-refused", true,
                    _("Log in at the computer itself, or have its administrator allow org.debian.pcsc-lite.access_pcsc in polkit."),
                    _("the PC/SC service refuses you (polkit)"));
        return false;
    case PCSC_BROKEN:
        break;
    }
    finding_add(findings, FINDING_PROBLEM, "pcsc-broken", true, _("sudo systemctl restart pcscd"),
                _("the PC/SC service does not answer as it should: %s"), check->error ? check->error : "?");
    return false;
}

bool doctor_pcsc(struct findings *findings, const struct pcsc_check *check)
{
    bool all_free = true;

    if (!service_answers(findings, check))
        return false;
    if (check->count == 0)
        finding_add(findings, FINDING_PROBLEM, "no-reader", true,
                    _("Plug the token or reader in. If it is, look at \"lsusb\"; old readers need a driver package of their own."),
                    _("the PC/SC service sees no reader"));
    for (size_t i = 0; i < check->count; i++) {
        add_card(findings, &check->readers[i]);
        all_free = all_free && check->readers[i].card != PCSC_HELD && check->readers[i].card != PCSC_DENIED;
    }
    return check->count > 0 && all_free;
}

void doctor_registration(struct findings *findings, const char *module)
{
    static const char *const nss[] = { "~/.pki/nssdb/pkcs11.txt", "~/.local/share/pki/nssdb/pkcs11.txt",
                                      "~/.mozilla/firefox/*/pkcs11.txt", "~/.config/mozilla/firefox/*/pkcs11.txt", NULL };
    const char *name = strrchr(module, '/');
    bool any;

    name = name ? name + 1 : module;
    if (mention_p11_kit(module))
        finding_fine(findings, _("%s is registered with p11-kit"), name);
    else
        finding_add(findings, FINDING_HINT, "not-in-p11-kit", true,
                    _("Put a file ecp.module with the line \"module: PATH\" into /etc/pkcs11/modules."),
                    _("%s is not registered with p11-kit: programs that look there do not find the token"), name);
    if (mention_find(nss, name, &any) || (any && mention_find(nss, "p11-kit-", &any)))
        finding_fine(findings, "%s", _("it is registered with NSS (Firefox, Chromium)"));
    else if (any)
        finding_add(findings, FINDING_HINT, "not-in-nss", true,
                    _("Close them and run: ecp register --firefox --chromium"),
                    _("it is not registered with NSS: Firefox and Chromium do not find the token"));
}
