#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# usage: branch.sh TREE BASE HEAD RESULTS
# Tests the patches of a branch, one by one, against the revision that it starts from. Changes
# may well be meant: they are notes. A patch that does not build, a new crash or a new breach of
# the contract fails. This is the one place to change when a branch is to be judged otherwise.
set -uo pipefail

tree=$1 base=$2 head=$3 results=$4
ops=${DMADIFF_OPS:-50000}
mkdir -p "$results"

# judge FORMAT: the same run gives the same findings, whatever the format.
if git -C "$tree" merge-base --is-ancestor "$base" "$head" 2>/dev/null; then
    # The job's container is the sandbox: bubblewrap does not work in most of them.
    judge() {
        dmadiff validate "$base..$head" --tree "$tree" --no-sandbox --ops "$ops" \
            --findings "$results/branch" --format "$1"
    }
else
    # The commits between the two are not here: only their ends can be compared.
    judge() {
        dmadiff diff "$base" "$head" --tree "$tree" --ops "$ops" \
            --findings "$results/branch" --format "$1"
    }
fi

report() {
    judge "$1" >"$results/$2"
    local status=$?
    # 1 is for findings; from 2 on nothing could be tested.
    [ "$status" -le 1 ] || exit "$status"
}

report junit branch.junit.xml
report sarif branch.sarif
report text branch.txt
cat "$results/branch.txt"
! grep -q '"level": "error"' "$results/branch.sarif"
