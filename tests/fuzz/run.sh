#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzzes every reader of foreign files: tests/fuzz/run.sh [SECONDS a target, default 60] [TARGET…]
# Two at a time. What is found lies in build/asan/fuzz/found; run the program on such a file to see it again. New
# inputs that reach new code are kept in build/asan/fuzz/corpus and used the next time.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
here=$PWD/tests/fuzz

eval "$(packaging/deps.sh | sed 's/^/export /')"
cmake --preset asan >/dev/null
cmake --build --preset asan --target fuzzers

fuzz_one() {
    local name=$1 corpus=build/asan/fuzz/corpus/$1 found=build/asan/fuzz/found log=build/asan/fuzz/$1.log
    mkdir -p "$corpus" "$found"
    if ! ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 "build/asan/tests/fuzz/fuzz_$name" -max_total_time="$seconds" \
        -max_len=16384 -timeout=20 -rss_limit_mb=2048 -artifact_prefix="$found/$name-" -print_final_stats=1 -verbosity=0 \
        "$corpus" "$here/corpus/$name" >"$log" 2>&1; then
        echo "$name: found something, see $log"
        tail -n 40 "$log"
        return 1
    fi
    echo "$name: $(sed -n 's/stat::number_of_executed_units: *//p' "$log") inputs, nothing found"
}
export -f fuzz_one
export seconds here

if [ $# -eq 0 ]; then
    set -- $(ls "$here"/fuzz_*.cpp | sed 's,.*/fuzz_,,; s,\.cpp,,')
fi
printf '%s\n' "$@" | xargs -P 2 -I{} bash -c 'fuzz_one {}'
