#!/bin/sh
# Verifies a finished case of becforensics with nothing but a POSIX shell,
# coreutils and ssh-keygen: whoever does not trust the program can read this.
#
#   sh verify.sh MANIFEST [ALLOWED_SIGNERS [NAME]]
#
# MANIFEST is the case's newest *.manifest-sha256*.txt. With ALLOWED_SIGNERS, a
# file that holds the public key that NAME (examiner) gave out, its signature is
# checked too. Exit code 0: all as recorded; 3: something is not, each named on
# standard error; 1: wrong usage.
#
# It cannot tell that the newest entries and manifests were removed together:
# nothing inside the case can. Compare the manifest's SHA-256 with the one that
# was sent elsewhere when the case was sealed.
set -u
LC_ALL=C
export LC_ALL

usage() {
	echo "usage: sh verify.sh MANIFEST [ALLOWED_SIGNERS [NAME]]" >&2
	exit 1
}

wrong=0
complain() {
	echo "$*" >&2
	wrong=1
}

[ $# -ge 1 ] && [ $# -le 3 ] && [ -f "$1" ] || usage
signers=
if [ $# -ge 2 ]; then
	[ -f "$2" ] || usage
	case $2 in
	/*) signers=$2 ;;
	*) signers=$PWD/$2 ;;
	esac
fi
name=${3:-examiner}
case $1 in
*/*) cd "${1%/*}" || usage ;;
esac
manifest=${1##*/}
base=${manifest%.manifest-sha256*.txt}
log=$base.custody.jsonl
[ "$base" != "$manifest" ] || usage
nl='
'

# 1. The manifest is the one that was signed.
if [ -n "$signers" ]; then
	ssh-keygen -Y verify -f "$signers" -I "$name" -n becforensics-case@v1 -s "$manifest.sig" <"$manifest" >/dev/null 2>&1 ||
		complain "$manifest: not signed by $name"
fi
[ ! -e "$base.manifest-sha256.2.txt" ] || [ "$manifest" != "$base.manifest-sha256.txt" ] ||
	complain "$manifest: it is not the newest"

# 2. Every file is the one that the manifest lists.
sha256sum -c --strict --quiet "$manifest" >&2 || complain "$manifest: not all files are as recorded"

# 3. Each line of the log follows from the one before it, and the last is whole.
[ -f "$log" ] || {
	complain "$log: missing"
	exit 3
}
[ -z "$(tail -c 1 "$log")" ] || complain "$log: torn: it ends inside a line"
prev=0000000000000000000000000000000000000000000000000000000000000000
number=0
logged=$nl
lines=$nl$(cat "$manifest")$nl
while IFS= read -r line; do
	number=$((number + 1))
	case $line in
	"{\"seq\":$number,\"prev\":\"$prev\","*'}') ;;
	'{"seq":'*'}') complain "$log line $number: chain broken" ;;
	*) ;; # what a crash left of a line; the next entry cites its SHA-256
	esac
	prev=$(printf '%s\n' "$line" | sha256sum)
	prev=${prev%% *}

	# 4. Every file that the log lists stands in the manifest with that hash. The
	# log writes backslashes and line breaks as the manifest does. Names that
	# are not UTF-8 are left out: the log holds \xff where they hold the byte.
	rest=$line
	while :; do
		case $rest in
		*'"listed":"'*) ;;
		*) break ;;
		esac
		rest=${rest#*'"listed":"'}
		file=${rest%%'","size":'*}
		sum=${rest#*'"sha256":"'}
		sum=${sum%%'"'*}
		entry="$sum  $file"
		case $file in
		*'\\x'*) continue ;;
		*'\'*)
			plain=
			while :; do
				case $file in
				*'\"'*) plain=$plain${file%%'\"'*}'"' file=${file#*'\"'} ;;
				*) break ;;
				esac
			done
			file=$plain$file
			entry="$sum  $file"
			case $file in
			*'\'*) entry="\\$entry" ;;
			esac
			;;
		esac
		case $lines in
		*"$nl$entry$nl"*) ;;
		*) complain "$manifest: no line of the log's $file, or another hash" ;;
		esac
		logged=$logged$entry$nl
	done
done <"$log"

# 5. The manifest lists nothing that the log does not tell of, save the log.
listed=no
while IFS= read -r line; do
	case $line in
	*"  $log") listed=yes && continue ;;
	*) ;;
	esac
	case $logged in
	*"$nl$line$nl"*) ;;
	*)
		# A name that is not UTF-8 stands otherwise in the log.
		case $line in
		*[!\ -~]*) ;;
		*) complain "$manifest: the log does not tell of ${line#*  }" ;;
		esac
		;;
	esac
done <"$manifest"
[ $listed = yes ] || complain "$manifest: no line of the log"

[ $wrong -eq 0 ] || exit 3
echo "$base: as recorded, $number entries"
