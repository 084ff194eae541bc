/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cms_oid.h: the object identifiers that the writer and the reader of CMS share. For cms.c and cms_make.c. */
#ifndef ECP_ASN1_CMS_OID_H
#define ECP_ASN1_CMS_OID_H

/** id-data and id-signedData (RFC 5652 4, 5.1), as byte values with tag and length. */
#define CMS_DATA_BYTES 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01
#define CMS_SIGNED_DATA_BYTES 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02

/** An attribute of PKCS#9, and one of its S/MIME branch. */
#define CMS_OID_PKCS9(last) BYTES_LIT(0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, last)
#define CMS_OID_SMIME(last)                                                                                  \
    BYTES_LIT(0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x02, last)

/** The signed attributes: RFC 5652 11.1 to 11.3, RFC 2634 5.4, RFC 5035 3. */
#define CMS_OID_CONTENT_TYPE CMS_OID_PKCS9(0x03)
#define CMS_OID_MESSAGE_DIGEST CMS_OID_PKCS9(0x04)
#define CMS_OID_SIGNING_TIME CMS_OID_PKCS9(0x05)
#define CMS_OID_SIGNING_CERTIFICATE CMS_OID_SMIME(0x0C)
#define CMS_OID_SIGNING_CERTIFICATE_V2 CMS_OID_SMIME(0x2F)

#endif
