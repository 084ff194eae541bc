#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# reader.sh: the lowest floor on a real PC/SC service: readers, cards and a daemon that come and go.
source "$(dirname "$0")/lib.sh"
stories=$build_dir/tests/e2e/reader

# play PROFILE STORY
play() {
	if timeout 60 "$vcard" run --card "$1" -- "$stories" "$2" >"$work/story.log" 2>&1 &&
		grep -q "^ok - $2" "$work/story.log"; then
		ok "${2//_/ } ($1)"
	else
		not_ok "${2//_/ } ($1)"
		sed 's/^/    /' "$work/story.log" | tail -n 15
	fi
}

for story in $("$stories"); do
	play piv "$story"
done
play piv:t0 a_reset_by_another_program_is_told_once
finish
