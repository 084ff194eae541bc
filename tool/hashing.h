/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* hashing.h: several hashes of one content, computed in one walk over it. */
#ifndef ECP_TOOL_HASHING_H
#define ECP_TOOL_HASHING_H

#include "module/crypto/digest.h"
#include "tool/stream.h"

/** How much of the content's beginning is kept. */
#define HASHING_START_MAX (16u << 20)

/** One hash. */
struct hashing_row {
    struct digest *digest;
    uint8_t value[DIGEST_MAX];
    bool done;
};

/** The hashes being computed, and after hashing_end() what they are. SIZE counts the content. */
struct hashing {
    const struct ui *ui;
    struct crypto *crypto;
    struct hashing_row *rows; /**< by enum hash */
    uint8_t *start;
    uint64_t size;
};

/** Begins, with no hash yet. CRYPTO must live as long. Then RET is the caller's (hashing_close). */
enum exit_code hashing_open(const struct ui *ui, struct crypto *crypto, struct hashing *ret);

/** Frees. Fit for SCOPED; a struct of zeros is allowed. */
void hashing_close(struct hashing *hashing);

/** HASH will be computed too; HASH_NONE and one that cannot be computed here are left out. Before the first piece. */
void hashing_add(struct hashing *hashing, enum hash hash);

/** The sink for the content. */
struct sink hashing_sink(struct hashing *hashing);

/** The content is over. */
enum exit_code hashing_end(struct hashing *hashing);

/** The value of HASH; empty if it was not computed. */
struct bytes hashing_value(const struct hashing *hashing, enum hash hash);

/** The whole content, if it is short enough to have been kept; else false. */
bool hashing_content(const struct hashing *hashing, struct bytes *ret);

#endif
