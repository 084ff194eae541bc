#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# conformance.sh: the module held against the text of PKCS#11 2.40, 3.0 and 3.2, function by function, on a virtual token.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work

"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" 13572468 || {
	not_ok "a token is prepared"
	finish
}
# what other people's programs say of the same token
cat >"$work/others" <<'OTHERS'
#!/usr/bin/env bash
source "$SOURCE/tests/e2e/lib.sh"
cd "$work" || exit 1
says "pkcs11-tool --test finds no errors" '^No errors' pkcs11-tool --module "$module" --login --pin 13572468 --test
url=$(p11tool --provider "$module" --list-token-urls 2>/dev/null | grep PIV | head -n 1)
export GNUTLS_SO_PIN=010203040506070801020304050607080102030405060708 GNUTLS_PIN=13572468
check "GnuTLS generates an Ed25519 key" p11tool --provider "$module" --so-login --generate-privkey=ed25519 --id 08 \
	--outfile ed25519.pub "$url"
check "… and reads its point" p11tool --provider "$module" --login --export-pubkey --outfile again.pub \
	"$url;id=%08;type=private"
check "… the same as before" cmp ed25519.pub again.pub
if command -v jarsigner >/dev/null && command -v jar >/dev/null; then
	printf 'name = ecp\nlibrary = %s\nslotListIndex = 0\n' "$(realpath "$module")" >java.cfg
	java_store=(-keystore NONE -storetype PKCS11 -storepass 13572468 -providerClass sun.security.pkcs11.SunPKCS11
		-providerArg java.cfg)
	says "Java lists the keys" 'PIV Authentication, PrivateKeyEntry' keytool -list "${java_store[@]}"
	jar cf signed.jar java.cfg
	check "Java signs with a key" jarsigner "${java_store[@]}" signed.jar "PIV Authentication"
	says "… and verifies" '^jar verified' jarsigner -verify signed.jar
	printf 'always-pin = login\n' >java.conf
	export ECP_PKCS11_CONF=$work/java.conf
	check "Java signs with a key that wants the PIN each time, if the person allows it" jarsigner "${java_store[@]}" \
		signed.jar "Digital Signature"
else
	echo "skip - Java is not installed"
fi
finish
OTHERS
chmod +x "$work/others"
cp "$work/token" "$work/token.others"
SOURCE=$source_dir "$vcard" run --card piv --state "$work/token.others" -- "$work/others" || failures=1

timeout 300 "$vcard" run --card piv --state "$work/token" -- "$build_dir/tests/e2e/conform" "$module" >"$work/conform.log" 2>&1
status=$?
# what was found wrong is printed before the point: people read it after
awk '/^(not )?ok - / { print; printf "%s", found; found = ""; next } { found = found $0 "\n" } END { printf "%s", found }' \
	"$work/conform.log"
if [ $status -ne 0 ]; then
	failures=$((failures + 1))
	grep -q '^not ok - ' "$work/conform.log" || not_ok "every story is told (exit $status)"
fi
finish
