#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# bench.sh: this module, OpenSC's and ykcs11 on the same virtual card in one run: APDUs, bytes, time as a ratio to this
# module's, peak memory, library size; then what C_Sign adds to the bare APDU. Run by "make bench".
source "$(dirname "$0")/../e2e/lib.sh"
export ECP_WORK=$work
pin=13572468
"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" $pin || exit 1
head -c 32 /dev/zero >"$work/data"
printf '[piv]\nretired-keys = history\n' >"$work/history.conf"

# measure MODULE COMMAND…: sets apdus, bytes, milliseconds, memory (kB)
measure() {
	cp "$work/token" "$work/copy"
	rm -f "$work/count"
	"$vcard" run --card piv --state "$work/copy" --reader-name "Yubico YubiKey" --count "$work/count" -- \
		bash -c '
			start=$(date +%s%N)
			"$@" >/dev/null 2>&1 &
			wait $!
			status=$?
			echo "$((($(date +%s%N) - start) / 1000))" >"$0"
			exit $status' "$work/time" "$@" || { apdus=failed bytes=- microseconds=0; return 1; }
	apdus=$(counted "$work/count")
	bytes=$(sed -n 's/.*sent=\([0-9]*\) received=\([0-9]*\).*/\1+\2/p' "$work/count" | head -n 1)
	microseconds=$(cat "$work/time")
}

# memory COMMAND…: peak resident set of one run, kB
memory() {
	"$vcard" run --card piv --state "$work/copy" --reader-name "Yubico YubiKey" -- python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}

row() {
	local name=$1 ours='' module_path cells='' ratio
	shift
	for module_path in "$module" "$opensc_module" "$ykcs11_module"; do
		measure "${@//MODULE/$module_path}"
		[ -n "$ours" ] || ours=$microseconds
		ratio=$(awk -v a="$microseconds" -v b="$ours" 'BEGIN { if (a > 0 && b > 0) printf "%.2f", a / b; else printf "-" }')
		cells="$cells ${apdus:--}, ${bytes:--} B, time ${ratio} |"
	done
	printf '| %s |%s\n' "$name" "$cells"
}

printf '| program | this module | OpenSC %s | ykcs11 %s |\n|---|---|---|---|\n' \
	"$(dpkg-query -W -f '${Version}' opensc-pkcs11)" "$(dpkg-query -W -f '${Version}' ykcs11)"
ECP_PKCS11_CONF=$work/history.conf
row "p11tool --list-tokens" p11tool --provider MODULE --list-tokens
row "p11tool --list-all-certs" p11tool --provider MODULE --list-all-certs
row "pkcs11-tool -O" pkcs11-tool --module MODULE -O
row "pkcs11-tool --login --sign" pkcs11-tool --module MODULE --login --pin $pin --sign --mechanism SHA256-RSA-PKCS --id 01 \
	--input-file "$work/data" --output-file "$work/signature"
printf '| peak memory of a signing process, kB |'
for module_path in "$module" "$opensc_module" "$ykcs11_module"; do
	printf ' %s |' "$(memory pkcs11-tool --module "$module_path" --login --pin $pin --sign --mechanism SHA256-RSA-PKCS --id 01 \
		--input-file "$work/data" --output-file "$work/signature")"
done
printf '\n| library, bytes (stripped) |'
for module_path in "$module" "$opensc_module" "$ykcs11_module"; do
	strip -o "$work/stripped" "$(realpath "$module_path")"
	printf ' %s |' "$(stat -c %s "$work/stripped")"
done
printf '\n\n'
for latency in 20 0; do
	printf 'latency %s ms: ' $latency
	"$vcard" run --card piv --state "$work/copy" --latency $latency -- "$build_dir/tests/bench/overhead" "$module" $pin \
		$((latency ? 50 : 500))
done
