# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # work is of lib.sh, which is read before
# ecp-issuer.sh: small certification authorities made of OpenSSL, sourced by the scripts of ecp. The one that suits a
# request issues for it: RSA, or GOST by gost-engine.

ca=$work/ca

# OpenSSL that knows GOST too
ssl() {
	OPENSSL_CONF=$ca/openssl.cnf openssl "$@"
}

# an authority NAME with a key of ALGORITHM (arguments of openssl genpkey) and a subject of its own
authority() {
	local name=$1
	shift
	ssl genpkey "$@" -out "$ca/$name.key" 2>/dev/null &&
		ssl req -x509 -new -key "$ca/$name.key" -subj "/O=Authority/CN=$name" -days 3650 \
			-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -out "$ca/$name.pem"
}

# ready_authorities FOLDER: ca.pem (RSA), gost.pem; other.pem is another authority, forged.pem has the name of ca.pem;
# foreign.csr is somebody else's request.
ready_authorities() {
	ca=$1
	mkdir -p "$ca"
	cat >"$ca/openssl.cnf" <<-END
		openssl_conf = all
		[all]
		engines = engines
		[engines]
		gost = gost
		[gost]
		engine_id = gost
		default_algorithms = ALL
		[req]
		distinguished_name = dn
		[dn]
		[ca]
		default_ca = this
		[this]
		database = $ca/index.txt
		new_certs_dir = $ca/issued
		unique_subject = no
		rand_serial = yes
		default_md = default
		copy_extensions = copy
		email_in_dn = yes
		policy = any
		x509_extensions = leaf
		[any]
		commonName = optional
		[leaf]
		basicConstraints = CA:FALSE
	END
	mkdir -p "$ca/issued"
	: >"$ca/index.txt"
	authority ca -algorithm RSA -pkeyopt rsa_keygen_bits:2048 &&
		authority gost -algorithm gost2012_256 -pkeyopt paramset:A &&
		authority other -algorithm RSA -pkeyopt rsa_keygen_bits:2048 &&
		ssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$ca/foreign.key" 2>/dev/null &&
		ssl req -x509 -new -key "$ca/foreign.key" -subj /O=Authority/CN=ca -days 30 -addext basicConstraints=critical,CA:TRUE \
			-out "$ca/forged.pem" &&
		ssl req -new -key "$ca/foreign.key" -subj /CN=foreign -out "$ca/foreign.csr"
}

# issue REQUEST OUT [START END [SUBJECT]]: by the authority that $issuer names, "ca"
issue() {
	local start=${3:-20250101000000Z} end=${4:-20350101000000Z}
	ssl ca -batch -notext -preserveDN -in "$1" -cert "$ca/${issuer:-ca}.pem" -keyfile "$ca/${issuer:-ca}.key" -startdate "$start" -enddate "$end" \
		${5:+-subj "$5"} -out "$2" >"$ca/issue.log" 2>&1 || {
		cat "$ca/issue.log"
		return 1
	}
}
