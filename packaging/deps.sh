#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Brings LibTorch and Arrow C++: unpacks the wheels that carry them, pinned by version and sha256, once, into the
# user's cache. Prints two lines to stdout, FETTLE_LIBTORCH=… and FETTLE_ARROW=…; everything else goes to stderr.
# FETTLE_LIBTORCH or FETTLE_ARROW, where already set, are taken as they are.
set -euo pipefail

TORCH_VERSION=2.13.0+cpu
TORCH_SHA256=6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b
ARROW_VERSION=26.0.0
ARROW_SHA256=6e89dee53aaeb50505ed6152ea55bc7ddfd4f4df264f5427ea255288d8f0e580
TORCH_INDEX=https://download.pytorch.org/whl/cpu

cache="${XDG_CACHE_HOME:-$HOME/.cache}/fettle/deps"

say() { printf '%s\n' "$*" >&2; }

# fetch PACKAGE VERSION SHA256 [pip option…]: unpacks the wheel into $cache/PACKAGE-VERSION, whole or not at all.
fetch() (
    local package=$1 version=$2 sha256=$3; shift 3
    local target="$cache/$package-$version"
    if [ -e "$target/.complete" ]; then return; fi
    mkdir -p "$cache"
    local scratch; scratch=$(mktemp -d "$cache/.$package.XXXXXX")
    trap 'rm -rf "$scratch"' EXIT # of this subshell: also where the download fails
    say "Fetching $package $version …"
    # The wheels are only unpacked, never installed: pin one (CPython 3.11) whatever Python this machine has.
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --retries 1 --dest "$scratch" \
        --only-binary=:all: --python-version 3.11 --platform manylinux_2_28_x86_64 \
        "$@" "$package==$version" >&2
    local wheel; wheel=$(echo "$scratch"/*.whl)
    echo "$sha256  $wheel" | sha256sum --check --quiet >&2 || {
        say "$package $version: the downloaded file is not the pinned one (sha256 differs). Nothing was unpacked."
        return 1
    }
    # Only what a C++ program builds with and links against.
    case $package in
    torch) unzip -q "$wheel" 'torch/lib/*' 'torch/include/*' 'torch/share/*' -x 'torch/lib/libtorch_python.so' -d "$scratch/tree" ;;
    pyarrow) unzip -q "$wheel" 'pyarrow/libarrow.so*' 'pyarrow/libparquet.so*' 'pyarrow/include/*' -d "$scratch/tree" ;;
    esac
    rm -rf "$target" "$wheel"
    touch "$scratch/tree/.complete"
    mv "$scratch/tree" "$target"
)

if [ -z "${FETTLE_LIBTORCH:-}" ]; then
    fetch torch "$TORCH_VERSION" "$TORCH_SHA256" --extra-index-url "$TORCH_INDEX"
    FETTLE_LIBTORCH="$cache/torch-$TORCH_VERSION/torch"
fi
if [ -z "${FETTLE_ARROW:-}" ]; then
    fetch pyarrow "$ARROW_VERSION" "$ARROW_SHA256"
    FETTLE_ARROW="$cache/pyarrow-$ARROW_VERSION/pyarrow"
fi
echo "FETTLE_LIBTORCH=$FETTLE_LIBTORCH"
echo "FETTLE_ARROW=$FETTLE_ARROW"
