"""The pytest plugin that comes with the package: the fixtures `fake_cloud` and `fake_cloud_url`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from cloudkeys.testing.fake_cloud import FakeCloud

_CLOUD = pytest.StashKey["FakeCloud"]()


@pytest.fixture
def fake_cloud(request: pytest.FixtureRequest) -> FakeCloud:
    """A fake cloud without data; see `cloudkeys.testing.FakeCloud`. A fault that no call meets fails the test."""
    # Imported late, so that test runs without a fake cloud don't pay for it.
    from cloudkeys.testing.fake_cloud import FakeCloud  # noqa: PLC0415

    cloud = request.node.stash[_CLOUD] = FakeCloud()
    return cloud


@pytest.fixture
def fake_cloud_url(fake_cloud: FakeCloud) -> Iterator[str]:
    """The base URL at which `fake_cloud` answers over HTTP."""
    with fake_cloud.serving() as url:
        yield url


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that passes although calls didn't meet the faults that it injected."""
    result = yield
    cloud = item.stash.get(_CLOUD, None)
    if cloud is not None and (unmet := cloud.unmet_faults()):
        pytest.fail("\n".join(["the fake cloud has faults that were not met", *unmet]), pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the calls of the fake cloud where a test fails, and of the traceback what is the test's."""
    cloud = item.stash.get(_CLOUD, None)
    # Who asks for all frames, or debugs, gets all.
    wants_all = any(item.config.getoption(name, default=False) for name in ("fulltrace", "usepdb"))
    if cloud is not None and call.excinfo is not None and not wants_all:
        _cut(call.excinfo.value)
    report = yield
    if cloud is not None and report.failed:
        report.sections.append(("Calls of the fake cloud", cloud.calls_text()))
    return report


def _cut(error: BaseException | None, seen: frozenset[int] = frozenset()) -> None:
    """End the tracebacks of our errors, and of those before them, where the package begins.

    What raises them is below: our frames, and those of the libraries that we call. Other errors keep all frames, as a
    fault of the test's own, or of ours, stands there.
    """
    if error is None or id(error) in seen:
        return
    for other in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
        _cut(other, seen | {id(error)})
    if not isinstance(error, sys.modules["cloudkeys.errors"].CloudkeysError):
        return
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        module = str(trace.tb_next.tb_frame.f_globals.get("__name__"))
        # Not here: what pytest runs a test with stands above it.
        if module != __name__ and module.partition(".")[0] in {"cloudkeys", "cloudkeys_api"}:
            trace.tb_next = None
        trace = trace.tb_next
