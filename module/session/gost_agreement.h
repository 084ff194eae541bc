/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gost_agreement.h: what C_DeriveKey makes with GOST: VKO on the card's key (RFC 4357 5.2, RFC 7836 4.3) and
 * KDF_TREE of a secret key (RFC 7836 4.5).
 */
#ifndef ECP_MODULE_GOST_AGREEMENT_H
#define ECP_MODULE_GOST_AGREEMENT_H

#include "module/session/operation.h"

/** What the template of the new key says that matters to its value. */
struct gost_wanted {
    size_t length;     /**< bytes; 0: all there is */
    struct bytes sbox; /**< CKA_GOST28147_PARAMS, or empty: those of the algorithm's year */
};

/**
 * Agrees with the peer in MECHANISM's parameter: CK_GOSTR3410_DERIVE_PARAMS or, for CKM_GOSTR3410_12_DERIVE,
 * also Aktiv's packed form of it. The point comes as CKA_VALUE has it, or in an OCTET STRING. Of the key
 * derivations CKD_NULL is known, RFC 4357 6.5 (CKD_CPDIVERSIFY_KDF, CKD_KDF_4357), and RFC 7836 4.4 with the
 * label of its 4.6 and the UKM as seed (CKD_KDF_GOSTR3411_2012_256). *RET belongs to the caller.
 * CKR_MECHANISM_PARAM_INVALID, CKR_TEMPLATE_INCONSISTENT and the errors of token_agree().
 */
CK_RV gost_agreement_vko(const struct operation_place *place, const CK_MECHANISM *mechanism,
                         const struct object *key, const struct gost_wanted *wanted, struct secret **ret);

/** Derives from secret key BASE as CK_KDF_TREE_GOST_PARAMS says; *RET belongs to the caller. Errors as above.
 */
CK_RV gost_agreement_tree(const struct operation_place *place, const CK_MECHANISM *mechanism,
                          CK_OBJECT_HANDLE base, const struct gost_wanted *wanted, struct secret **ret);

#endif
