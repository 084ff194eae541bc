/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void say(const char *format, ...)
{
    char text[1024] = "ecp-vcard: ";
    size_t begin = sizeof("ecp-vcard: ") - 1;
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text + begin, sizeof(text) - begin - 1, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    size_t size = begin + (size_t)length;
    if (size > sizeof(text) - 2)
        size = sizeof(text) - 2;
    text[size] = '\n';
    /* One write, because several processes share the terminal. */
    if (write(STDERR_FILENO, text, size + 1) < 0)
        return;
}
