#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real window on a virtual screen: the demo is started, runs to its end and leaves a whole run folder."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def main():
    if len(sys.argv) < 4:
        print("built without the window: nothing to check here")
        return
    fettle = pathlib.Path(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        shots = home / "shots"
        environment = {**os.environ, "HOME": folder, "XDG_CONFIG_HOME": f"{folder}/config",
                       "XDG_STATE_HOME": f"{folder}/state", "XDG_RUNTIME_DIR": folder}
        environment.pop("QT_QPA_PLATFORM", None)
        command = [str(fettle), "--demo", "--quit-when-done", "--screenshots", str(shots)]
        if not environment.get("DISPLAY"):
            assert shutil.which("xvfb-run"), "xvfb-run is missing: packaging/test.sh installs it"
            command = ["xvfb-run", "-a", "-s", "-screen 0 1280x800x24", *command]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
        assert result.returncode == 0, result.stderr[-2000:]
        runs = [p for p in (home / "Fettle").iterdir() if (p / "journal.jsonl").exists()]
        assert len(runs) == 1, runs
        events = [json.loads(line) for line in (runs[0] / "journal.jsonl").read_text().splitlines()]
        finished = events[-1]
        assert finished["event"] == "finished" and finished["reason"] == "done", finished
        losses = [event["loss"] for event in events if event["event"] == "eval"]
        assert losses[-1] < losses[0] - 0.5, losses
        assert (runs[0] / "model.safetensors").stat().st_size > 1_000_000
        pictures = sorted(p.name for p in shots.glob("*.png"))
        assert len(pictures) >= 7, pictures
        print(f"validation loss {losses[0]:.2f} -> {losses[-1]:.2f}; {len(pictures)} pictures")


if __name__ == "__main__":
    main()
