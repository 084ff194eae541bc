/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/uri.h"

#include <stdlib.h>
#include <string.h>

#include <p11-kit/uri.h>

static void copy_text(char *ret, size_t size, const void *text, size_t length)
{
    if (length >= size)
        length = size - 1;
    memcpy(ret, text, length);
    ret[length] = '\0';
}

/** Fixed fields of Cryptoki are filled up with spaces. */
static void copy_padded(char *ret, const unsigned char *text, size_t length)
{
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\0'))
        length--;
    copy_text(ret, URI_TEXT_MAX, text, length);
}

static void copy_token(const CK_TOKEN_INFO *info, struct uri *ret)
{
    copy_padded(ret->token, info->label, sizeof(info->label));
    copy_padded(ret->serial, info->serialNumber, sizeof(info->serialNumber));
    copy_padded(ret->manufacturer, info->manufacturerID, sizeof(info->manufacturerID));
    copy_padded(ret->model, info->model, sizeof(info->model));
}

static enum uri_result copy_type(P11KitUri *uri, struct uri *ret)
{
    const CK_ATTRIBUTE *attribute = p11_kit_uri_get_attribute(uri, CKA_CLASS);
    CK_OBJECT_CLASS class;

    if (!attribute)
        return URI_OK;
    memcpy(&class, attribute->pValue, sizeof(class));
    if (class == CKO_CERTIFICATE)
        ret->type = URI_CERTIFICATE;
    else if (class == CKO_PRIVATE_KEY || class == CKO_PUBLIC_KEY)
        ret->type = URI_KEY;
    else
        return URI_WRONG;
    return URI_OK;
}

static enum uri_result copy_object(P11KitUri *uri, struct uri *ret)
{
    CK_ATTRIBUTE *id = p11_kit_uri_get_attribute(uri, CKA_ID), *label = p11_kit_uri_get_attribute(uri, CKA_LABEL);

    if (id && id->ulValueLen > sizeof(ret->id))
        return URI_WRONG;
    if (id) {
        ret->has_id = true;
        ret->id_size = id->ulValueLen;
        memcpy(ret->id, id->pValue, id->ulValueLen);
    }
    if (label)
        copy_text(ret->object, sizeof(ret->object), label->pValue, label->ulValueLen);
    return copy_type(uri, ret);
}

static enum uri_result copy_all(P11KitUri *uri, struct uri *ret)
{
    const char *source = p11_kit_uri_get_pin_source(uri);

    if (p11_kit_uri_get_pin_value(uri))
        return URI_HAS_PIN;
    copy_token(p11_kit_uri_get_token_info(uri), ret);
    if (source && strncmp(source, "file:", 5) == 0)
        source += 5;
    if (source && strlen(source) >= sizeof(ret->pin_source))
        return URI_WRONG;
    if (source)
        copy_text(ret->pin_source, sizeof(ret->pin_source), source, strlen(source));
    return copy_object(uri, ret);
}

enum uri_result uri_read(const char *text, struct uri *ret)
{
    enum uri_result result = URI_WRONG;
    P11KitUri *uri;

    memset(ret, 0, sizeof(*ret));
    if (!text)
        return URI_OK;
    if (strncmp(text, "pkcs11:", 7) != 0) {
        ret->is_word = true;
        ret->word = text;
        return URI_OK;
    }
    uri = p11_kit_uri_new();
    if (uri && p11_kit_uri_parse(text, P11_KIT_URI_FOR_ANY, uri) == P11_KIT_URI_OK && !p11_kit_uri_any_unrecognized(uri))
        result = copy_all(uri, ret);
    p11_kit_uri_free(uri);
    return result;
}

static void pad(unsigned char *ret, size_t size, const char *text)
{
    size_t length = strlen(text);

    memset(ret, ' ', size);
    memcpy(ret, text, length < size ? length : size);
}

void uri_write(char *ret, size_t size, const char *token, const char *serial, const uint8_t *id, size_t id_size,
               const char *type)
{
    P11KitUri *uri = p11_kit_uri_new();
    char *text = NULL;
    CK_TOKEN_INFO *info;
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE of_id = { CKA_ID, (void *)(uintptr_t)id, id_size }, of_class = { CKA_CLASS, &class, sizeof(class) };

    ret[0] = '\0';
    if (!uri)
        return;
    info = p11_kit_uri_get_token_info(uri);
    if (*token)
        pad(info->label, sizeof(info->label), token);
    if (*serial)
        pad(info->serialNumber, sizeof(info->serialNumber), serial);
    if (id && p11_kit_uri_set_attribute(uri, &of_id) != P11_KIT_URI_OK)
        id = NULL;
    if (type && strcmp(type, "cert") == 0)
        class = CKO_CERTIFICATE;
    if (!type || p11_kit_uri_set_attribute(uri, &of_class) == P11_KIT_URI_OK)
        if (p11_kit_uri_format(uri, id || type ? P11_KIT_URI_FOR_OBJECT_ON_TOKEN : P11_KIT_URI_FOR_TOKEN, &text) ==
            P11_KIT_URI_OK)
            copy_text(ret, size, text, strlen(text));
    p11_kit_uri_free(uri);
    free(text);
}
