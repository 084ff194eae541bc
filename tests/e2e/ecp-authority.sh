# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # work is of lib.sh, which is read before
# ecp-authority.sh: for the scripts about signing and verifying: authorities, certificates, revocation lists, in the current folder.

# exits NAME STATUS PATTERN COMMAND…: COMMAND exits with STATUS and prints PATTERN (extended regular expression).
exits() {
	local name=$1 wanted=$2 pattern=$3 log=$work/exits.log status
	shift 3
	"$@" >"$log" 2>&1
	status=$?
	if [ $status -eq "$wanted" ] && grep -Eq -- "$pattern" "$log"; then
		ok "$name"
	else
		not_ok "$name: exit $status instead of $wanted, or no $pattern"
		sed 's/^/    /' "$log" | tail -n 15
	fi
}

# authority NAME DIGEST ISSUER ARGUMENTS-OF-GENPKEY…: NAME.pem, NAME.key and what "openssl ca" needs. ISSUER "" signs itself.
authority() {
	local name=$1 digest=$2 issuer=$3
	shift 3
	mkdir -p "$name.new" && : >"$name.index" && echo 1000 >"$name.serial" && echo 01 >"$name.crlnumber" &&
		openssl genpkey "$@" -out "$name.key" 2>/dev/null || return
	cat >"$name.cnf" <<-EOF
		[req]
		distinguished_name = dn
		[dn]
		[ca]
		default_ca = $name
		[$name]
		new_certs_dir = $name.new
		database = $name.index
		serial = $name.serial
		crlnumber = $name.crlnumber
		certificate = $name.pem
		private_key = $name.key
		default_md = $digest
		default_days = 30
		default_crl_days = 30
		policy = anything
		unique_subject = no
		[anything]
		organizationName = optional
		commonName = supplied
		[authority]
		basicConstraints = critical, CA:TRUE
		keyUsage = critical, keyCertSign, cRLSign
		subjectKeyIdentifier = hash
		[person]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature, nonRepudiation
		authorityKeyIdentifier = keyid
		[recipient]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, keyEncipherment
		[server]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature
		extendedKeyUsage = serverAuth
	EOF
	if [ -z "$issuer" ]; then
		openssl req -x509 -new -key "$name.key" -config "$name.cnf" -extensions authority -subj "/O=Test/CN=$name" -days 3650 \
			"-$digest" -out "$name.pem"
	else
		certificate "$issuer" "$name" authority
	fi
}

# certificate ISSUER NAME [SECTION [OPTION-OF-CA…]]: NAME.pem for NAME.key, or else for NAME.pub.
certificate() {
	local issuer=$1 name=$2 section=${3:-person}
	shift
	shift $(($# > 2 ? 2 : $#))
	if [ -e "$name.key" ]; then
		openssl req -new -config "$issuer.cnf" -key "$name.key" -subj "/O=Test/CN=$name" -out "$name.csr" &&
			openssl ca -batch -notext -config "$issuer.cnf" -in "$name.csr" -extensions "$section" -out "$name.pem" "$@" 2>ca.log
	else
		openssl x509 -new -force_pubkey "$name.pub" -subj "/O=Test/CN=$name" -CA "$issuer.pem" -CAkey "$issuer.key" -days 30 \
			-extfile "$issuer.cnf" -extensions "$section" -set_serial "0x$(openssl rand -hex 8)" -out "$name.pem"
	fi || { cat ca.log; return 1; }
	openssl x509 -in "$name.pem" -outform DER -out "$name.crt"
}

# revocations ISSUER OUT [OPTION-OF-CA…]: its list.
revocations() {
	local issuer=$1 out=$2
	shift 2
	openssl ca -batch -config "$issuer.cnf" -gencrl -out "$out" "$@" 2>/dev/null
}
