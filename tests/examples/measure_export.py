"""Measure the memory and time that examples/export_leaks.py takes for listings of several lengths.

    python tests/examples/measure_export.py 10000 200000 1000000

Another process serves the listing, and creates each page on request.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from cloudkeys.testing import FakeCloud
from cloudkeys.testing.http.server import serving
from programs import command, environment, long_list


def serve(count: int, pipe: Connection) -> None:
    with serving(long_list(count)) as url:
        pipe.send(url)
        pipe.recv()


def main() -> None:
    print(f"{'leaks':>12}{'peak of memory, MiB':>24}{'seconds':>12}{'file, MB':>12}")
    for count in map(int, sys.argv[1:]):
        here, there = Pipe()
        server = Process(target=serve, args=(count, there))
        server.start()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "leaks.parquet")
            whole = command("export_leaks", "--base-url", here.recv(), file)
            begun = time.monotonic()
            child = os.posix_spawn(whole[0], whole, environment(FakeCloud()))
            _, status, usage = os.wait4(child, 0)
            took, size = time.monotonic() - begun, file.stat().st_size / 1e6
        here.send("done")
        server.join()
        assert status == 0
        print(f"{count:>12,}{usage.ru_maxrss / 1024:>24.0f}{took:>12.1f}{size:>12.1f}", flush=True)


if __name__ == "__main__":
    main()
