# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a run in another process."""
import time


def wait_for_step(test, process, folder, step):
    """Returns once the journal in `folder` has that step; the test fails where the process ends before."""
    journal = folder / "journal.jsonl"
    for _ in range(12000):
        test.assertIsNone(process.poll(), "the run ended too soon")
        if journal.exists() and f'"step","step":{step},' in journal.read_text():
            return
        time.sleep(0.01)
    process.kill()
    test.fail("the run did not get that far")
