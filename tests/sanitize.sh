#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the engine's tests with sanitizers and runs them: tests/sanitize.sh asan|tsan [ROOM…]
#   asan   addresses and undefined behaviour, all rooms
#   tsan   races, the rooms that have threads
# Without leaks: LibTorch keeps what it made until the end.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:?asan or tsan}
shift
rooms=("$@")
if [ ${#rooms[@]} -eq 0 ]; then
    case $preset in
    asan) mapfile -t rooms < <(ls tests/core) ;;
    tsan) rooms=(nn optim tokenizers data generate train) ;;
    esac
fi

eval "$(packaging/deps.sh | sed 's/^/export /')"
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset" --target "${rooms[@]/#/test_}"

export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 OMP_WAIT_POLICY=passive
export preset preload= filter='*'
if [ "$preset" = tsan ]; then
    # LibTorch, its OpenMP and the kernel's futexes are not instrumented: LLVM's OpenMP, which answers to GCC's names as
    # well, tells the sanitizer through archer which of a team's accesses are ordered.
    llvm=$(dirname "$(ls /usr/lib/llvm-*/lib/libarcher.so | tail -n 1)")
    preload=$llvm/libomp.so.5
    export OMP_TOOL_LIBRARIES=$llvm/libarcher.so OMP_NUM_THREADS=2
    export TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp ignore_noninstrumented_modules=1 halt_on_error=1"
    # BusyMachine is of GCC's OpenMP alone; the others are whole trainings that start no thread of their own: minutes.
    no_thread=BestState.*:SessionTest.ARunMeasuresForTheForecastThatFollowsIt:SessionTest.ForecastsTheDiskThatARunTakes
    filter=-BusyMachine.*:$no_thread
fi

check() {
    local room=$1 said
    export GTEST_SHARD_INDEX=$2 GTEST_TOTAL_SHARDS=$3
    if said=$(LD_PRELOAD=$preload "build/$preset/tests/test_$room" --gtest_brief=1 "--gtest_filter=$filter" 2>&1); then
        echo "$room ($(($2 + 1)) of $3): nothing found"
    else
        printf '%s:\n%s\n' "$room" "$said"
        return 1
    fi
}
export -f check
# Two at a time, the longest first and in halves.
printf '%s\n' "${rooms[@]}" | sort -r | sed -E 's/^train$/train 0 2\ntrain 1 2/; t; s/$/ 0 1/' |
    xargs -P 2 -L 1 bash -c 'check "$@"' check
echo "$preset: ${#rooms[@]} rooms, nothing found"
