#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# usage: nightly.sh TREE REVISION CORPUS RESULTS
# Fuzzes a revision with other sequences every night. CORPUS is kept from night to night: it
# holds a minimal trace of each kind of finding so far, and all of them run first. Fails only
# in a night that adds to it.
set -uo pipefail

tree=$1 revision=$2 corpus=$3 results=$4
seed=${DMADIFF_SEED:-$(date -u +%Y%m%d)}
mkdir -p "$corpus" "$results/findings"

# check STATUS: 1 is for findings; from 2 on nothing could be run.
check() {
    [ "$1" -le 1 ] || exit "$1"
}

shopt -s nullglob
known=("$corpus"/*.trace)
if [ "${#known[@]}" -gt 0 ]; then
    dmadiff run --tree "$tree" --on "$revision" --findings "$results/known" \
        --format junit "${known[@]}" >"$results/known.junit.xml"
    check $?
fi

dmadiff fuzz --tree "$tree" --on "$revision" --seed "$seed" --time "${DMADIFF_SECONDS:-3000}" \
    --findings "$results/findings" --format sarif >"$results/nightly.sarif"
check $?

new=0
for trace in "$results/findings"/*.trace; do
    if [ ! -e "$corpus/${trace##*/}" ]; then
        cp "$trace" "$corpus/"
        echo "new: ${trace##*/}"
        new=$((new + 1))
    fi
done
echo "seed $seed: $new new, ${#known[@]} known before"
[ "$new" = 0 ]
