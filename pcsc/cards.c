/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/cards.h"

const struct card_driver *const card_drivers[] = {
    &card_piv,
    &card_rutoken,
    NULL,
};
