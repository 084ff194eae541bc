/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard.h"

#include <string.h>

#include "vcard/vcard_blank.h"
#include "vcard/vcard_openpgp.h"
#include "vcard/vcard_piv.h"
#include "vcard/vcard_rutoken.h"

const struct vcard_family *const vcard_families[] = { &vcard_piv, &vcard_rutoken, &vcard_openpgp, &vcard_blank, NULL };

static const struct vcard_family *family_find(const char *name, size_t size)
{
    for (const struct vcard_family *const *row = vcard_families; *row; row++) {
        if (strlen((*row)->name) == size && memcmp((*row)->name, name, size) == 0)
            return *row;
    }
    return NULL;
}

enum result vcard_create(const char *name, struct vcard **ret)
{
    size_t size = strcspn(name, ":");
    const char *profile = name[size] == ':' ? name + size + 1 : "";
    const struct vcard_family *family = family_find(name, size);

    *ret = NULL;
    if (!family)
        return RESULT_NOT_FOUND;
    for (const char *const *known = family->profiles; *known; known++) {
        if (strcmp(*known, profile) == 0)
            return family->create(profile, ret);
    }
    return RESULT_NOT_FOUND;
}

void vcard_destroy(struct vcard **card)
{
    if (!card || !*card)
        return;
    (*card)->family->destroy(*card);
    *card = NULL;
}
