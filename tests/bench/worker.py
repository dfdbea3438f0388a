"""Measures one contender, in a process and an environment of its own, as the bench asks it to.

    python tests/bench/worker.py CONTENDER FOLDER

The folder has the package `contenders`. Each line of standard input is a request, and each line of standard output the
response to one: both are JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import itertools
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, sys.argv[2])

from contenders import Place

Sample = dict[str, float]


def timed(work: Callable[[], object], times: int) -> Sample:
    """Return the microseconds that one run of the work takes, of CPU time and of wall time."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(times):
        work()
    return {
        "cpu_us": (time.process_time() - cpu) / times * 1e6,
        "wall_us": (time.perf_counter() - wall) / times * 1e6,
    }


def peak_mb() -> float:
    """Return the most memory that this process ever had, in MB."""
    # Not what `resource` says: that begins with the memory of the process that started this one.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


class Worker:
    """What the bench can ask for; functions that were made once are kept, so that connections stay open."""

    def __init__(self, contender: Any) -> None:
        self._contender = contender
        self._kept: dict[str, Any] = {}

    def _made(self, name: str, *arguments: Any) -> Any:
        key = repr((name, arguments))
        if key not in self._kept:
            self._kept[key] = getattr(self._contender, name)(*arguments)
        return self._kept[key]

    def call(self, url: str, authority: str, operation: str, times: int) -> Sample:
        """Measure signed calls, one after another."""
        work = self._made("calls", Place(url, authority))[operation]
        work()
        return timed(work, times)

    def decode(self, kind: str, body: str, times: int) -> Sample:
        """Measure the decoding of a page, which a file holds."""
        work, content = self._made("decode")[kind], Path(body).read_bytes()
        work(content)
        return timed(lambda: work(content), times)

    def sign(self, name: str, times: int) -> Sample:
        """Measure signatures."""
        return timed(self._made(name), times)

    def drain(self, url: str, authority: str, name: str, arguments: list[Any], items: int) -> Sample:
        """Measure a whole listing, and the memory that this process ever had."""
        place = Place(url, authority)
        before = time.process_time()
        begun = time.perf_counter()
        found = getattr(self._contender, name)(place, *arguments)
        seconds, cpu = time.perf_counter() - begun, time.process_time() - before
        if found != items:
            raise AssertionError(f"{found} items in place of {items}")
        return {"seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak_mb()}

    def concurrent(self, url: str, authority: str, at_once: int, pages: int, operation: str = "") -> Sample:
        """Measure async calls, so many at a time, in an event loop of their own."""
        return asyncio.run(self._concurrent(Place(url, authority), at_once, pages, operation))

    async def _concurrent(self, place: Place, at_once: int, pages: int, operation: str) -> Sample:
        call, close = self._contender.call_async(place, *([operation] if operation else []))
        await _many(call, at_once, at_once)
        cpu, begun = time.process_time(), time.perf_counter()
        await _many(call, at_once, pages)
        seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - cpu
        await close()
        return {"pages_per_s": pages / seconds, "cpu_us": cpu_seconds / pages * 1e6}

    def threads(self, url: str, authority: str, at_once: int, pages: int) -> Sample:
        """Measure sync calls, one for each of so many threads."""
        call = self._made("calls", Place(url, authority))["secrets"]
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(lambda _: call(), range(at_once)))
            begun = time.perf_counter()
            list(pool.map(lambda _: call(), range(pages)))
            return {"pages_per_s": pages / (time.perf_counter() - begun)}


async def _many(call: Callable[[], Awaitable[int]], at_once: int, pages: int) -> None:
    left = itertools.repeat(None, pages)

    async def work() -> None:
        for _ in left:
            if await call() != 100:
                raise AssertionError("not the page that was asked for")

    await asyncio.gather(*(work() for _ in range(at_once)))


def main() -> None:
    """Respond to requests until standard input ends."""
    # What the contenders print, if anything, must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    with contextlib.redirect_stdout(sys.stderr):
        worker = Worker(importlib.import_module(f"contenders.{sys.argv[1]}"))
        for line in sys.stdin:
            asked = json.loads(line)
            print(json.dumps(getattr(worker, asked.pop("measure"))(**asked)), file=answers)


if __name__ == "__main__":
    main()
