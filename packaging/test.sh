#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fetches what is missing, builds the programs and the tests, and runs every test; ctest prints the closing line.
# Takes the options of build.sh; what follows "--" goes to ctest.
set -euo pipefail
cd "$(dirname "$0")/.."

options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
[ "${1:-}" != -- ] || shift

packaging/build.sh --tests "${options[@]}"
ctest --test-dir "${BUILD_DIR:-build/release}" --output-on-failure --parallel 2 "$@"
