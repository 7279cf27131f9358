#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks Fettle against the real transformers and datasets (fetch_peers.sh): runs the checks that lie here with them.
#   tests/interop/run.sh PATH/TO/fettle-cli [SEED]
# What is random in them is drawn anew each time and its seed printed, unless one is given.
set -euo pipefail
cd "$(dirname "$0")"

./fetch_peers.sh
environment="${XDG_CACHE_HOME:-$HOME/.cache}/fettle/peers"

# Two at a time, the long ones first; what one says is printed when it has ended.
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
export environment said
export OMP_WAIT_POLICY=passive # who waits at a barrier leaves the core to the other check
check() {
    local name=$1 began=$SECONDS code=0
    shift
    "$environment/bin/python" "check_$name.py" "$@" >"$said/$name" 2>&1 || code=$?
    (
        flock 9
        printf -- '-- %s (%s s)\n' "$name" "$((SECONDS - began))"
        cat "$said/$name"
    ) 9>"$said/lock"
    return "$code"
}
export -f check
printf '%s\n' architectures tokenizers resume export data documents generation chat checkpoints transformers arguments lora answers import hub gguf |
    xargs -P 2 -I{} bash -c 'check "$@"' check {} "$@"
