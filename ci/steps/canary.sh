#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# usage: canary.sh [TREE REVISION]
# Plants a known bug in a kernel and fails unless it is found; runs sequences twice and fails
# unless every byte is the same. Before all other steps: where this fails, that they find
# nothing means nothing.
set -uo pipefail

kernel=()
if [ "$#" -ge 2 ]; then
    kernel=(--tree "$1" --on "$2")
fi
dmadiff selftest --canary "${kernel[@]}"
