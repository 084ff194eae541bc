#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# ecp-verify.sh: "ecp verify" on what OpenSSL, gost-engine and certtool signed, and on what is broken, foreign or out of date.
source "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
gost_openssl "$work"
source "$source_dir/tests/e2e/ecp-lib.sh"
source "$source_dir/tests/e2e/ecp-authority.sh"

head -c 70000 /dev/urandom >document
head -c 70000 /dev/urandom >other
rsa=(-algorithm RSA -pkeyopt rsa_keygen_bits:2048)
p256=(-algorithm EC -pkeyopt ec_paramgen_curve:P-256)

# person ISSUER NAME ARGUMENTS-OF-GENPKEY…: a key and a certificate.
person() {
	local issuer=$1 name=$2
	shift 2
	openssl genpkey "$@" -out "$name.key" 2>/dev/null && certificate "$issuer" "$name"
}

# signed OUT NAME OPTION…: by OpenSSL, with the certificate of the issuer.
signed() {
	local out=$1 name=$2 issuer=office
	shift 2
	case $name in gost*) issuer=gostoffice ;; esac
	openssl cms -sign -binary -in document -signer "$name.pem" -inkey "$name.key" -certfile $issuer.pem -outform DER -out "$out" "$@"
}

verify() {
	"$ecp" verify --trust root.pem "$@"
}

check "a root authority" authority root sha256 '' "${rsa[@]}"
check "an authority under it" authority office sha256 root "${p256[@]}"

# What others make, in every form that they have.
judge() { # NAME HASH ARGUMENTS-OF-GENPKEY…
	local name=$1 hash=$2 way options
	shift 2
	check "$name: a key and a certificate" person office "$name" "$@"
	for way in '' '-cades' '-nodetach' '-nodetach -stream' '-keyid' '-noattr' '-nodetach -noattr'; do
		case $name$way in pss*-stream*) continue ;; esac # OpenSSL 3.0 cannot: "illegal zero content"
		read -ra options <<<"$way"
		case $name in pss) options+=(-keyopt rsa_padding_mode:pss) ;; esac
		check "$name: OpenSSL signs $way" signed theirs.sig "$name" -md "$hash" "${options[@]}"
		case $way in
		*-nodetach*) exits "$name: … and it is good" 0 'Signature 1: good' verify theirs.sig ;;
		*)
			exits "$name: … and it is good" 0 'Signature 1: good' verify theirs.sig document
			exits "$name: … and not of another document" 30 'it was changed, or it is another file|was not made with' verify theirs.sig other
			;;
		esac
	done
}
judge rsa sha256 "${rsa[@]}"
judge pss sha512 "${rsa[@]}"
judge p256 sha256 "${p256[@]}"
judge p384 sha384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384
judge p521 sha512 -algorithm EC -pkeyopt ec_paramgen_curve:P-521

check "Ed25519: a key and a certificate" person office ed25519 -algorithm ED25519
for name in rsa p256 ed25519; do
	cat "$name.pem" office.pem >chain.pem
	check "$name: certtool signs" certtool --p7-sign --p7-include-cert --load-certificate chain.pem --load-privkey "$name.key" \
		--infile document --outder --outfile theirs.p7m
	exits "$name: … and it is good" 0 'Signature 1: good' verify theirs.p7m
	check "$name: certtool signs, detached, as text" certtool --p7-detached-sign --p7-include-cert --p7-time \
		--load-certificate chain.pem --load-privkey "$name.key" --infile document --outfile theirs.pem
	exits "$name: … and it is good" 0 'Signature 1: good' verify theirs.pem document
done

# GOST: GnuTLS follows the way to the authority for four sets; for the others nobody may be told that all is well.
authority gostroot md_gost12_256 '' -algorithm gost2012_256 -pkeyopt paramset:XA
authority gostoffice md_gost12_256 gostroot -algorithm gost2012_256 -pkeyopt paramset:A
for row in 256:A:0 256:XA:0 256:TCB:0 512:A:0 256:B:34 256:C:34 256:TCA:34 256:TCC:34 256:TCD:34 512:B:34 512:C:34; do
	IFS=: read -r bits set status <<<"$row"
	name=gost$bits-$set
	check "$name: a key and a certificate" person gostoffice "$name" -algorithm "gost2012_$bits" -pkeyopt "paramset:$set"
	check "$name: gost-engine signs" signed theirs.sig "$name" -md "md_gost12_$bits" -cades
	pattern='Signature 1: good'
	[ "$status" -eq 0 ] || pattern='Signature 1: NOT CHECKED WHOLLY'
	exits "$name: … the verdict is exit $status" "$status" "$pattern" "$ecp" verify --trust gostroot.pem theirs.sig document
	pattern='Trusted authority: gostroot'
	[ "$status" -eq 0 ] || pattern='NOT checked.: gostroot'
	exits "$name: … the authority is called what it is" "$status" "$pattern" "$ecp" verify --trust gostroot.pem theirs.sig document
	exits "$name: … and not of another document" 30 'Signature 1: BAD' "$ecp" verify --trust gostroot.pem theirs.sig other
done

# What a script gets.
person office person "${p256[@]}"
signed document.sig person -cades
check "the document beside is found by its name" verify document.sig
says "JSON tells who signed and when" '"signer": "CN=person,O=Test"' verify --json document.sig
says "… with the verdict" '"verdict": "good"' verify --json document.sig
says "… and a time" '"signed_at": "20[0-9-]*T[0-9:]*Z"' verify --json document.sig
says "… that the authority was checked" '"authority": "root"' verify --json document.sig
says "… that revocation was not" '"revocation_checked": false' verify --json document.sig
says "… to the person, too" 'revoked was not checked' verify document.sig
check "… and it is JSON" sh -c "'$ecp' verify --trust root.pem --json document.sig | python3 -m json.tool"
says "in Russian" 'Подпись 1: верна' env LANGUAGE=ru "$ecp" verify --trust root.pem document.sig
check "from standard input" sh -c "'$ecp' verify --trust root.pem - document <document.sig"
base64 -w0 document.sig >bare.sig
check "bare base64 in one line" verify bare.sig document
printf '\357\273\277' | cat - bare.sig >mark.sig
check "… with a byte order mark" verify mark.sig document

# Several signers.
signed two.sig person -cades -signer rsa.pem -inkey rsa.key
says "two signers, and both are good" 'Signature 2: good' verify two.sig document
python3 - <<'EOF'
data = bytearray(open("two.sig", "rb").read())
data[-5] ^= 1
open("second.sig", "wb").write(data)
EOF
exits "two signers, of whom the second did not sign this" 30 'Signature 2: BAD' verify second.sig document
check "… and has not the first one's authority" test "$(grep -c 'Trusted authority' "$work/exits.log")" = 1
exits "… nor for a script" 30 '"authority": "",' verify --json second.sig document

# The content inside.
signed inside.p7m person -nodetach
check "the content is taken out" verify --output taken inside.p7m
check "… as it was" cmp taken document
exits "… and not over what exists" 9 'exists and was left' verify --output taken inside.p7m
exits "… nor over the signature" 2 'which it is checked with' verify --force --output ./inside.p7m inside.p7m
cp document beside
exits "… nor over what is compared" 2 'which it is checked with' verify --force --output beside inside.p7m beside
check "… both are there" sh -c 'cmp beside document && [ "$(head -c 1 inside.p7m)" = 0 ]'
exits "a file beside must be the one inside" 30 'another content is inside' verify inside.p7m other
check "… and may be" verify inside.p7m document
python3 - <<'EOF'
data = bytearray(open("inside.p7m", "rb").read())
data[300] ^= 1
open("altered.p7m", "wb").write(data)
EOF
exits "an altered content is not written" 30 'BAD' verify --output altered-out altered.p7m
check "… nor half of it" sh -c '! ls altered-out* 2>/dev/null'
exits "a place that is no folder is told" 1 'cannot be written' verify --output /dev/full/x inside.p7m

# Broken and missing.
exits "a content that is missing is asked for" 4 'no file beside' sh -c "cp document.sig alone.sig; '$ecp' verify alone.sig"
exits "a content that is not there" 4 'cannot be read' verify document.sig nowhere
exits "a signature that is not there" 4 'cannot be read' verify nowhere.sig
: >empty
exits "an empty file" 8 'is empty' verify empty document
exits "a folder" 8 'cannot be read' verify /tmp document
exits "no signature at all" 8 'is no signature' verify document document
size=$(stat -c %s document.sig)
broken=0
for length in 1 2 10 20 50 100 500 $((size / 2)) $((size - 1)); do
	head -c "$length" document.sig >cut.sig
	"$ecp" verify --trust root.pem cut.sig document >cut.log 2>&1
	[ $? -eq 8 ] && grep -q 'damaged or cut off' cut.log || { broken=1; echo "length $length"; cat cut.log; }
done
check "whatever is cut off is told" test $broken -eq 0
for name in document.sig inside.p7m; do
	{ cat $name; echo; } >tail.p7m
	exits "$name: a byte after it is told" 8 'goes on for 1 byte after the signature, which nobody signed' verify tail.p7m document
	exits "… through a pipe, too" 8 'goes on for 1 byte' sh -c "'$ecp' verify - document <tail.p7m"
	{ cat $name; head -c 100000 /dev/zero; } >tail.p7m
	exits "… and zeros" 8 'goes on for 100000 bytes' verify tail.p7m document
	exits "… in Russian" 8 'есть ещё 100000 байт, которые никем не подписаны' env LANGUAGE=ru "$ecp" verify tail.p7m document
	{ cat $name; cat $name; } | base64 -w 64 | { echo '-----BEGIN CMS-----'; cat; echo '-----END CMS-----'; } >tail.pem
	exits "… and a second message, in PEM" 8 'goes on for [0-9]* bytes' verify tail.pem document
	{ echo 'This is from me:'; openssl cms -cmsout -in $name -inform DER -outform PEM; echo 'Yours, N. N.'; } >letter.pem
	check "… but text around PEM is none of it" verify letter.pem document
done
openssl crl2pkcs7 -nocrl -certfile person.pem -outform DER -out bundle.p7b
exits "a bundle of certificates is no signature" 8 'only carries certificates' verify bundle.p7b document
openssl cms -encrypt -binary -in document -outform DER -out encrypted.p7m rsa.pem
exits "an encrypted message is no signature" 8 'not a signed one' verify encrypted.p7m
python3 - <<'EOF'
data = bytearray(open("document.sig", "rb").read())
data[-5] ^= 1
open("wrong.sig", "wb").write(data)
EOF
exits "a changed signature" 30 'Signature 1: BAD' verify wrong.sig document
# in every place where a bit may flip the answer is never good
python3 - "$ecp" <<'EOF'
import subprocess, sys
data = open("document.sig", "rb").read()
from_, to = data.find(b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03") - 4, len(data)
good = []
for place in range(from_, to, 7):
    changed = bytearray(data)
    changed[place] ^= 0x40
    open("flip.sig", "wb").write(changed)
    if subprocess.run([sys.argv[1], "verify", "--trust", "root.pem", "flip.sig", "document"], capture_output=True).returncode == 0:
        good.append(place)
open("flips", "w").write(" ".join(map(str, good)))
EOF
check "no bit of the signed part can be turned" test ! -s flips

# Honesty about what proves little.
signed sha1.sig rsa -md sha1 -cades
exits "SHA-1 proves nothing" 31 'another content with the same signature can be made' verify sha1.sig document
signed bare.sig person -noattr
says "a signature without attributes says no time" 'does not say when it was made' verify bare.sig document
person office small -algorithm RSA -pkeyopt rsa_keygen_bits:1024
signed small.sig small -cades
exits "a key that is too short proves nothing" 31 'too weak' verify small.sig document
# The signed attributes of a message given as a content: the same signature would be "good".
python3 - <<'EOF'
data = open("document.sig", "rb").read()
start = data.find(b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03") # contentType, the first attribute
def header(size, tag):
    return bytes([tag]) + (bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else bytes([0x82]) + size.to_bytes(2, "big"))
for back in (3, 4, 5, 6): # the [0] before it
    at = start - 2 - back + 1
    if data[at] == 0xa0:
        break
length = data[at + 1]
head = 2
if length & 0x80:
    head = 2 + (length & 0x7f)
    length = int.from_bytes(data[at + 2:at + head], "big")
attributes = data[at + head:at + head + length]
open("attributes", "wb").write(header(length, 0x31) + attributes)
def walk(view, depth=0):
    """The message again, without the attributes."""
    out = b""
    while view:
        tag, length, head = view[0], view[1], 2
        if length & 0x80:
            head = 2 + (length & 0x7f)
            length = int.from_bytes(view[2:head], "big")
        body = view[head:head + length]
        if tag == 0xa0 and body == attributes:
            pass
        elif tag & 0x20:
            inner = walk(body)
            out += header(len(inner), tag) + inner
        else:
            out += view[:head + length]
        view = view[head + length:]
    return out
open("stripped.sig", "wb").write(walk(data))
EOF
check "… which OpenSSL takes for one over them" openssl cms -verify -binary -inform DER -in stripped.sig -content attributes \
	-CAfile root.pem -purpose any -out /dev/null
exits "attributes passed off as a content are refused" 30 'a piece of another message' verify stripped.sig attributes
signed nocert.sig person -cades -nocerts
exits "a certificate that is missing is asked for" 4 'certificate is missing' verify nocert.sig document
check "… and may be given" verify --certificate-file person.pem --certificate-file office.pem nocert.sig document

# Trust.
exits "an authority that nobody named" 31 'does not lead to a trusted authority' "$ecp" verify document.sig document
authority stranger sha256 '' "${rsa[@]}"
exits "another authority" 31 'does not lead to a trusted authority' "$ecp" verify --trust stranger.pem document.sig document
openssl cms -sign -binary -in document -signer person.pem -inkey person.key -cades -outform DER -out short.sig
exits "a certificate between is missing" 31 'does not lead to a trusted authority' verify short.sig document
check "… and may be given" verify --certificate-file office.pem short.sig document
openssl genpkey "${p256[@]}" -out office.key.other
cp -r office.pem office-true.pem
( openssl req -x509 -new -key office.key.other -config root.cnf -extensions authority -subj /O=Test/CN=office -days 9 -out forged.pem )
openssl cms -sign -binary -in document -signer person.pem -inkey person.key -certfile forged.pem -cades -outform DER -out forged.sig
exits "an authority of the same name with another key" 31 'NOT TRUSTED' verify forged.sig document

# Several certificates that the signer can have meant: the one is taken whose key signed, and that leads to an authority.
openssl genpkey "${p256[@]}" -out double.key
openssl req -x509 -new -key double.key -config root.cnf -extensions authority -subj /O=Test/CN=office -days 9 -out double.pem
openssl req -new -config root.cnf -key double.key -subj /O=Test/CN=person -out double.csr
openssl x509 -req -in double.csr -CA double.pem -CAkey double.key -days 9 -out double-person.pem \
	-set_serial "0x$(openssl x509 -in person.pem -noout -serial | cut -d= -f2)" 2>/dev/null
signed bare.sig person -nocerts
signed nocert.sig person -nocerts -cades
for name in bare nocert; do
	for order in 'double-person person' 'person double-person'; do
		read -r first second <<<"$order"
		files=(--certificate-file office.pem --certificate-file "$first.pem" --certificate-file "$second.pem")
		exits "$name: another key of the signer's name and number, $order" 0 'Signature 1: good' verify "${files[@]}" $name.sig document
		exits "… a changed content is told as such" 30 'the content is not the one that was signed' verify "${files[@]}" $name.sig other
	done
done
exits "the other key alone did not sign" 30 'not made with the certificate.s key' \
	verify --certificate-file double-person.pem bare.sig document
openssl x509 -in double-person.pem -outform DER -out double-person.crt
python3 - <<'EOF'
def take(data):
    """An object: tag and contents, itself, and what follows it."""
    head, length = 2, data[1]
    if length & 0x80:
        head += length & 0x7f
        length = int.from_bytes(data[2:head], "big")
    return data[0], data[head:head + length], data[:head + length], data[head + length:]
def make(tag, contents):
    return bytes([tag, 0x83]) + len(contents).to_bytes(3, "big") + contents
def read(name):
    return open(name, "rb").read()
_, _, kind, rest = take(take(read("bare.sig"))[1])
fields, data = [], take(take(rest)[1])[1]
while data:
    fields.append(take(data)[2])
    data = take(data)[3]
for count in 15, 16:
    certificates = make(0xa0, read("double-person.crt") * count + read("person.crt"))
    message = b"".join(fields[:3]) + certificates + fields[-1]
    open(f"crowd{count}.sig", "wb").write(make(0x30, kind + make(0xa0, make(0x30, message))))
EOF
exits "fifteen others of the signer's name and number are passed over" 0 'Signature 1: good' \
	verify --certificate-file office.pem crowd15.sig document
exits "… a message that has more of them is not looked through for ever" 30 'not made with the certificate.s key' \
	verify --certificate-file office.pem crowd16.sig document
exits "… and what the person gives is looked at, nevertheless" 0 'Signature 1: good' \
	verify --certificate-file office.pem --certificate-file person.pem crowd16.sig document
openssl req -x509 -new -key stranger.key -config stranger.cnf -extensions authority -subj /O=Test/CN=office -days 9 -out same.pem
openssl x509 -req -in person.csr -CA same.pem -CAkey stranger.key -days 9 -out same-person.pem \
	-set_serial "0x$(openssl x509 -in person.pem -noout -serial | cut -d= -f2)" 2>/dev/null
exits "another certificate of the same name, number and key is not the one that was bound" 30 'named another certificate as their own' \
	verify --certificate-file same-person.pem nocert.sig document
check "… beside the one that was it harms nothing" \
	verify --certificate-file same-person.pem --certificate-file office.pem --certificate-file person.pem nocert.sig document
for order in 'same-person person' 'person same-person'; do
	read -r first second <<<"$order"
	exits "where none was bound, it is the one that is vouched for, $order" 0 'Signature 1: good' \
		verify --certificate-file office.pem --certificate-file "$first.pem" --certificate-file "$second.pem" bare.sig document
done
# Several certificates of an authority: all ways up are tried, in whatever order they come.
cp office.pem office-true.pem
certificate root office authority -startdate 20200101000000Z -enddate 20210101000000Z && mv office.pem office-old.pem
certificate stranger office authority && mv office.pem office-crossed.pem
cp office-true.pem office.pem
openssl req -x509 -new -key stranger.key -config root.cnf -extensions authority -subj /O=Test/CN=root -days 9 -out root-other.pem
ways() { # STATUS PATTERN NAME…: certificates of the office, in this order
	local status=$1 pattern=$2 name files=()
	shift 2
	for name in "$@"; do files+=(--certificate-file "$name.pem"); done
	exits "ways up by $*" "$status" "$pattern" verify "${files[@]}" short.sig document
}
ways 0 'Trusted authority: root' office-true office-old office-crossed
ways 0 'Trusted authority: root' office-old office-crossed office-true
ways 0 'Trusted authority: root' office-crossed office-true office-old
ways 0 'Trusted authority: root' forged office-crossed root-other office-true
ways 31 'does not lead to a trusted authority' office-crossed
ways 31 'does not lead to a trusted authority' forged office-crossed
ways 32 'of "office" had ended' office-crossed office-old
ways 32 'of "office" had ended' office-old office-crossed
for order in 'root-other root' 'root root-other'; do
	read -r first second <<<"$order"
	exits "two trusted authorities of one name, $order" 0 'Signature 1: good' \
		"$ecp" verify --trust "$first.pem" --trust "$second.pem" document.sig document
	cat "$first.pem" "$second.pem" >both.pem
	exits "… in one file" 0 'Signature 1: good' "$ecp" verify --trust both.pem document.sig document
done
exits "… none of which is the one" 31 'NOT TRUSTED' "$ecp" verify --trust root-other.pem --trust stranger.pem document.sig document
for serial in $(seq 40); do
	openssl x509 -req -in office.csr -CA root-other.pem -CAkey stranger.key -set_serial "$serial" -days 9 -extfile office.cnf \
		-extensions authority 2>/dev/null
done >many.pem
ways 0 'Trusted authority: root' many office-true
ways 31 'does not lead to a trusted authority' many office-crossed
openssl x509 -in root.pem -outform DER -out root.der
check "an anchor in DER" "$ecp" verify --trust root.der document.sig document
openssl crl2pkcs7 -nocrl -certfile root.pem -outform DER -out root.p7b
check "… in a bundle" "$ecp" verify --trust root.p7b document.sig document
cat root.key root.pem >mixed.pem
check "… in a file with other things" "$ecp" verify --trust mixed.pem document.sig document
exits "an anchor that is none" 8 'no certificate' "$ecp" verify --trust document document.sig document
exits "an anchor that is not there" 4 'cannot be read' "$ecp" verify --trust nowhere document.sig document

# Validity, as of the time of signing.
openssl genpkey "${p256[@]}" -out past.key
certificate office past person -startdate 20200101000000Z -enddate 20210101000000Z
signed past.sig past -cades
exits "a certificate that had ended" 32 'had ended at that time' verify past.sig document
openssl genpkey "${p256[@]}" -out future.key
certificate office future person -startdate "$(date -u -d '+20 days' +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d '+40 days' +%Y%m%d%H%M%SZ)"
signed future.sig future -cades
exits "a certificate that is not valid yet" 32 'was not valid yet' verify future.sig document
signed past.sig past -noattr
exits "without a time it is now that counts" 32 'had ended' verify past.sig document
openssl genpkey "${p256[@]}" -out sealed.key
certificate office sealed recipient
signed sealed.sig sealed -cades
exits "a certificate for something else" 35 'not one for signing' verify sealed.sig document
openssl genpkey "${p256[@]}" -out server.key
certificate office server server
openssl cms -sign -binary -in document -signer server.pem -inkey server.key -certfile office.pem -cades -purpose any -outform DER -out server.sig
exits "the certificate of a server" 35 'one for servers' verify server.sig document

# Revocation.
revocations office clean.pem
check "a list that is clean" verify --crl clean.pem document.sig document
says "… was looked at" '"revocation_checked": true' verify --json --crl clean.pem document.sig document
openssl ca -config office.cnf -revoke person.pem 2>/dev/null
revocations office revoked.pem
exits "a revoked certificate" 33 'was revoked on' verify --crl revoked.pem document.sig document
openssl crl -in revoked.pem -outform DER -out revoked.crl
exits "… by a list in DER" 33 'was revoked on' verify --crl revoked.crl document.sig document
for order in 'same-person person' 'person same-person'; do
	read -r first second <<<"$order"
	exits "… beside a forged one of the same name, number and key, $order" 33 'was revoked on' verify --crl revoked.pem \
		--certificate-file office.pem --certificate-file "$first.pem" --certificate-file "$second.pem" bare.sig document
done
openssl genpkey -algorithm gost2012_512 -pkeyopt paramset:B -out unchecked.key 2>/dev/null
openssl req -new -config root.cnf -key unchecked.key -subj /O=Test/CN=office -out unchecked.csr
openssl x509 -req -in unchecked.csr -CA root-other.pem -CAkey stranger.key -set_serial 1 -days 9 -out unchecked.pem 2>/dev/null
openssl cms -sign -binary -in document -signer person.pem -inkey person.key -cades -outform DER -out late.sig
for order in 'office-true unchecked' 'unchecked office-true'; do
	read -r first second <<<"$order"
	exits "… beside an authority that cannot be checked, $order" 33 'was revoked on' verify --crl revoked.pem \
		--certificate-file "$first.pem" --certificate-file "$second.pem" late.sig document
done
exits "… which alone proves nothing" 34 'NOT checked.: root' verify --crl revoked.pem --certificate-file unchecked.pem late.sig document
revocations root root-list.pem
exits "a list of somebody else tells nothing" 34 'none of the revocation lists' verify --crl root-list.pem document.sig document
python3 - <<'EOF'
data = bytearray(open("revoked.crl", "rb").read())
data[-1] ^= 1
open("forged.crl", "wb").write(data)
EOF
exits "a list with a wrong signature counts for nothing" 34 'none of the revocation lists' verify --crl forged.crl document.sig document
cp office.index office.index.saved
: >office.index
revocations office old.pem -crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z
exits "a list that is out of date does not clear" 34 'out of date' verify --crl old.pem document.sig document
openssl crl -in old.pem -outform DER -out old.crl
python3 - <<'EOF'
data = bytearray(open("old.crl", "rb").read())
data[-1] ^= 1
open("old-forged.crl", "wb").write(data)
EOF
exits "… nor a forged one" 34 'none of the revocation lists' verify --crl old-forged.crl document.sig document
cp office.index.saved office.index
exits "a list that is none" 8 'no revocation list' verify --crl document document.sig document
openssl ca -config root.cnf -revoke office.pem 2>/dev/null
revocations root root-list.pem
cp office.index.saved empty.index
: >office.index
revocations office clean.pem
exits "an authority that was revoked" 33 '"office" was revoked' verify --crl root-list.pem --crl clean.pem document.sig document
finish
