"""Settings and fixtures of all tests; no test reaches the network, except loopback."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from driver import WAYS, Driver
from network_guard import guard

sys.addaudithook(guard)

# A shell ignores interrupts in background jobs, and the programs that tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

RECORDED = Path(__file__).parent / "recorded"

# Generated bodies are large, and no test asserts a time.
_COMMON = settings(
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
# The same commit has the same result; `deep` tries new cases every night, and `few` shows that a test works.
settings.register_profile("project", _COMMON, max_examples=50, derandomize=True)
settings.register_profile("deep", _COMMON, max_examples=2_000)
settings.register_profile("few", _COMMON, max_examples=3, derandomize=True)
settings.load_profile("project")
# A failed assertion in these helpers shows its values, as in a test.
pytest.register_assert_rewrite("runtime.calls", "contract.responses", "contract.arguments")


@pytest.fixture(params=WAYS)
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Run the test five ways, or only those of `over_mock` or `over_sockets`."""
    driver = Driver(**request.param)
    yield driver
    driver.close()


@pytest.fixture(autouse=True)
def no_credentials_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the credentials and the proxies of this machine from tests."""
    for name in os.environ:
        if name.upper().startswith(("ALIBABA_CLOUD_", "HUAWEICLOUD_SDK_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
