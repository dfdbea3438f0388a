"""The transport of sync calls and that of async calls, for the same tests."""

from __future__ import annotations

from functools import partial

import pytest

from clients.transports import KINDS, Open, opened

# Its assertions are as telling as those of the tests that call it.
pytest.register_assert_rewrite("clients.failing")


@pytest.fixture(params=KINDS, ids=["sync", "async"])
def opening(request: pytest.FixtureRequest) -> Open:
    """Open a transport: the same test for sync and async calls."""
    return partial(opened, kind=request.param)
