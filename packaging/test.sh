#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fetches what is missing, builds the programs and the tests, and runs every test; ctest prints the closing line.
#
#   packaging/test.sh [--interop [SEED]] [options of build.sh] [-- options of ctest]
#
#   --interop      then compares the program with the real transformers, tokenizers and datasets (tests/interop), which
#                  are brought, pinned, into ~/.cache/fettle/peers: a network once, 2 GB, a quarter of an hour. SEED
#                  repeats a run; without it, what is random is drawn anew each time
set -euo pipefail
cd "$(dirname "$0")/.."
source packaging/packages.sh

options=() interop=0 seed=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case $1 in
    --interop)
        interop=1
        if [[ ${2:-} =~ ^[0-9]+$ ]]; then seed=("$2"); shift; fi
        ;;
    -h | --help) sed -n '3,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) options+=("$1") ;;
    esac
    shift
done
[ "${1:-}" != -- ] || shift

build_dir=${BUILD_DIR:-build/release}
packaging/build.sh --tests "${options[@]}"
ctest --test-dir "$build_dir" --output-on-failure --parallel 2 "$@"
if [ $interop = 1 ]; then
    install_packages "${packages_interop[@]}"
    tests/interop/run.sh "$(realpath "$build_dir")/app/fettle-cli" "${seed[@]}"
fi
