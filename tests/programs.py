"""Running the programs in examples/ against a fake cloud on loopback: in this process, or in one of their own."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from unittest import mock
from urllib.parse import parse_qs

from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest
from cloudkeys.testing.http.messages import json_response
from docs import world

EXAMPLES = Path(__file__).parents[1] / "examples"
TIME_LIMIT = 60
"""Seconds after which a program hangs."""


class Ended(NamedTuple):
    """How a program ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def command(name: str, *arguments: object) -> list[str]:
    """Return the command that runs an example, with no more than its folder and what is installed, and no warnings."""
    return [sys.executable, "-E", "-s", "-W", "error", str(EXAMPLES / f"{name}.py"), *map(str, arguments)]


def environment(cloud: FakeCloud) -> Mapping[str, str]:
    """Return an environment with the keys of a fake cloud, where the vendors' tools look for them."""
    return {**os.environ, **world.environment(cloud)}


def start(cloud: FakeCloud, name: str, *arguments: object, **popen: Any) -> subprocess.Popen[str]:
    settings: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment(cloud)}
    return subprocess.Popen(command(name, *arguments), text=True, **settings | popen)


def ended(process: subprocess.Popen[str]) -> Ended:
    try:
        out, err = process.communicate(timeout=TIME_LIMIT)
    finally:
        process.kill()
    return Ended(process.returncode, out, err)


def run_here(cloud: FakeCloud, name: str, *arguments: object) -> Ended:
    """Run an example in this process, which is sooner, against a fake cloud that listens for as long."""
    with cloud.serving() as url:
        return run_main(cloud, name, "--base-url", url, *arguments)


def run_main(cloud: FakeCloud, name: str, *arguments: object) -> Ended:
    """Run an example in this process, with the keys of a fake cloud."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, environment(cloud), clear=True))
        stack.enter_context(mock.patch.object(sys, "argv", [name, *map(str, arguments)]))
        stack.callback(signal.signal, signal.SIGTERM, signal.getsignal(signal.SIGTERM))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        try:
            status = loaded(name).main()
        except SystemExit as error:
            status = error.code
    assert isinstance(status, int)
    return Ended(status, out.getvalue(), err.getvalue())


@functools.cache
def loaded(name: str) -> ModuleType:
    """Return an example as a module; its folder is searched, as when Python runs it."""
    if str(EXAMPLES) not in sys.path:
        sys.path.append(str(EXAMPLES))
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # msgspec looks for the types of annotations there
    spec.loader.exec_module(module)
    return module


class Gate:
    """A handler that holds every request from one on back, until it is opened: what is before happens for certain."""

    def __init__(self, handler: Callable[[ReceivedRequest], FakeResponse], holds_after: int) -> None:
        self.handler, self.holds_after = handler, holds_after
        self.count, self.inside, self.most_inside = 0, 0, 0
        self.reached, self.open = threading.Event(), threading.Event()
        self._lock = threading.Lock()

    def __call__(self, request: ReceivedRequest) -> FakeResponse:
        with self._lock:
            self.count += 1
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
            is_held = self.count > self.holds_after
        if is_held:
            self.reached.set()
            self.open.wait(TIME_LIMIT)
        try:
            return self.handler(request)
        finally:
            with self._lock:
                self.inside -= 1


def long_list(total: int) -> Callable[[ReceivedRequest], FakeResponse]:
    """Return a handler that lists so many leaks, made when they are asked for, and looks at no signature."""

    def handle(request: ReceivedRequest) -> FakeResponse:
        asked = {name: int(values[0]) for name, values in parse_qs(request.query).items()}
        number, size = asked["CurrentPage"], asked["PageSize"]
        leaks = [leak_body(n) for n in range((number - 1) * size + 1, min(number * size, total) + 1)]
        return json_response(200, {"CurrentPage": number, "TotalCount": total, "AccessKeyLeakList": leaks})

    return handle


def leak_body(number: int) -> dict[str, object]:
    return {
        "Id": number,
        "DealTime": "2020-12-03 21:23:38",
        "Status": "pending",
        "Type": "AccessKey",
        "UserType": "ram",
        "AccesskeyId": f"LTAIexample{number:09}",
        "AliUserName": f"account-{number % 97}",
        "DealType": "pending",
        "Url": f"https://code.example/repository/{number}",
        "GmtModified": 1_612_357_897_000 + number,
        "Asset": "Cloud platform",
    }


def shown_on(terminal: int) -> bytes:
    """Return all that a terminal shows until the last program has left it, and close it."""
    shown = b""
    with contextlib.suppress(OSError):  # Linux says so where nobody has the terminal open any more
        while chunk := os.read(terminal, 65536):
            shown += chunk
    os.close(terminal)
    return shown
