#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# libreoffice.sh: LibreOffice signs a PDF and an ODF document with a token's key, judged by OpenSSL and by xmlsec. It has no
# screen; its dialogs are there nevertheless, and are answered as its own tests do it.
source "$(dirname "$0")/lib.sh"
packages="libreoffice-writer python3-uno libnss3-tools xmlsec1"

person() {
	timeout 150 /usr/bin/python3 "$source_dir/tests/apps/libreoffice.py" "$pipe" "$@"
}

# asked NAME PIN…: runs the block NAME, which asks for these PINs.
asked() {
	local name=$1 answers
	shift
	person answer "$@" >person.log 2>&1 &
	answers=$!
	page "$name"
	wait "$answers" || not_ok "$program, $card: $name asks for the PIN ($(tail -n 1 person.log))"
}

# odf FILE: xmlsec finds the signature good, and all that it refers to. It reads the files of the package from a folder.
odf() {
	python3 -m zipfile -e "$1" package && (cd package && xmlsec1 --verify --trusted-pem ../ca.pem \
		--id-attr:Id SignedProperties --id-attr:Id SignatureProperty META-INF/documentsignatures.xml)
}

inside() {
	pipe=ecp-$$
	export SAL_USE_VCLPLUGIN=svp
	page_word name=office "name=$pipe"
	page_word 'soffice --accept' 'soffice --norestore --nologo --nodefault --accept'
	page configure && budget 3 3 5
	page_start start
	wait_until 120 person ready || not_ok "$program, $card: LibreOffice starts"
	page_file sign.py
	asked sign-pdf 00000000 "$pin" && budget 57 57 35
	python3 "$source_dir/tests/apps/pdf.py" split message.pdf content signature
	proof "OpenSSL verifies the PDF's signature" openssl cms -verify -inform DER -in signature -content content -binary -CAfile ca.pem -out pdf.txt
	page sign-odt && budget 1 1 4
	proof "xmlsec verifies the document's signature" odf message.odt
	proof "… which covers the text" grep -q 'Reference URI="content.xml"' package/META-INF/documentsignatures.xml
	person quit
	proof "LibreOffice ends well" wait "$started"
}

app_main "$@"
