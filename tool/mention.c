/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/mention.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** Opens an ordinary file; a pipe would keep its reader waiting. NULL for whatever else. */
static FILE *open_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    FILE *file = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? fdopen(fd, "r") : NULL;

    if (fd >= 0 && !file)
        close(fd);
    return file;
}

bool mention_find(const char *const *patterns, const char *word, bool *ret_any)
{
    char line[1024];
    bool found = false;

    *ret_any = false;
    for (; *patterns && !found; patterns++) {
        glob_t files = { 0 };

        if (glob(*patterns, GLOB_TILDE, NULL, &files) == 0)
            for (size_t i = 0; i < files.gl_pathc && !found; i++) {
                FILE *file = open_file(files.gl_pathv[i]);

                *ret_any = true;
                while (file && !found && fgets(line, sizeof(line), file))
                    found = line[strspn(line, " \t")] != '#' && strstr(line, word);
                if (file)
                    fclose(file);
            }
        globfree(&files);
    }
    return found;
}

bool mention_p11_kit(const char *module)
{
    static const char *const patterns[] = { P11_KIT_MODULES "/*.module", "/etc/pkcs11/modules/*.module",
                                            "~/.config/pkcs11/modules/*.module", NULL };
    const char *name = strrchr(module, '/');
    bool any;

    return mention_find(patterns, name ? name + 1 : module, &any);
}
