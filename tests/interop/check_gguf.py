#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `export --to gguf` writes, in the hands of the real gguf package and the real llama.cpp (the xllamacpp wheel).

usage: check_gguf.py FETTLE_CLI [SEED] [MODEL_TYPE …]

Of each architecture that llama.cpp knows: a small random model with a tokenizer that is cut as its kind's are. The gguf
package reads the file; llama.cpp gives the same ids for texts, the same probabilities for what comes next, and writes
the same 40 tokens greedily. Random weights have near-ties, and llama.cpp computes GELU from a table of halves: two
texts may part where transformers' own scores of the two tokens are closer than the tolerance of the type, and nowhere else.
"""
import http.client
import json
import pathlib
import random
import sys
import tempfile
import urllib.parse

import gguf
import torch
import transformers
import xllamacpp
from peft import LoraConfig, get_peft_model
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from common import ROOT, all_passed, check, cli, scattered, seed_and_names, small_config

GOLDEN = ROOT / "tests" / "golden" / "tokenizers"
TEXTS = ("In the morning the wind came from the west.", "They'LL see  three   spaces, 12345 numbers & 7.5%",
         "naïve café — “quotes”, 東京 and 🙂!", "Tab\tand\n\nnew lines\r\n  end ", "don't I'm we've SHE'S")
# Largest difference of log probabilities, and what two tokens' scores may be apart where texts part.
TOLERANCES = {"f32": 5e-3, "f16": 3e-2, "bf16": 0.2, "q8_0": 0.3}
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"


def split(pattern):
    return pre_tokenizers.Split(Regex(pattern), "isolated")


def byte_level(use_regex):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=use_regex)


CUTS = {
    "gpt-2": [byte_level(True)],
    "dbrx": [split(LLAMA3), byte_level(False)],
    "llama-bpe": [split(LLAMA3), byte_level(False)],
    "qwen2": [split(QWEN), byte_level(False)],
    "starcoder": [pre_tokenizers.Digits(individual_digits=True), byte_level(True)],
    "falcon": [pre_tokenizers.Punctuation("contiguous"), byte_level(True), pre_tokenizers.Digits(),
               split("[0-9][0-9][0-9]")],
    "bloom": [split(BLOOM), byte_level(False)],
}


def make_tokenizer(kind, folder):
    """Puts a tokenizer into a model's folder: one that was recorded, or one that is trained on the spot."""
    if kind == "llama":
        (folder / "tokenizer.json").write_bytes((GOLDEN / "json_bpe_llama" / "tokenizer.json").read_bytes())
        ends = dict(bos_token="<s>", eos_token="</s>", unk_token="<unk>")
    else:
        tokenizer = Tokenizer(models.BPE(ignore_merges=kind == "llama-bpe"))
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(CUTS[kind])
        tokenizer.decoder = decoders.ByteLevel()
        lines = (ROOT / "resources" / "texts" / "ships-log.txt").read_text().splitlines()
        tokenizer.train_from_iterator(lines + list(TEXTS) * 3, trainers.BpeTrainer(
            vocab_size=600, special_tokens=["<|endoftext|>", "<|turn|>"], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
        tokenizer.add_tokens(["<tool>"])
        tokenizer.save(str(folder / "tokenizer.json"))
        ends = dict(bos_token="<|endoftext|>", eos_token="<|endoftext|>")
    template = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
    (folder / "tokenizer_config.json").write_text(
        json.dumps(dict(tokenizer_class="PreTrainedTokenizerFast", chat_template=template, **ends)))


def vocabulary_of(kind):
    with tempfile.TemporaryDirectory() as folder:
        make_tokenizer(kind, pathlib.Path(folder))
        return Tokenizer.from_file(folder + "/tokenizer.json").get_vocab_size()


def cases(draw):
    """name, model_type, kind of tokenizer, what config.json says."""
    heads = draw.choice([1, 2, 4])
    yield "llama", "llama", "llama", dict(num_key_value_heads=heads, tie_word_embeddings=draw.random() < 0.5)
    yield "llama with biases", "llama", "llama-bpe", dict(attention_bias=True, mlp_bias=True, head_dim=24)
    yield "llama 3", "llama", "llama-bpe", dict(
        rope_parameters=dict(rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0,
                             high_freq_factor=4.0, original_max_position_embeddings=64))
    yield "llama, linear", "llama", "dbrx", dict(
        rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=2.0))
    yield "llama, yarn", "llama", "dbrx", dict(
        rope_parameters=dict(rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=32))
    yield "adapter of llama", "llama", "llama", {}
    yield "mistral", "mistral", "llama", dict(sliding_window=None, num_key_value_heads=heads)
    yield "qwen2", "qwen2", "qwen2", dict(num_key_value_heads=heads)
    yield "qwen3", "qwen3", "qwen2", dict(num_key_value_heads=heads, head_dim=draw.choice([16, 24]))
    yield "gpt2", "gpt2", "gpt-2", dict(n_embd=64, n_layer=2, n_head=4, n_positions=128)
    yield "phi3", "phi3", "llama", dict(sliding_window=None, partial_rotary_factor=draw.choice([1.0, 0.5]))
    # A context of 256 at least is what llama.cpp makes; beyond the original one it takes the long factors.
    yield "phi3, longrope", "phi3", "llama", dict(
        sliding_window=None, max_position_embeddings=512, original_max_position_embeddings=256, rope_parameters=dict(
            rope_type="longrope", rope_theta=10000.0, short_factor=[1 + i / 4 for i in range(8)],
            long_factor=[2 + i for i in range(8)], original_max_position_embeddings=256))
    yield "smollm3", "smollm3", "llama-bpe", dict(num_key_value_heads=2, num_hidden_layers=4, no_rope_layer_interval=4,
                                                  use_sliding_window=False, tie_word_embeddings=draw.random() < 0.5)
    yield "olmo2", "olmo2", "dbrx", dict(num_key_value_heads=heads, tie_word_embeddings=draw.random() < 0.5)
    yield "gemma", "gemma", "llama", dict(head_dim=24, num_key_value_heads=heads)
    yield "gemma2", "gemma2", "llama", dict(head_dim=24, query_pre_attn_scalar=24, sliding_window=8)
    yield "gemma3_text", "gemma3_text", "llama", dict(head_dim=24, query_pre_attn_scalar=24, sliding_window=8,
                                                      num_hidden_layers=6, final_logit_softcapping=None)
    yield "gpt_neox", "gpt_neox", "gpt-2", dict(use_parallel_residual=draw.random() < 0.5, rotary_pct=0.25,
                                                tie_word_embeddings=draw.random() < 0.5)
    yield "phi", "phi", "gpt-2", dict(partial_rotary_factor=0.5, num_key_value_heads=4)
    yield "starcoder2", "starcoder2", "starcoder", dict(use_bias=True, sliding_window=None)
    yield "falcon", "falcon", "falcon", draw.choice([dict(multi_query=True), dict(multi_query=False)])
    yield "falcon 40b", "falcon", "falcon", dict(new_decoder_architecture=True, num_kv_heads=2)
    yield "bloom", "bloom", "bloom", dict(n_layer=2, n_head=4)


class Llama:
    """llama.cpp's server over one file."""

    def __init__(self, file):
        params = xllamacpp.CommonParams()
        params.model.path = str(file)
        params.n_ctx, params.n_parallel, params.n_gpu_layers = 128, 1, 0
        params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
        params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.warmup, params.verbosity = False, -1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
        params.swa_full = True
        self.server = xllamacpp.Server(params)
        self.address = urllib.parse.urlparse(self.server.listening_address).netloc

    def post(self, path, **body):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        return json.loads(connection.getresponse().read())

    def ids(self, text):
        return self.post("/tokenize", content=text, add_special=True)["tokens"]

    def write(self, ids, count):
        return self.post("/completion", prompt=ids, n_predict=count, temperature=0, return_tokens=True, n_probs=8,
                         ignore_eos=False, cache_prompt=False)


def read_by_package(name, file, kind, dtype):
    """The gguf package reads it: what it says of itself, and tensors of the right types."""
    reader = gguf.GGUFReader(file)
    value = lambda key: reader.fields[key].contents()
    pre = value("tokenizer.ggml.pre")
    check(f"{name}: gguf reads its pre-tokenizer", pre == ("default" if kind == "llama" else kind), pre)
    check(f"{name}: chat template", value("tokenizer.chat_template").startswith("{% for m in"))
    known = gguf.get_tensor_name_map(next(key for key, word in gguf.MODEL_ARCH_NAMES.items()
                                          if word == value("general.architecture")), 8)
    wanted = {"f32": "F32", "f16": "F16", "q8_0": "Q8_0", "bf16": "BF16"}[dtype]
    for tensor in reader.tensors:
        base = tensor.name.removesuffix(".weight").removesuffix(".bias")
        is_matrix = len(tensor.shape) == 2 and base != "position_embd"
        if tensor.tensor_type.name != (wanted if is_matrix else "F32") or not (
                known.get_name(base) or base.startswith("rope_")):
            sys.exit(f"FAILED: {name}: {tensor.name} is {tensor.tensor_type.name}")
    check(f"{name}: names and types", True, f"{len(reader.tensors)} tensors")


def difference(scores, told):
    """Of log probabilities, for the likeliest tokens."""
    ours = torch.log_softmax(scores, -1)
    return max(abs(ours[each["id"]].item() - each["logprob"]) for each in told["top_logprobs"])


def compare(name, model, end, tokenizer, llama, ours, dtype):
    tolerance = TOLERANCES[dtype]
    for text in TEXTS:
        theirs, mine = llama.ids(text), tokenizer[text]
        check(f"{name}: ids of {text!r}", theirs == mine,
              f"\n  llama.cpp {theirs}\n  fettle    {mine}" if theirs != mine else "")
    prompt, mine = ours
    said = llama.write(prompt, 40)
    with torch.no_grad():
        scores = model(torch.tensor([prompt + mine])).logits[0].float()
    theirs = said["tokens"]
    # Tokens that are parts of a character come without, and so does a text that ends at once.
    for told in said.get("completion_probabilities", [])[:1]:
        places = [i for i, token in enumerate(theirs) if token == told["id"] and mine[:i] == theirs[:i]]
        worst = min((difference(scores[len(prompt) - 1 + i], told) for i in places), default=0)
        check(f"{name}: probabilities", worst < tolerance, f"largest difference {worst:.1e}")
    ended = end in theirs or len(mine) < 40
    mine, theirs = ([token for token in ids if token != end] for ids in (mine, theirs))
    at = next((i for i, (a, b) in enumerate(zip(mine, theirs)) if a != b), None)
    if at is None:
        check(f"{name}: greedy text", len(theirs) == len(mine), f"{len(mine)} tokens{', then the end' * ended}")
    else:
        here = scores[len(prompt) - 1 + at]
        apart = (here[mine[at]] - here[theirs[at]]).abs().item()
        check(f"{name}: greedy text parts at a near-tie", apart < tolerance, f"token {at}: {apart:.1e} apart")


def our_ids(kind, folder, known={}):
    """Of the texts; a kind is the same tokenizer in every folder."""
    if kind in known:
        return known[kind]
    lines = "".join(json.dumps({"text": text}) + "\n" for text in TEXTS)
    told = cli("tokenize", "--model", folder, stdin=lines).splitlines()
    known[kind] = {text: json.loads(line)["ids"] for text, line in zip(TEXTS, told)}
    return known[kind]


def one(name, model_type, kind, changes, draw, scratch, dtypes):
    folder = scratch / name.replace(" ", "-").replace(",", "")
    folder.mkdir()
    config = small_config(model_type, vocabulary_of(kind), **changes)
    config._attn_implementation = "eager"
    config.eos_token_id = config.bos_token_id = None
    generator = torch.Generator().manual_seed(draw.randrange(1 << 30))
    model = scattered(transformers.AutoModelForCausalLM.from_config(config), generator)
    model.generation_config = transformers.GenerationConfig(eos_token_id=None)
    model.save_pretrained(folder)
    make_tokenizer(kind, folder)
    if name.startswith("adapter"): # Fettle puts it into its base, and so does peft
        base = transformers.AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager")
        adapted = get_peft_model(base, LoraConfig(r=4, lora_alpha=8, target_modules="all-linear"))
        with torch.no_grad():
            for parameter in adapted.parameters():
                if parameter.requires_grad:
                    parameter.add_(0.05 * torch.randn(parameter.shape, generator=generator))
        folder = scratch / "adapter"
        adapted.save_pretrained(folder)
        model = adapted.merge_and_unload().eval()
        make_tokenizer(kind, folder)
    tokenizer = our_ids(kind, folder)
    end = "</s>" if kind == "llama" else "<|endoftext|>"
    end = Tokenizer.from_file(str(folder / "tokenizer.json")).token_to_id(end)
    prompt = draw.choice(TEXTS)
    ours = json.loads(cli("generate", "--model", folder, "--prompt", prompt, "--greedy", "--max-new-tokens", 40,
                          "--json"))
    for dtype in dtypes:
        file = folder / f"{dtype}.gguf"
        cli("export", "--model", folder, "--to", "gguf", "--dtype", dtype, "--out", file)
        read_by_package(f"{name}, {dtype}", file, kind, dtype)
        compare(f"{name}, {dtype}", model, end, tokenizer, Llama(file), (tokenizer[prompt], ours["ids"]), dtype)


def main():
    seed, wanted = seed_and_names()
    print(f"gguf {getattr(gguf, '__version__', '')}, xllamacpp {xllamacpp.__version__}, seed {seed}")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(2)
    with tempfile.TemporaryDirectory() as scratch:
        for name, model_type, kind, changes in cases(random.Random(seed)):
            if not wanted or model_type in wanted:
                draw = random.Random(f"{seed} {name}")
                one(name, model_type, kind, changes, draw, pathlib.Path(scratch),
                    ["f32", draw.choice(["f16", "bf16", "q8_0"])] if not wanted else list(TOLERANCES))
    all_passed()


if __name__ == "__main__":
    main()
