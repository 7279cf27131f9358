#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Beside the real huggingface_hub and transformers: both fetch from a Hub of our own (tests/support/hub_server.py), and
each finds what the other one fetched.

usage: check_hub.py FETTLE_CLI"""
import json
import os
import pathlib
import shutil
import sys
import tempfile

SCRATCH = pathlib.Path(tempfile.mkdtemp(prefix="fettle-hub-"))
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "support"))
from hub_server import Cut, HubServer  # noqa: E402

hub = HubServer().__enter__()
for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[name]
# Read by huggingface_hub when it is imported.
os.environ |= {"HF_ENDPOINT": hub.url, "HF_HOME": str(SCRATCH), "HF_HUB_DISABLE_TELEMETRY": "1", "HF_TOKEN": "hf_right",
               "FETTLE_HUB_PAUSE": "0.01", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
from huggingface_hub import (HfApi, constants, hf_hub_download, scan_cache_dir, snapshot_download,  # noqa: E402
                             try_to_load_from_cache)
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

from common import all_passed, check, cli  # noqa: E402

CACHE = SCRATCH / "hub"
BUNDLED = ROOT / "resources" / "models" / "nano-gpt"
LARGE = ("model.safetensors", "pytorch_model.bin")


def publish(name, **more):
    files = {path.name: path.read_bytes() for path in BUNDLED.iterdir() if path.is_file()}
    files["pytorch_model.bin"] = b"a pickle"
    return hub.add(name, {path: content for path, content in files.items() if path not in LARGE},
                   {path: content for path, content in files.items() if path in LARGE}, pipeline_tag="text-generation",
                   tags=["transformers", "license:cc0-1.0"], safetensors={"parameters": {"F32": 10}, "total": 10}, **more)


def tree_of(folder):
    """What lies in a repository's folder of the cache: links by where they lead, files by their bytes."""
    return {path.relative_to(folder).as_posix(): os.readlink(path) if path.is_symlink() else path.read_bytes()
            for path in folder.rglob("*") if path.is_symlink() or path.is_file()}


def same_words(name):
    """Of the model that lies in the cache under that name, as with HF_HUB_OFFLINE=1."""
    asked = len(hub.requests)
    constants.HF_HUB_OFFLINE = True
    model, tokenizer = AutoModelForCausalLM.from_pretrained(name), AutoTokenizer.from_pretrained(name)
    constants.HF_HUB_OFFLINE = False
    theirs = model.generate(**tokenizer("In the morning", return_tensors="pt"), max_new_tokens=12, do_sample=False)
    ours = json.loads(cli("generate", "--model", f"hub:{name}", "--prompt", "In the morning", "--greedy",
                          "--max-new-tokens", "12", "--json"))
    check(f"{name}: the same words", ours["prompt_ids"] + ours["ids"] == theirs[0].tolist(), ours["text"])
    check("both open it without asking", len(hub.requests) == asked, str(hub.requests[asked:]))


def ours_is_theirs():
    commit = publish("org/ours")
    hub.fail("model.safetensors", Cut(3000))
    folder = pathlib.Path(cli("hub", "get", "org/ours").strip())
    check("where it lies", folder == CACHE / "models--org--ours" / "snapshots" / commit, str(folder))
    asked = len(hub.requests)
    check("snapshot_download finds it", snapshot_download("org/ours", local_files_only=True) == str(folder))
    check("hf_hub_download finds a file",
          hf_hub_download("org/ours", "config.json", local_files_only=True) == str(folder / "config.json"))
    check("a pickle is not among them", try_to_load_from_cache("org/ours", "pytorch_model.bin") is None)
    check("nothing was asked", len(hub.requests) == asked)
    hf_hub_download("org/ours", "model.safetensors")
    check("its etags are ours: nothing is fetched again", not [each for each in hub.requests[asked:] if each.method == "GET"])
    scanned = scan_cache_dir()
    check("the cache is sound", not scanned.warnings, str(scanned.warnings))
    revision, = next(iter(scanned.repos)).revisions
    check("its revision", (revision.commit_hash, revision.refs) == (commit, {"main"}))
    same_words("org/ours")


def theirs_is_ours():
    commit = publish("org/theirs", gated=True)
    folder = snapshot_download("org/theirs", ignore_patterns=["*.bin"])
    listed = {each["name"]: each for each in json.loads(cli("hub", "list", "--json"))}
    snapshot, = listed["org/theirs"]["snapshots"]
    check("ours lists it", (snapshot["commit"], snapshot["revisions"], snapshot["missing"], snapshot["folder"])
          == (commit, ["main"], None, folder))
    asked = len(hub.requests)
    same_words("org/theirs")
    cli("hub", "get", "org/theirs")
    check("and fetches nothing again", not [each for each in hub.requests[asked:] if "/resolve/" in each.path])
    # Both lay the same files the same way; the listing of the tree is theirs alone.
    theirs = tree_of(CACHE / "models--org--theirs")
    shutil.rmtree(CACHE / "models--org--theirs")
    cli("hub", "get", "org/theirs")
    ours = tree_of(CACHE / "models--org--theirs")
    needed = {path.rsplit("/", 1)[1] for path in ours if path.startswith("snapshots/")}
    kept = {path for path in theirs if not path.startswith(("trees/", "blobs/")) and path.rsplit("/", 1)[1] in needed | {"main"}}
    check("the same links and names", {path: theirs[path] for path in kept} ==
          {path: what for path, what in ours.items() if not path.startswith("blobs/")}, str(sorted(kept)))
    check("the same blobs", all(theirs[path] == what for path, what in ours.items() if path.startswith("blobs/")))


def parts_of_both():
    commit = publish("org/parts")
    hf_hub_download("org/parts", "config.json")
    words = cli("generate", "--model", "hub:org/parts", "--prompt", "a", fails=True)
    check("half a model is not taken for one", "model.safetensors is missing" in words, words.strip())
    cli("hub", "get", "org/parts@main")
    check("and is made whole", snapshot_download("org/parts", local_files_only=True).endswith(commit))
    check("the cache is sound", not scan_cache_dir().warnings)


def data_sets():
    hub.add("org/rows", {"README.md": b"# Rows\n", "data/train-00000-of-00001.jsonl": b'{"text": "a row"}\n' * 3,
                         "data/test-00000-of-00001.jsonl": b'{"text": "another"}\n'}, kind="dataset")
    cli("hub", "get", "datasets/org/rows")
    check("snapshot_download finds a data set", pathlib.Path(snapshot_download(
        "org/rows", repo_type="dataset", local_files_only=True), "data").is_dir())
    told = json.loads(cli("data", "hub:datasets/org/rows", "--json"))
    check("its rows", told["rows"] == 3)


def same_answers():
    theirs = HfApi().model_info("org/ours")
    ours = json.loads(cli("hub", "info", "org/ours", "--json"))
    check("model_info", (ours["commit"], ours["goal"], ours["downloads"]) == (theirs.sha, "causal", theirs.downloads))
    check("list_repo_tree", {each["path"]: each["bytes"] for each in ours["files"]} == {
        each.path: each.size for each in HfApi().list_repo_tree("org/ours", recursive=True) if hasattr(each, "size")})
    found = {each.id for each in HfApi().list_models(search="org/", filter="transformers")}
    check("list_models", found == {each["name"] for each in json.loads(cli("hub", "search", "org/", "--json"))}, str(found))


try:
    for part in (ours_is_theirs, theirs_is_ours, parts_of_both, data_sets, same_answers):
        part()
    all_passed()
finally:
    hub.__exit__()
    shutil.rmtree(SCRATCH)
