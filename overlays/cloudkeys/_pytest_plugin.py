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
    """An empty fake cloud; see `cloudkeys.testing.FakeCloud`. The test fails if no call meets an injected fault."""
    # Imported late, so that it costs nothing where no test uses a fake cloud.
    from cloudkeys.testing.fake_cloud import FakeCloud  # noqa: PLC0415

    cloud = request.node.stash[_CLOUD] = FakeCloud()
    return cloud


@pytest.fixture
def fake_cloud_url(fake_cloud: FakeCloud) -> Iterator[str]:
    """The base URL at which `fake_cloud` responds over HTTP."""
    with fake_cloud.serving() as url:
        yield url


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that passes although no call met a fault that it injected."""
    result = yield
    cloud = item.stash.get(_CLOUD, None)
    if cloud is not None and (unmet := cloud.unmet_faults()):
        pytest.fail("\n".join(["the fake cloud has faults that were not met", *unmet]), pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """For a failed test, show the calls of the fake cloud, and only the test's part of the traceback."""
    cloud = item.stash.get(_CLOUD, None)
    # `--fulltrace` and `--pdb` show all frames.
    wants_all = any(item.config.getoption(name, default=False) for name in ("fulltrace", "usepdb"))
    if cloud is not None and call.excinfo is not None and not wants_all:
        _cut(call.excinfo.value)
    report = yield
    if cloud is not None and report.failed:
        report.sections.append(("Calls of the fake cloud", cloud.calls_text()))
    return report


def _cut(error: BaseException | None, seen: frozenset[int] = frozenset()) -> None:
    """Cut the tracebacks of our errors, and of their causes, at the first frame of the package.

    The frames below belong to us and to the libraries that we call. Other errors keep all frames: they show a fault of
    the test or of the package.
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
        # Frames of this module are above the test: pytest runs it through them.
        if module != __name__ and module.partition(".")[0] in {"cloudkeys", "cloudkeys_api"}:
            trace.tb_next = None
        trace = trace.tb_next
