"""A child that misbehaves on demand: what it is sent says how. Run as a module in place of the real one."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from retrieval.ingest.wire import FRAME, JOB, OUT_OF_MEMORY

FACTS = {"title": None, "author": None, "publisher": None, "date": None, "language": None, "left_out": ["menus"]}


def send(*pieces: Any) -> None:
    for piece in pieces:
        data = json.dumps(piece).encode()
        write(FRAME.pack(len(data)) + data)


def say(text: str, *, retire: bool = False) -> None:
    send({"extract": FACTS})
    send({"blocks": [{"text": text, "heading": None, "page": 3}]})
    send({"done": True, "retire": retire})


def write(raw: bytes) -> None:
    sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()


def half() -> None:
    write(FRAME.pack(100) + b'{"ex')
    sys.exit(0)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


BEHAVIOURS: dict[str, Callable[[], None]] = {
    "crash": crash,
    "leave": lambda: sys.exit(3),
    "compute": lambda: os.kill(os.getpid(), signal.SIGXCPU),
    "swell": lambda: sys.exit(OUT_OF_MEMORY),
    "hang": lambda: time.sleep(600),
    "garbage": lambda: write(b"Segmentation fault\n" * 20),
    "endless": lambda: write(FRAME.pack(0xFFFFFFFF)),
    "half": half,
    "not an object": lambda: send(["done"]),
    "no facts": lambda: send({"done": True}),
    "wrong blocks": lambda: send({"extract": FACTS, "blocks": [7]}, {"done": True}),
    "unknown error": lambda: send({"error": "sudo", "sentence": "x"}, {"done": True}),
    "empty": lambda: send({"error": "empty", "sentence": "Nothing."}, {"done": True}),
    "environment": lambda: say(" ".join(os.environ)),
    "limits": lambda: say(" ".join(sys.argv[1:])),
    "number": lambda: say(str(os.getpid())),
    "retire": lambda: say(str(os.getpid()), retire=True),
}


def main() -> None:
    send({"ready": True})
    jobs = sys.stdin.buffer
    while head := jobs.read(JOB.size):
        of_job, of_data = JOB.unpack(head)
        job = json.loads(jobs.read(of_job))
        asked = jobs.read(of_data).decode()
        if asked == "%PDF-" and job["spare"]:
            say("read by the spare reader")
        elif asked == "%PDF-":
            crash()
        else:
            BEHAVIOURS[asked]()


if __name__ == "__main__":
    main()
