"""What the tests of the page tools run under: commands that are given no folder of specs take the frozen ones."""

from __future__ import annotations

import pytest

from pages.frozen_specs import FROZEN


@pytest.fixture(autouse=True)
def frozen_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("__main__", "explain"):
        monkeypatch.setattr(f"toolchain.pages.{module}.SPECS", FROZEN)
