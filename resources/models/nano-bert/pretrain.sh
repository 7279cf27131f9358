#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Trains nano-bert from nothing. A small masked model that begins on long rows learns word frequencies and stays there;
# on 16 tokens it soon finds its neighbours, and each longer stage goes on from the one before.
#
#   python3 resources/models/generate_stories.py --rows 30000 --seed 1 --out build/stories.txt
#   resources/models/nano-bert/pretrain.sh PATH/TO/fettle-cli build/nano-bert
set -euo pipefail
cli=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)

# stage TOKENS ROWS STEPS SCHEDULE WARMUP MODEL: writes $out/TOKENS
stage() {
    "$cli" train "$here/pretrain.json" --output-dir "$out/$1" --set model="$6" --set data.max_length="$1" \
        --set per_device_train_batch_size="$2" --set per_device_eval_batch_size="$2" --set max_steps="$3" \
        --set lr_scheduler_type="$4" --set warmup_steps="$5"
}
mkdir -p "$out"
out=$(cd "$out" && pwd)
stage 16 128 800 constant_with_warmup 50 "random:$here"
stage 32 64 400 constant_with_warmup 20 "$out/16"
stage 64 32 300 constant_with_warmup 20 "$out/32"
stage 128 16 300 constant_with_warmup 20 "$out/64"
stage 256 16 700 cosine 20 "$out/128"
