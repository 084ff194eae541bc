#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# pdfsig.sh: poppler's pdfsig signs a PDF with a token's key, judged by OpenSSL.
source "$(dirname "$0")/lib.sh"

# Poppler signs twice and wants both signatures of one length, which two ECDSA signatures often are not.
sign() {
	local tries
	if is_rsa; then
		page sign && budget 56 56 36
		return
	fi
	for tries in $(seq 20); do
		rm -f signed.pdf
		if page_log sign && [ -s signed.pdf ]; then
			ok "$program, $card: sign (at the ${tries}th try)"
			return
		fi
	done
	not_ok "$program, $card: sign"
	sed 's/^/    /' "$log" | tail -n 10
}

inside() {
	python3 "$source_dir/tests/apps/pdf.py" make document.pdf
	case $card in piv-*) ;; *) page_word ':PIV Authentication' ':alice' ;; esac
	page_word 'PIV 12345678' "$(p11tool --provider "$module" --list-tokens 2>/dev/null | sed -n 's/^[[:space:]]*Label: //p' | head -n 1)"
	page configure
	sign
	python3 "$source_dir/tests/apps/pdf.py" split signed.pdf content signature
	proof "OpenSSL verifies the signature" openssl cms -verify -inform DER -in signature -content content -binary -CAfile ca.pem -out signed.txt
	page verify 'Signature is Valid'
	proof "… by Alice, whom the authority knows" grep -q 'Certificate is Trusted' "$log"
}

app_main "$@"
