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
for check in data checkpoints transformers architectures generation chat tokenizers resume lora; do
    "$environment/bin/python" "check_$check.py" "$@"
done
