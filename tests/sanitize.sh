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

export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
under=(env OMP_WAIT_POLICY=passive) skip=() # as tests/CMakeLists.txt has it
if [ "$preset" = tsan ]; then
    # LibTorch, its OpenMP and the kernel's futexes are not instrumented: LLVM's OpenMP, which answers to GCC's names as
    # well, tells the sanitizer through archer which of a team's accesses are ordered.
    llvm=$(dirname "$(ls /usr/lib/llvm-*/lib/libarcher.so | tail -n 1)")
    under=(env "LD_PRELOAD=$llvm/libomp.so.5" "OMP_TOOL_LIBRARIES=$llvm/libarcher.so" OMP_NUM_THREADS=2
           "TSAN_OPTIONS=suppressions=$PWD/tests/tsan.supp ignore_noninstrumented_modules=1 halt_on_error=1")
    # BusyMachine is of GCC's OpenMP alone; the others are whole trainings that start no thread of their own: minutes.
    no_thread=BestState.*:SessionTest.ARunMeasuresForTheForecastThatFollowsIt:SessionTest.ForecastsTheDiskThatARunTakes
    skip=("--gtest_filter=-BusyMachine.*:$no_thread")
fi
# Two at a time, the longest first.
printf '%s\n' "${rooms[@]}" | sort -r |
    xargs -P 2 -I{} sh -c 'room=$1; shift
        if said=$("$@" 2>&1); then echo "$room: nothing found"; else echo "$room:"; echo "$said"; exit 1; fi' \
        sh {} "${under[@]}" "build/$preset/tests/test_{}" --gtest_brief=1 "${skip[@]}"
echo "$preset: ${#rooms[@]} rooms, nothing found"
