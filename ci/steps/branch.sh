#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# usage: branch.sh TREE BASE HEAD RESULTS
# Shows how the head of a branch behaves differently from the revision that it starts from.
# Differences may well be meant: they are notes. A crash that the branch brings is not. This
# is the one place to change when a branch is to be judged otherwise.
set -uo pipefail

tree=$1 base=$2 head=$3 results=$4
mkdir -p "$results"

# report FORMAT FILE: the same run gives the same findings, whatever the format.
report() {
    dmadiff diff "$base" "$head" --tree "$tree" --findings "$results/branch" \
        --ops "${DMADIFF_OPS:-50000}" --format "$1" >"$results/$2"
    local status=$?
    # 1 is for differences; from 2 on nothing could be compared.
    [ "$status" -le 1 ] || exit "$status"
}

report junit branch.junit.xml
report sarif branch.sarif
report text branch.txt
cat "$results/branch.txt"
! grep -q '"level": "error"' "$results/branch.sarif"
