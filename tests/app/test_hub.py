#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fettle-cli hub against a Hub of our own (tests/support/hub_server.py): what it asks, what it keeps, what it says when
something goes wrong. usage: test_hub.py FETTLE_CLI SOURCE_ROOT"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import loaded_program

CLI = sys.argv[1]
ROOT = pathlib.Path(sys.argv[2])
sys.path.append(str(ROOT / "tests" / "support"))
from hub_server import Cut, Damage, HubServer, Page, Silence, Slow, Status, Whole  # noqa: E402

WEIGHTS = bytes(range(256)) * 400
SMALL = {"README.md": b"---\nlicense: mit\n---\n", "config.json": b'{"model_type": "gpt2"}', "tokenizer.json": b"{}",
         "generation_config.json": b"{}", "vocab.json": b"{}"}


class Hub(unittest.TestCase):
    def setUp(self):
        self.hub = HubServer().__enter__()
        self.addCleanup(self.hub.__exit__)
        self.home = pathlib.Path(tempfile.mkdtemp(dir=SCRATCH))
        self.cache = self.home / "hub"
        plain = {key: value for key, value in os.environ.items()
                 if not key.lower().endswith("_proxy") and not key.startswith(("HF_", "HUGGING"))}
        self.environment = {**plain, "HOME": str(self.home), "XDG_CONFIG_DIRS": str(self.home / "etc"),
                            "XDG_CONFIG_HOME": str(self.home / "config"), "HF_ENDPOINT": self.hub.url,
                            "HF_HUB_CACHE": str(self.cache), "FETTLE_HUB_PAUSE": "0.01",
                            "FETTLE_RESOURCES": str(ROOT / "resources")}

    def run_cli(self, *arguments, **environment):
        return loaded_program.run([CLI, *map(str, arguments)], capture_output=True, text=True, timeout=60,
                                  env={**self.environment, **environment})

    def hub_does(self, *arguments, **environment):
        answer = self.run_cli("hub", *arguments, **environment)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return answer

    def hub_fails(self, code, *words, command=("get", "org/name"), **environment):
        answer = self.run_cli("hub", *command, **environment)
        self.assertEqual((answer.returncode, answer.stdout), (code, ""), answer.stderr)
        for word in ("error: ", *words):
            self.assertIn(word, answer.stderr)
        return answer

    def add(self, name="org/name", weights=WEIGHTS, **more):
        return self.hub.add(name, SMALL, {"model.safetensors": weights, "pytorch_model.bin": b"pickled"},
                            tags=["transformers", "license:mit"], pipeline_tag="text-generation",
                            config={"model_type": "gpt2"}, safetensors={"total": 124_000_000}, **more)

    def snapshot(self, commit, name="models--org--name"):
        return self.cache / name / "snapshots" / commit

    def kept(self):
        return list((self.cache / "models--org--name" / "blobs").glob("*.incomplete"))

    # Looking

    def test_search(self):
        self.add()
        self.add("org/closed", gated=True)
        self.hub.add("bert/blank", SMALL, pipeline_tag="fill-mask", tags=["transformers"], safetensors={"total": 10 ** 10})
        found = json.loads(self.hub_does("search", "--json").stdout)
        self.assertEqual({each["name"] for each in found}, {"org/name", "org/closed", "bert/blank"})
        found = json.loads(self.hub_does("search", "ORG", "--goal", "causal", "--licence", "MIT", "--max-parameters",
                                         "0.5B", "--json").stdout)
        self.assertEqual([each["name"] for each in found], ["org/name", "org/closed"])
        self.assertEqual((found[0]["goal"], found[0]["licence"], found[0]["parameters"], found[1]["gated"]),
                         ("causal", "mit", 124_000_000, True))
        answer = self.hub_does("search", "--max-parameters", "1.5b")
        self.assertIn("124 M", answer.stdout)
        self.assertNotIn("bert/blank", answer.stdout)
        self.assertIn("asking 127.0.0.1:", answer.stderr)
        self.assertIn("Nothing was found", self.hub_does("search", "nobody").stdout)
        self.hub_fails(2, "many", command=("search", "--max-parameters", "many"))

    def test_info_fetches_no_file(self):
        commit = self.add()
        self.hub.page_size = 3  # more than one page of files
        told = json.loads(self.hub_does("info", "org/name", "--json").stdout)
        self.assertEqual((told["commit"], told["licence"], told["model_type"]), (commit, "mit", "gpt2"))
        needed = {each["path"] for each in told["files"] if each["needed"]}
        self.assertEqual(needed, {*SMALL, "model.safetensors"})
        self.assertEqual(told["missing_bytes"], len(WEIGHTS) + sum(map(len, SMALL.values())))
        self.assertIn("model.safetensors", self.hub_does("info", "org/name@" + commit).stdout)
        self.assertFalse([each for each in self.hub.requests if "/resolve/" in each.path])
        self.assertFalse(self.cache.exists())

    def test_names(self):
        for name in ("../x", "a/b/c", "org/name@", ""):
            self.hub_fails(2, command=("get", name))
        self.assertIn("Did you mean search?", self.run_cli("hub", "serch", "x").stderr)
        self.assertEqual(self.hub.requests, [])

    # Getting

    def test_what_is_needed_lies_as_huggingface_hub_lays_it(self):
        commit = self.add()
        answer = self.hub_does("get", "org/name", HF_TOKEN="hf_right")
        folder = self.snapshot(commit)
        self.assertEqual(answer.stdout, f"{folder}\n")
        self.assertEqual({each.name for each in folder.iterdir()}, {*SMALL, "model.safetensors"})
        self.assertEqual(os.readlink(folder / "model.safetensors"),
                         "../../blobs/" + hashlib.sha256(WEIGHTS).hexdigest())
        self.assertEqual((folder / "model.safetensors").read_bytes(), WEIGHTS)
        self.assertEqual((self.cache / "models--org--name" / "refs" / "main").read_text(), commit)
        self.assertEqual(self.kept(), [])
        stored = self.hub.asked("/storage/" + hashlib.sha256(WEIGHTS).hexdigest() + "/model.safetensors")
        self.assertEqual(len(stored), 1)
        self.assertIn("localhost", stored[0].host)
        self.assertNotIn("Authorization", stored[0].headers)
        for each in self.hub.requests:
            if each not in stored:
                self.assertEqual(each.headers["Authorization"], "Bearer hf_right")
        asked = len(self.hub.requests)
        self.assertIn("lie in the cache already", self.hub_does("get", "org/name").stderr)
        self.assertFalse([each for each in self.hub.requests[asked:] if "/resolve/" in each.path])
        listed = json.loads(self.hub_does("list", "--json").stdout)
        self.assertEqual([(each["name"], each["snapshots"][0]["missing"]) for each in listed], [("org/name", None)])
        self.assertIn("hub:org/name\n", self.hub_does("list").stdout)

    def test_shards_by_the_index(self):
        index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
        shards = {"model-00001-of-00002.safetensors": b"one", "model-00002-of-00002.safetensors": b"two",
                  "model-00001-of-00009.safetensors": b"old"}
        self.hub.add("org/name", {**SMALL, "model.safetensors.index.json": json.dumps(index).encode()}, shards)
        told = json.loads(self.hub_does("get", "org/name", "--json").stdout)
        self.assertEqual({name for name in told["files"] if "00" in name}, set(index["weight_map"].values()))

    def test_a_new_commit_shares_what_stays(self):
        first = self.add()
        self.hub_does("get", "org/name")
        second = self.hub.add("org/name", {**SMALL, "config.json": b"{}"}, {"model.safetensors": WEIGHTS})
        self.hub.requests.clear()
        self.hub_does("get", "org/name")
        self.assertEqual(len(self.hub.asked("/model.safetensors")), 0)
        self.assertNotEqual(first, second)
        self.assertTrue((self.snapshot(second) / "model.safetensors").samefile(self.snapshot(first) / "model.safetensors"))

    def test_a_broken_connection_goes_on_where_it_broke(self):
        commit = self.add()
        self.hub.fail("model.safetensors", Cut(1000), Cut(500), Status(503), Cut(0))
        answer = self.hub_does("get", "org/name")
        self.assertIn("broke off; again in 0.01 s", answer.stderr)
        self.assertIn("trouble of its own (503)", answer.stderr)
        asked = [each.headers.get("Range") for each in self.hub.asked("/model.safetensors")
                 if "/storage/" in each.path]
        self.assertEqual(asked, [None, "bytes=1000-", "bytes=1500-", "bytes=1500-", "bytes=1500-"])
        self.assertEqual((self.snapshot(commit) / "model.safetensors").read_bytes(), WEIGHTS)

    def test_the_next_call_goes_on_too(self):
        commit = self.add()
        self.hub.fail("model.safetensors", Cut(1000), *[Cut(0)] * 4)
        self.hub_fails(1, "broke off while it was asked for model.safetensors of org/name", "Try again")
        self.assertEqual([each.stat().st_size for each in self.kept()], [1000])
        self.assertFalse((self.snapshot(commit) / "model.safetensors").exists())
        self.assertFalse((self.cache / "models--org--name" / "refs").exists(), "a name never stands for half of the files")
        self.assertIn("model.safetensors is missing", self.hub_does("list").stdout)
        self.hub.requests.clear()
        self.hub.fail("model.safetensors", Whole())  # a server without ranges
        self.hub_does("get", "org/name")
        self.assertEqual((self.snapshot(commit) / "model.safetensors").read_bytes(), WEIGHTS)
        self.assertEqual([each.headers.get("Range") for each in self.hub.asked("/model.safetensors")],
                         ["bytes=1000-"] * 2)

    def test_damage(self):
        commit = self.add()
        self.hub.fail("model.safetensors", Damage(), Damage())
        self.hub.fail("config.json", Damage())  # once is mended at once
        self.hub_fails(1, "model.safetensors of org/name came damaged, twice", hashlib.sha256(WEIGHTS).hexdigest())
        self.assertFalse((self.snapshot(commit) / "model.safetensors").exists())
        self.assertTrue((self.snapshot(commit) / "config.json").exists())
        self.assertFalse((self.cache / "models--org--name" / "blobs" / hashlib.sha256(WEIGHTS).hexdigest()).exists())
        kept = self.cache / "models--org--name" / "blobs" / (hashlib.sha256(WEIGHTS).hexdigest() + ".incomplete")
        kept.write_bytes(b"x" * 5000)  # what an earlier try left is damaged
        self.hub_does("get", "org/name")
        self.assertEqual((self.snapshot(commit) / "model.safetensors").read_bytes(), WEIGHTS)

    def test_another_thing_answers(self):
        self.add()
        self.hub.fail("/api/models/org/name/revision/main", Page("<html>Log in to the network"))
        self.hub_fails(1, "did not answer as the Hub does", "<html>Log in")
        self.hub.fail("config.json", *[Page("<html>")] * 5)
        self.hub_fails(1, "sends something else than the 22 bytes of config.json")
        self.hub.fail("config.json", Page("x" * 1000))
        self.hub_fails(1, "sends more of config.json than the 22 bytes")

    # Who may

    def test_access(self):
        self.add("org/closed", gated=True)
        self.add("org/hidden", private=True)
        self.hub_fails(2, "the model org/closed is gated", f"Accept them at {self.hub.url}/org/closed", "HF_TOKEN",
                       command=("get", "org/closed"))
        self.hub_fails(2, "There is no model org/hidden", "or it is private", command=("get", "org/hidden"))
        self.hub_fails(2, "does not take the token from HF_TOKEN", "settings/tokens", command=("get", "org/closed"),
                       HF_TOKEN="hf_wrong")
        for kind in ({"HF_TOKEN": "hf_right"}, {"HUGGING_FACE_HUB_TOKEN": "hf_right"}):
            self.hub_does("info", "org/hidden", **kind)
        self.assertIn("terms accepted first", self.hub_does("info", "org/closed").stdout)
        (self.home / "hf").mkdir()
        (self.home / "hf" / "token").write_text("hf_right\n")
        self.hub_does("get", "org/closed", HF_HOME=str(self.home / "hf"))
        self.hub.fail("/api/models/org/name/revision/main", Status(403, {"X-Error-Message": "Your country"}))
        self.hub_fails(2, "refuses the model org/name (403): Your country")

    def test_what_is_not_there(self):
        self.add()
        self.hub_fails(2, "There is no model org/other", command=("get", "org/other"), HF_TOKEN="hf_right")
        self.hub_fails(2, "the model org/name has no revision v9", command=("get", "org/name@v9"))
        self.hub.fail("tokenizer.json", Status(404, {"X-Error-Code": "EntryNotFound"}))
        self.hub_fails(2, "the model org/name has no file tokenizer.json")
        self.hub.add("org/gguf", {"README.md": b""}, {"model.gguf": b"x"})
        self.hub_fails(2, "holds no weights that Fettle reads", command=("get", "org/gguf"))

    def test_a_renamed_repository(self):
        commit = self.add()
        self.hub.fail("/api/models/old/revision/main",
                      Status(307, {"Location": "/api/models/org/name/revision/main"}))
        self.hub.fail(f"/api/models/old/tree/{commit}",
                      Status(307, {"Location": f"/api/models/org/name/tree/{commit}?recursive=true"}))
        self.assertEqual(json.loads(self.hub_does("info", "old", "--json").stdout)["commit"], commit)

    # Trouble

    def test_busy_and_broken_servers(self):
        self.add()
        address = "/api/models/org/name/revision/main"
        self.hub.fail(address, Status(429, {"Retry-After": "0"}), Status(500), Status(502), Status(504))
        self.hub_does("info", "org/name")
        self.hub.fail(address, *[Status(503)] * 5)
        self.hub_fails(1, "has trouble of its own (503)", "not your fault")
        self.hub.fail(address, Status(429, {"Retry-After": "600"}))
        self.hub_fails(1, "asks for a pause (429)", "in 10:00")

    def test_a_dead_connection_and_a_slow_one(self):
        self.add(weights=WEIGHTS[:2000])
        self.hub.fail("model.safetensors", Silence())
        self.hub.fail("config.json", Slow(4, 0.03))
        answer = self.hub_does("get", "org/name", HF_HUB_DOWNLOAD_TIMEOUT="1")
        self.assertIn("went silent; again", answer.stderr)

    def test_nobody_there(self):
        self.hub_fails(1, "127.0.0.1:9 could not be reached", "https_proxy", HF_ENDPOINT="http://127.0.0.1:9")
        self.hub_fails(2, "HF_ENDPOINT=nonsense", HF_ENDPOINT="nonsense")

    def test_proxy(self):
        self.add()
        self.hub_does("info", "org/name", HF_ENDPOINT="http://hub.example", http_proxy=self.hub.url)
        self.assertTrue(self.hub.requests[0].path.startswith("http://hub.example/api/models/org/name"))

    def test_a_disk_too_small(self):
        commit = self.add()
        self.hub.repositories["model", "org/name"][commit].claimed["model.safetensors"] = 10 ** 17
        self.hub_fails(4, "are to be fetched", "Nothing was fetched", "HF_HUB_CACHE")
        self.assertFalse(self.cache.exists())

    def test_offline(self):
        self.add()
        for command in (("search", "x"), ("info", "org/name"), ("get", "org/name")):
            self.hub_fails(1, "Connections are switched off: HF_HUB_OFFLINE=1", command=command, HF_HUB_OFFLINE="1")
        system = self.home / "etc" / "fettle" / "hub.json"
        system.parent.mkdir(parents=True)
        system.write_text('{"offline": true}')
        self.hub_fails(1, f"{system} says \"offline\": true")
        self.hub_does("list")
        self.assertEqual(self.hub.requests, [])

    def test_cancel(self):
        commit = self.add()
        self.hub.fail("model.safetensors", Slow(1000, 0.02))
        process = subprocess.Popen([CLI, "hub", "get", "org/name"], env=self.environment, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while not any(each.stat().st_size for each in self.kept() if len(each.name) > 64):
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        output, words = process.communicate(timeout=20)
        self.assertEqual((process.returncode, output), (3, ""), words)
        self.assertIn("the same command goes on from there", words)
        self.assertEqual(len(self.kept()), 1)
        self.hub_does("get", "org/name")
        self.assertEqual((self.snapshot(commit) / "model.safetensors").read_bytes(), WEIGHTS)
        self.assertIn("Range", self.hub.asked("/model.safetensors")[-1].headers)

    def test_files_outside_are_refused(self):
        self.hub.add("org/rows", {"../../../evil.csv": b"a\n1\n"}, kind="dataset")
        self.hub_fails(2, "is no path of a file", command=("get", "datasets/org/rows"))
        self.assertFalse(list(self.home.rglob("evil.csv")))

    # In runs

    def test_a_run_from_the_cache(self):
        golden = ROOT / "tests" / "golden" / "generate" / "gpt2"
        characters = [chr(code) for code in range(33, 127)] + ["\u0120", "<|endoftext|>"]
        self.hub.add("org/small", {
            "config.json": (golden / "config.json").read_bytes(), "merges.txt": b"#version: 0.2\n",
            "vocab.json": json.dumps({c: i for i, c in enumerate(characters)}).encode(),
            "special_tokens_map.json": json.dumps({key: "<|endoftext|>" for key in (
                "bos_token", "eos_token", "unk_token")}).encode()},
            {"model.safetensors": (golden / "model.safetensors").read_bytes()})
        rows = b"".join(b'{"text": "row %d"}\n' % i for i in range(20))
        self.hub.add("org/rows", {"README.md": b"---\nconfigs:\n- config_name: en\n  data_files:\n  - split: train\n"
                                               b"    path: en/part-*\n  - split: test\n    path: en/rest.jsonl\n---\n",
                                  "en/part-0.jsonl": rows, "en/rest.jsonl": rows[:90], "de/part-0.jsonl": rows},
                     kind="dataset")
        run = self.home / "run.json"
        run.write_text(json.dumps({
            "fettle": 1, "model": "hub:org/small", "objective": "causal",
            "data": {"train": "hub:datasets/org/rows:en", "validation": "hub:datasets/org/rows:en", "max_length": 16},
            "samples": {"prompts": []}, "arguments": {"output_dir": "out", "max_steps": 1, "threads": 1}}))
        asked = len(self.hub.requests)
        answer = self.run_cli("train", run)
        self.assertEqual(answer.returncode, 2)
        self.assertIn("hub:datasets/org/rows:en is not in Hugging Face's cache yet", answer.stderr)
        self.assertIn("Get it: fettle-cli hub get datasets/org/rows:en", answer.stderr)
        self.assertEqual(len(self.hub.requests), asked, "only hub connects")
        told = json.loads(self.hub_does("get", "datasets/org/rows:en", "--json").stdout)
        self.assertEqual(told["files"], ["README.md", "en/part-0.jsonl", "en/rest.jsonl"])
        answer = self.run_cli("train", run)
        self.assertIn("Get it: fettle-cli hub get org/small", answer.stderr)
        self.hub_does("get", "org/small")
        asked = len(self.hub.requests)
        answer = self.run_cli("train", run, "--json")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("20 rows to learn from, 5 kept aside", answer.stderr)
        self.assertEqual(json.loads((self.home / "out" / "run.json").read_text())["model"], "hub:org/small")
        told = json.loads(self.run_cli("data", "hub:datasets/org/rows:en", "--model", "hub:org/small", "--json").stdout)
        self.assertEqual(told["rows"], 20)
        self.assertEqual(len(self.hub.requests), asked, "only hub connects")


if __name__ == "__main__":
    SCRATCH = pathlib.Path(tempfile.mkdtemp(prefix="fettle-hub-"))
    try:
        unittest.main(argv=sys.argv[:1])
    finally:
        shutil.rmtree(SCRATCH)
