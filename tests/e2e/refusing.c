/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* refusing.c: a PC/SC library whose service refuses everybody, as polkit makes it; put before the real one by the test. */
#include <stddef.h>

#define SCARD_W_SECURITY_VIOLATION ((long)0x8010006A)

long SCardEstablishContext(unsigned long scope, const void *reserved1, const void *reserved2, long *context);

long SCardEstablishContext(unsigned long scope, const void *reserved1, const void *reserved2, long *context)
{
    (void)scope;
    (void)reserved1;
    (void)reserved2;
    (void)context;
    return SCARD_W_SECURITY_VIOLATION;
}
