"""Runs the programs in examples/ against a fake cloud: in this process, or as subprocesses over loopback."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from unittest import mock
from urllib.parse import parse_qs

import httpx
import msgspec

from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest, example_leak
from cloudkeys.testing.http.messages import json_response
from cloudkeys.testing.http.server import serving
from cloudkeys.testing.http.transport import HandlerTransport
from docs import world

EXAMPLES = Path(__file__).parents[1] / "examples"
TIME_LIMIT = 60
"""The seconds after which a program counts as hanging."""


class Result(NamedTuple):
    """The exit status and the output of a program."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def command(name: str, *arguments: object) -> list[str]:
    """Return the command that runs an example without this project's paths, with warnings as errors."""
    return [sys.executable, "-E", "-s", "-W", "error", str(EXAMPLES / f"{name}.py"), *map(str, arguments)]


def environment(cloud: FakeCloud) -> Mapping[str, str]:
    """Return an environment with the keys of a fake cloud."""
    return {**os.environ, **world.environment(cloud)}


def start(cloud: FakeCloud, name: str, *arguments: object, **popen: Any) -> subprocess.Popen[str]:
    settings: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment(cloud)}
    return subprocess.Popen(command(name, *arguments), text=True, **settings | popen)


def wait_for(process: subprocess.Popen[str]) -> Result:
    try:
        out, err = process.communicate(timeout=TIME_LIMIT)
    finally:
        process.kill()
    return Result(process.returncode, out, err)


def run_here(cloud: FakeCloud, name: str, *arguments: object) -> Result:
    """Run an example in this process without sockets, so that an interrupted program leaves no open connection."""
    fake = HandlerTransport(cloud.respond)
    with (
        mock.patch.object(httpx.HTTPTransport, "handle_request", fake.handle_request),
        mock.patch.object(httpx.AsyncHTTPTransport, "handle_async_request", fake.handle_async_request),
    ):
        return run_main(cloud, name, "--base-url", "http://127.0.0.1", *arguments)


def run_main(cloud: FakeCloud, name: str, *arguments: object) -> Result:
    """Run an example in this process, with the keys of a fake cloud."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, environment(cloud), clear=True))
        stack.enter_context(mock.patch.object(sys, "argv", [name, *map(str, arguments)]))
        stack.callback(signal.signal, signal.SIGTERM, signal.getsignal(signal.SIGTERM))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        try:
            status = load(name).main()
        except SystemExit as error:
            status = error.code
    assert isinstance(status, int)
    return Result(status, out.getvalue(), err.getvalue())


def load(name: str) -> ModuleType:
    """Return an example as a module. Its folder is on the path, as when Python runs it."""
    if str(EXAMPLES) not in sys.path:
        sys.path.append(str(EXAMPLES))
    return importlib.import_module(name)


class Gate:
    """A handler that blocks all requests after the first few until it is opened."""

    def __init__(self, handler: Callable[[ReceivedRequest], FakeResponse], free: int) -> None:
        self.handler, self.free = handler, free
        self.count, self.inside, self.most_inside = 0, 0, 0
        self.reached, self.open = threading.Event(), threading.Event()
        self._lock = threading.Lock()

    def __call__(self, request: ReceivedRequest) -> FakeResponse:
        with self._lock:
            self.count += 1
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
            is_blocked = self.count > self.free
        if is_blocked:
            self.reached.set()
            self.open.wait(TIME_LIMIT)
        try:
            return self.handler(request)
        finally:
            with self._lock:
                self.inside -= 1


def run_with_signal(
    cloud: FakeCloud, number: signal.Signals, name: str, *arguments: object, free: int, handler: Any = None
) -> Result:
    """Start an example, and send it a signal while it waits for the response after the first few."""
    gate = Gate(handler or cloud.respond, free)
    with serving(gate) as url:
        process = start(cloud, name, "--base-url", url, *arguments)
        assert gate.reached.wait(TIME_LIMIT)
        process.send_signal(number)
        result = wait_for(process)
        gate.handler = lambda _request: FakeResponse(503, b"")  # no blocked call takes effect after the program's end
        gate.open.set()
    return result


def run_with_two_at_once(cloud: FakeCloud, name: str, *arguments: object, free: int) -> tuple[Result, int]:
    """Run an example with `--at-once 2`; return the result, and the most requests that were in flight."""
    gate = Gate(cloud.respond, free)
    with serving(gate) as url:
        process = start(cloud, name, "--base-url", url, "--at-once", 2, *arguments)
        deadline = time.monotonic() + TIME_LIMIT
        while gate.most_inside < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.1)  # a third request would arrive in this time, since the two are blocked
        gate.open.set()
        return wait_for(process), gate.most_inside


def run_with_full_disk(cloud: FakeCloud, size: int, name: str, *arguments: object) -> Result:
    """Run an example that can only write files of a size, in blocks of the shell."""
    with cloud.serving() as url:
        words = ["sh", "-c", f'ulimit -f {size} && exec "$@"', "sh", *command(name, "--base-url", url, *arguments)]
        pipe = subprocess.PIPE
        return wait_for(subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, env=environment(cloud)))


def run_on_terminal(cloud: FakeCloud, name: str, *arguments: object) -> tuple[int, bytes]:
    """Run an example whose standard error is a terminal; return the status, and what the terminal showed."""
    main, terminal = pty.openpty()
    shown = b""
    with cloud.serving() as url:
        process = start(cloud, name, "--base-url", url, *arguments, stderr=terminal)
        os.close(terminal)
        with contextlib.suppress(OSError):  # Linux reports an error once nobody has the terminal open
            while chunk := os.read(main, 65536):
                shown += chunk
        os.close(main)
        return wait_for(process).status, shown


def long_list(total: int) -> Callable[[ReceivedRequest], FakeResponse]:
    """Return a handler that lists many leaks, created on request, without checking signatures."""

    def handle(request: ReceivedRequest) -> FakeResponse:
        query = {name: int(values[0]) for name, values in parse_qs(request.query).items()}
        number, size = query["CurrentPage"], query["PageSize"]
        numbers = range((number - 1) * size + 1, min(number * size, total) + 1)
        leaks = [msgspec.to_builtins(example_leak(number)) for number in numbers]
        return json_response(200, {"CurrentPage": number, "TotalCount": total, "AccessKeyLeakList": leaks})

    return handle
