#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fetches what is missing and builds the release. The last line is the folder that holds fettle and fettle-cli.
#
#   packaging/build.sh [--prefix DIR] [--no-gui] [--tests]
#
#   --prefix DIR   also installs below DIR, with the libraries it needs
#   --no-gui       fettle-cli only: no Qt is fetched or built
#   --tests        also builds the tests, and fetches what they need
#   BUILD_DIR      environment: where to build (default build/release)
set -euo pipefail
cd "$(dirname "$0")/.."
source packaging/packages.sh

prefix='' gui=ON tests=OFF
while [ $# -gt 0 ]; do
    case $1 in
    --prefix) prefix=${2:?--prefix needs a folder}; shift 2 ;;
    --no-gui) gui=OFF; shift ;;
    --tests) tests=ON; shift ;;
    -h | --help) sed -n '3,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) say "packaging/build.sh: unknown option $1 (see --help)"; exit 2 ;;
    esac
done
build_dir=${BUILD_DIR:-build/release}

packages=("${packages_build[@]}")
[ $gui = OFF ] || packages+=("${packages_gui[@]}")
[ $tests = OFF ] || packages+=("${packages_tests[@]}")
install_packages "${packages[@]}"
require_disk 6 "${XDG_CACHE_HOME:-$HOME/.cache}" "$(dirname "$build_dir")"
found=$(packaging/deps.sh)
export "${found%%$'\n'*}" "${found##*$'\n'}"

# Configured anew only where something differs from the last time; ninja does nothing where all is built.
cmake -S . -B "$build_dir" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_UNITY_BUILD=ON \
    -DFETTLE_GUI=$gui -DFETTLE_TESTS=$tests -DFETTLE_LIBTORCH="$FETTLE_LIBTORCH" -DFETTLE_ARROW="$FETTLE_ARROW" \
    ${prefix:+-DCMAKE_INSTALL_PREFIX="$prefix"} >&2
cmake --build "$build_dir" >&2
if [ -n "$prefix" ]; then
    cmake --install "$build_dir" >&2
    cd "$prefix/bin" && pwd
else
    cd "$build_dir/app" && pwd
fi
