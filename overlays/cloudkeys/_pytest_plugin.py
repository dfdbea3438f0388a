"""The pytest plugin that comes with the package: the fixtures `fake_cloud` and `fake_cloud_url`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudkeys.testing.fake_cloud import FakeCloud


@pytest.fixture
def fake_cloud() -> FakeCloud:
    """A fake cloud without data; see `cloudkeys.testing.FakeCloud`."""
    # Imported late, so that test runs without a fake cloud don't pay for it.
    from cloudkeys.testing.fake_cloud import FakeCloud  # noqa: PLC0415

    return FakeCloud()


@pytest.fixture
def fake_cloud_url(fake_cloud: FakeCloud) -> Iterator[str]:
    """The base URL at which `fake_cloud` answers over HTTP."""
    with fake_cloud.serving() as url:
        yield url
