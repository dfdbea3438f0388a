"""How many cases are generated, and the report at the end."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from contract import tally

# Generated bodies are large, and no test asserts a time.
_COMMON = settings(
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("contract", _COMMON, max_examples=100)
settings.register_profile("deep", _COMMON, max_examples=2_000)
settings.register_profile("quick", _COMMON, max_examples=50)
settings.load_profile("contract")  # `--hypothesis-profile=deep` asks for another
# Their assertions are as telling as those of the tests that call them.
pytest.register_assert_rewrite("contract.listings", "contract.responses", "contract.sending")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send what a worker counted to the process that reports."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["tally"] = tally.counted()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    tally.add(node.workeroutput.get("tally", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if tally.TRIED:
        terminalreporter.section("cases tried")
        terminalreporter.write_line(tally.report())
