/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pkcs11-gost.h: what Russian modules have beyond PKCS#11: the range of TC26 (the technical committee for
 * cryptography), with the numbers that Rutoken's software and OpenSC use today, and Rutoken's own
 * attributes. The standard's own GOST constants, of the algorithms of 1994 and 2001, are in pkcs11.h.
 *
 * Keys of GOST R 34.10-2012 with 256 bits go by CKK_GOSTR3410 and CKM_GOSTR3410…: CKA_GOSTR3411_PARAMS
 * tells them from those of 2001.
 */
#ifndef ECP_PKCS11_GOST_H
#define ECP_PKCS11_GOST_H

#include "pkcs11-headers/pkcs11-types.h"
#include "pkcs11-headers/pkcs11-values.h"

#define CK_VENDOR_PKCS11_RU_TEAM_TC26 0xD4321000UL

/* key types */
#define CKK_GOSTR3410_512 0xD4321003UL
#define CKK_KUZNECHIK 0xD4321004UL
#define CKK_MAGMA 0xD4321005UL
#define CKK_KUZNECHIK_TWIN_KEY 0xD4321006UL
#define CKK_MAGMA_TWIN_KEY 0xD4321007UL

/* mechanisms */
#define CKM_GOSTR3410_512_KEY_PAIR_GEN 0xD4321005UL
#define CKM_GOSTR3410_512 0xD4321006UL
#define CKM_GOSTR3410_12_DERIVE 0xD4321007UL
#define CKM_GOSTR3410_WITH_GOSTR3411_12_256 0xD4321008UL
#define CKM_GOSTR3410_WITH_GOSTR3411_12_512 0xD4321009UL
#define CKM_GOSTR3410_PUBLIC_KEY_DERIVE 0xD432100AUL
#define CKM_GOSTR3410_512_PUBLIC_KEY_DERIVE 0xD432100BUL
#define CKM_GOSTR3411_12_256 0xD4321012UL
#define CKM_GOSTR3411_12_512 0xD4321013UL
#define CKM_GOSTR3411_12_256_HMAC 0xD4321014UL
#define CKM_GOSTR3411_12_512_HMAC 0xD4321015UL
#define CKM_TLS_GOST_PRF_2012_256 0xD4321016UL
#define CKM_TLS_GOST_PRF_2012_512 0xD4321017UL
#define CKM_TLS_GOST_MASTER_KEY_DERIVE_2012_256 0xD4321018UL
#define CKM_KDF_4357 0xD4321025UL
#define CKM_KDF_GOSTR3411_2012_256 0xD4321026UL
#define CKM_KDF_HMAC3411_2012_256 0xD4321028UL
#define CKM_KDF_TREE_GOSTR3411_2012_256 0xD432102AUL
#define CKM_KUZNECHIK_KEXP_15_WRAP 0xD432102BUL
#define CKM_MAGMA_KEXP_15_WRAP 0xD432102CUL
#define CKM_KUZNECHIK_MGM 0xD432102DUL
#define CKM_MAGMA_MGM 0xD432102EUL
#define CKM_KUZNECHIK_KEY_GEN 0xD4321030UL
#define CKM_KUZNECHIK_ECB 0xD4321031UL
#define CKM_KUZNECHIK_CTR_ACPKM 0xD4321032UL
#define CKM_KUZNECHIK_MAC 0xD4321033UL
#define CKM_MAGMA_KEY_GEN 0xD4321034UL
#define CKM_MAGMA_ECB 0xD4321035UL
#define CKM_MAGMA_CTR_ACPKM 0xD4321036UL
#define CKM_MAGMA_MAC 0xD4321037UL
#define CKM_VKO_GOSTR3410_2012_512 0xD4321038UL
#define CKM_GOST_KEG 0xD4321039UL

/* key derivation functions of an agreement, beside CKD_NULL and CKD_CPDIVERSIFY_KDF */
#define CKD_KDF_4357 CKM_KDF_4357
#define CKD_KDF_GOSTR3411_2012_256 CKM_KDF_GOSTR3411_2012_256

/* pseudo-random functions of PKCS#5 */
#define CKP_PKCS5_PBKD2_HMAC_GOSTR3411_2012_256 0xD4321002UL
#define CKP_PKCS5_PBKD2_HMAC_GOSTR3411_2012_512 0xD4321003UL

/* truth values that Rutoken's programs put into templates of keys; only the journal's name is known */
#define CKA_VENDOR_OPAQUE_FIRST 0x80002000UL
#define CKA_VENDOR_KEY_JOURNAL 0x80002002UL
#define CKA_VENDOR_OPAQUE_LAST 0x80002003UL

/** The parameter of CKM_KDF_TREE_GOSTR3411_2012_256 (RFC 7836 4.5). Lengths and the offset are in bytes. */
typedef struct CK_KDF_TREE_GOST_PARAMS {
    CK_ULONG ulLabelLength;
    CK_BYTE_PTR pLabel;
    CK_ULONG ulSeedLength;
    CK_BYTE_PTR pSeed;
    CK_ULONG ulR;      /**< bytes of the counter, 1 to 4 */
    CK_ULONG ulL;      /**< of all keys together */
    CK_ULONG ulOffset; /**< where the key that is derived begins among them */
} CK_KDF_TREE_GOST_PARAMS, *CK_KDF_TREE_GOST_PARAMS_PTR;

#endif
