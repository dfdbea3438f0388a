"""Measure all contenders side by side, in one run, against one server on loopback: `nox -s bench`.

Each contender has an environment and a process of its own. They take turns within each measurement, so that a machine
that is slower for a while is so for all. What comes out are numbers; nothing here says whether they are good enough.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import trustme
from charts import draw
from contenders import CONTENDERS, SERVICES, installed
from own_tools import measure_fake_cloud, measure_page_tools, medians
from server import page_of
from tables import tables

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
Samples = dict[str, dict[str, list[float]]]


class Peer:
    """A process that does and measures what it is asked to, and answers in JSON."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def read(self) -> Any:
        """Return its next answer."""
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def ask(self, **request: Any) -> Any:
        """Return its answer to a request."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self.read()

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


class Bench:
    """One run: the server, the contenders' processes, and the results so far."""

    def __init__(self, environments: Path, folder: Path, old: Path | None, *, quick: bool) -> None:
        self.environments, self.folder, self.quick = environments, folder, quick
        self.contenders = {name: one for name, one in CONTENDERS.items() if name != "old"}
        if old:
            self.contenders["old"] = CONTENDERS["old"]._replace(folder=old / "tests" / "bench")
        self.results: dict[str, Any] = {}
        self._stack = contextlib.ExitStack()
        authority = trustme.CA()
        self.authority = str(folder / "authority.pem")
        authority.cert_pem.write_to_path(self.authority)
        issued = authority.issue_cert("127.0.0.1", "localhost")
        chain, key = folder / "chain.pem", folder / "key.pem"
        issued.private_key_pem.write_to_path(key)
        chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        self.server = self._opened(sys.executable, str(HERE / "server.py"), str(chain), str(key))
        ports = self.server.read()
        self.url = f"http://127.0.0.1:{ports['plain']}"
        self.tls_url = f"https://localhost:{ports['tls']}"
        self._workers: dict[str, Peer] = {}

    def _opened(self, *command: str) -> Peer:
        peer = Peer(*command)
        self._stack.callback(peer.close)
        return peer

    def python(self, name: str) -> str:
        """Return the interpreter of a contender's environment."""
        return str(self.environments / CONTENDERS[name].environment / "bin" / "python")

    def worker(self, name: str) -> Peer:
        """Return the process of a contender."""
        if name not in self._workers:
            self._workers[name] = self._opened(*self.command(name))
        return self._workers[name]

    def command(self, name: str) -> tuple[str, ...]:
        """Return what starts the process of a contender."""
        return self.python(name), str(HERE / "worker.py"), *self.module(name)

    def module(self, name: str) -> tuple[str, str]:
        """Return the module of a contender, and the folder of its package."""
        one = self.contenders[name]
        return one.module or name, str(one.folder)

    def rounds(self, names: Iterable[str], rounds: int, measure: Callable[[str], dict[str, float]]) -> Samples:
        """Let contenders take turns, a few rounds long."""
        names = [name for name in names if name in self.contenders]
        samples: Samples = {name: {} for name in names}
        for number in range(1 if self.quick else rounds):
            for place in range(len(names)):
                name = names[(place + number) % len(names)]
                for unit, value in measure(name).items():
                    samples[name].setdefault(unit, []).append(value)
        return samples

    def note(self, what: str, samples: Samples) -> None:
        """Keep medians, with the least and the greatest."""
        self.results[what] = {name: medians(units) for name, units in samples.items()}
        print(f"[{time.monotonic() - _BEGUN:5.0f} s] {what}", flush=True)

    def close(self) -> None:
        """End all processes."""
        self._stack.close()


def _process(python: str, code: str, *arguments: str) -> dict[str, float]:
    """Run a program, and return how many milliseconds and how much memory it took, from its start to its end."""
    # Not what `os.wait4` says of its memory: that begins with the memory of this process.
    told = f"{code}\nprint('\\n' + open('/proc/self/status').read())"
    begun = time.perf_counter()
    ended = subprocess.run([python, "-I", "-c", told, *arguments], capture_output=True, text=True, check=False)
    milliseconds = (time.perf_counter() - begun) * 1000
    if ended.returncode:
        raise RuntimeError(f"{code!r} ended with {ended.returncode}: {ended.stderr}")
    return {"ms": milliseconds, "peak_mb": int(ended.stdout.rpartition("VmHWM:")[2].split()[0]) / 1024}


def measure_starts(bench: Bench) -> None:
    """Importing, importing with a client that is ready, and a first call."""
    with_client = [name for name, one in bench.contenders.items() if one.client]
    everybody = [*with_client, "raw_socket"]
    for _ in range(2):  # The first writes byte code.
        for name in everybody:
            _process(bench.python(name), CONTENDERS[name].start)
    bench.note("import", bench.rounds(everybody, 9, lambda n: _process(bench.python(n), CONTENDERS[n].start)))
    bench.note(
        "import and client",
        bench.rounds(
            with_client, 9, lambda n: _process(bench.python(n), f"{CONTENDERS[n].start}; {CONTENDERS[n].client}")
        ),
    )
    code = (
        "import importlib, sys; sys.path.insert(0, sys.argv[2]); from contenders import Place;"
        "calls = importlib.import_module('contenders.' + sys.argv[1]).calls(Place(sys.argv[3], ''));"
        "next(iter(calls.values()))()"
    )

    def first(name: str) -> dict[str, float]:
        return _process(bench.python(name), code, *bench.module(name), bench.url)

    bench.note("first call", bench.rounds(with_client, 5, first))


CALLED: Final = {
    "secrets": ("ours", "old", "bare_httpx", "stock_client", "huawei_sdk", "raw_socket"),
    "leaks": ("ours", "old", "bare_httpx", "stock_client", "alibaba_sdk"),
    "access_keys": ("ours", "old", "bare_httpx", "stock_client", "huawei_sdk"),
    "access_key": ("ours", "old", "bare_httpx", "stock_client", "huawei_sdk"),
    "write": ("ours", "old", "bare_httpx", "stock_client", "huawei_sdk"),
}


def measure_calls(bench: Bench) -> None:
    """One signed call after another, decoding alone, and signing alone."""
    for operation, names in CALLED.items():
        samples = bench.rounds(
            names,
            11,
            lambda name, operation=operation: bench.worker(name).ask(  # type: ignore[misc]
                measure="call", url=bench.url, authority="", operation=operation, times=60
            ),
        )
        bench.note(f"call {operation}", samples)
    decoders = {
        "secrets": ("ours", "old", "bare_httpx", "stock_client", "huawei_sdk"),
        "leaks": ("ours", "old", "bare_httpx", "alibaba_sdk"),
    }
    for kind, names in decoders.items():
        body = bench.folder / f"{kind}.json"
        body.write_bytes(page_of(kind, 1000, 100, 1))
        samples = bench.rounds(
            names,
            11,
            lambda name, kind=kind, body=body: bench.worker(name).ask(  # type: ignore[misc]
                measure="decode", kind=kind, body=str(body), times=100
            ),
        )
        bench.note(f"decode {kind}", samples)
    signers = ("ours", "old", "bare_httpx", "huawei_sdk", "alibaba_sdk")
    bench.note(
        "sign", bench.rounds(signers, 11, lambda n: bench.worker(n).ask(measure="sign", name="sign", times=1000))
    )
    whole = bench.rounds(
        ["ours", "old"], 11, lambda n: bench.worker(n).ask(measure="sign", name="sign_request", times=1000)
    )
    bench.note("sign a request of httpx", whole)


DRAINED: Final = {
    "secrets": ("ours", "old", "bare_httpx", "stock_client", "huawei_sdk"),
    "leaks": ("ours", "old", "bare_httpx", "alibaba_sdk"),
}


def measure_drains(bench: Bench) -> None:
    """Whole listings of 10² to 10⁶ items, each in a process of its own, so that the memory is that listing's."""

    def drain(name: str, kind: str, items: int, size: int) -> dict[str, float]:
        worker = Peer(*bench.command(name))
        try:
            found: dict[str, float] = worker.ask(
                measure="drain", url=bench.url, authority="", name="drain", arguments=[kind, items, size], items=items
            )
        finally:
            worker.close()
        return found

    for kind, names in DRAINED.items():
        for power in range(2, 5 if bench.quick else 7):
            samples = bench.rounds(
                # A million take the slow ones minutes; what they take for it follows from a tenth of it.
                [name for name in names if power < 6 or name != "stock_client"],
                3 if power < 5 else 1,
                lambda name, kind=kind, power=power: drain(name, kind, 10**power, 100),  # type: ignore[misc]
            )
            bench.note(f"drain {kind} {10**power}", samples)
    for size in (10, 50, 100, 500, 1000):
        names = ("ours", "old", "bare_httpx", "huawei_sdk")
        samples = bench.rounds(names, 1, lambda name, size=size: drain(name, "secrets", 10_000, size))  # type: ignore[misc]
        bench.note(f"page size {size}", samples)


def measure_many(bench: Bench) -> None:
    """Many calls in flight at the same time: async, over TLS, and on threads."""
    asynchronous = tuple(CONTENDERS)

    def concurrent(name: str, url: str, at_once: int) -> dict[str, float]:
        slow = {"bare_httpx", "stock_client", "huawei_sdk"}
        few = name == "alibaba_sdk" and url.startswith("https")
        pages = 32 if few else max(160 if name in slow else 640, at_once)
        found: dict[str, float] = bench.worker(name).ask(
            measure="concurrent", url=url, authority=bench.authority, at_once=at_once, pages=pages
        )
        return found

    for at_once in (1, 8, 64, 256):
        bench.note(
            f"async {at_once}",
            bench.rounds(asynchronous, 3, lambda n, at=at_once: concurrent(n, bench.url, at)),  # type: ignore[misc]
        )
        samples = bench.rounds(
            ("ours", "ours_aiohttp", "bare_httpx", "alibaba_sdk"),
            3,
            lambda name, at_once=at_once: bench.worker(name).ask(  # type: ignore[misc]
                measure="concurrent", url=bench.url, authority="", at_once=at_once, pages=320, operation="leaks"
            ),
        )
        bench.note(f"async leaks {at_once}", samples)
    bench.note("async TLS 16", bench.rounds(asynchronous, 3, lambda n: concurrent(n, bench.tls_url, 16)))
    for at_once in (1, 8, 64):
        samples = bench.rounds(
            ("ours", "old", "bare_httpx", "stock_client", "huawei_sdk"),
            3,
            lambda name, at_once=at_once: bench.worker(name).ask(  # type: ignore[misc]
                measure="threads", url=bench.url, authority="", at_once=at_once, pages=256
            ),
        )
        bench.note(f"threads {at_once}", samples)


def measure_generation(bench: Bench) -> None:
    """Generating all packages in a new process, and each spec by the stock generator in one of its own."""
    code = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1]); from toolchain.generate import build;"
        "build(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))"
    )

    def ours(_: str) -> dict[str, float]:
        with tempfile.TemporaryDirectory(dir=bench.folder) as empty:
            return _process(sys.executable, code, str(ROOT / "specs"), str(Path(empty, "cloudkeys_api")))

    def stock(_: str) -> dict[str, float]:
        total = {"ms": 0.0}
        for service in SERVICES:
            with tempfile.TemporaryDirectory(dir=bench.folder) as empty:
                arguments = ("generate", "--path", str(ROOT / f"specs/{service}.yaml"), "--meta", "none")
                run = "from openapi_python_client.cli import app; app(standalone_mode=False)"
                total["ms"] += _process(sys.executable, run, *arguments, "--output-path", f"{empty}/{service}")["ms"]
        return total

    found = bench.rounds(["ours", "stock_client"], 3, lambda name: (ours if name == "ours" else stock)(name))
    bench.note("generate", found)


def measure_own_tools(bench: Bench) -> None:
    """The page tools, as the specs grow, and the fake cloud."""
    for program, found in measure_page_tools(_process, quick=bench.quick).items():
        bench.note(f"tool {program}", found)
    bench.note("fake cloud", measure_fake_cloud(quick=bench.quick))


def measure_installs(bench: Bench) -> None:
    """What an installation takes."""
    names = [name for name, one in bench.contenders.items() if one.client]
    samples = bench.rounds(names, 1, lambda n: installed(bench.environments / CONTENDERS[n].environment))
    bench.note("install", samples)


def machine() -> dict[str, str]:
    """Describe the machine."""
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    return {
        "processor": model[0].partition(":")[2].strip() if model else platform.machine(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "generator": version("openapi-python-client"),
    }


@contextlib.contextmanager
def opened(environments: Path, old: Path | None, *, quick: bool) -> Iterator[Bench]:
    """Give a bench, and end its processes."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(environments, Path(folder), old, quick=quick)
        try:
            yield bench
        finally:
            bench.close()


def main() -> None:
    """Measure, print tables, and write JSON and charts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("environments", type=Path)
    parser.add_argument("--quick", action="store_true", help="one round, and no listing above 10,000 items")
    parser.add_argument("--output", type=Path, default=HERE / "results", help="where to write, by default %(default)s")
    parser.add_argument(
        "--old", type=Path, help="a folder with another version of cloudkeys, to measure beside this one"
    )
    options = parser.parse_args()
    with opened(options.environments, options.old, quick=options.quick) as bench:
        for measure in (
            measure_installs,
            measure_starts,
            measure_calls,
            measure_many,
            measure_drains,
            measure_generation,
            measure_own_tools,
        ):
            measure(bench)
        served = bench.server.ask()
    results = {"machine": machine(), "server": served, "measured": bench.results}
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "latest.json").write_text(json.dumps(results, indent=1) + "\n")
    (options.output / "latest.txt").write_text(tables(results))
    draw(results, options.output)
    print((options.output / "latest.txt").read_text())


_BEGUN: Final = time.monotonic()

if __name__ == "__main__":
    main()
