"""What every test runs under: no network but loopback."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from driver import WAYS, Driver
from network_guard import guard

sys.addaudithook(guard)

# Whoever runs the tests in the background of a shell ignores interrupts, and so would the programs that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

RECORDED = Path(__file__).parent / "recorded"


@pytest.fixture(params=WAYS)
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Run the test five ways, or those that `over_mock` or `over_sockets` leaves."""
    made = Driver(**request.param)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def no_credentials_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let no test see the credentials or the proxies of whoever runs it."""
    for name in os.environ:
        if name.upper().startswith(("ALIBABA_CLOUD_", "HUAWEICLOUD_SDK_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
