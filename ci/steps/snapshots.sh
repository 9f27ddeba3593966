#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# usage: snapshots.sh TREE REVISION SNAPSHOTS RESULTS
# Holds a revision against the stored snapshots; what it does instead is left in RESULTS.
set -uo pipefail

tree=$1 revision=$2 snapshots=$3 results=$4
mkdir -p "$results/snapshots"
if [ -d "$snapshots" ]; then
    cp -r "$snapshots/." "$results/snapshots"
fi

# report FORMAT FILE: works on the copy, so that nothing is written to the tree.
report() {
    dmadiff snapshot --tree "$tree" --rev "$revision" --out "$results/snapshots" \
        --format "$1" >"$results/$2"
    local status=$?
    [ "$status" -le 1 ] || exit "$status"
    return "$status"
}

report junit snapshots.junit.xml
report sarif snapshots.sarif
report text snapshots.txt
status=$?
cat "$results/snapshots.txt"
exit "$status"
