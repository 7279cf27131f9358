#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks Fettle against the real transformers and datasets: installs them, pinned, in an environment of their own, and
# runs the checks beside it with them.   tests/interop/run.sh PATH/TO/fettle-cli [SEED]
# What is random in them is drawn anew each time and its seed printed, unless one is given.
set -euo pipefail
cd "$(dirname "$0")"

environment="${XDG_CACHE_HOME:-$HOME/.cache}/fettle/peers"
if ! cmp -s requirements.txt "$environment/requirements.txt"; then
    rm -rf "$environment"
    python3 -m venv "$environment"
    echo "Fetching transformers and what it needs …" >&2
    install() { "$environment/bin/pip" install --quiet --disable-pip-version-check "$@"; }
    # From PyTorch's own index, where it answers: the registry's brings CUDA with it.
    install --retries 1 --no-deps --extra-index-url https://download.pytorch.org/whl/cpu "$(grep ^torch= requirements.txt)"
    install -r requirements.txt
    cp requirements.txt "$environment/requirements.txt"
fi
# Two at a time, each on one processor thread, the longest first: peer and program wait for each other most of the time.
one() {
    local check=$1; shift
    local log; log=$(mktemp)
    if OMP_NUM_THREADS=1 "$environment/bin/python" "check_$check.py" "$@" >"$log" 2>&1; then
        printf '%s (%s s)\n' "$check: $(tail -n 1 "$log")" "$SECONDS"
    else
        cat "$log"; echo "$check: FAILED"; return 1
    fi
}
export environment
export -f one
printf '%s\n' tokenizers architectures checkpoints generation chat resume transformers data |
    xargs -P 2 -I CHECK bash -c 'one CHECK "$@"' one "$@"
