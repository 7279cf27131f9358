#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the real transformers, datasets and what else Fettle is compared with (requirements.txt), pinned, in an
# environment of their own; does nothing where it stands.
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
