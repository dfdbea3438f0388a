"""The report of the cases that were tried."""

from __future__ import annotations

from typing import Any

import pytest

from contract import tally


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
