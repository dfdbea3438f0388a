"""No action exceeds its budget. Costs are counts, not times, so no machine is too slow."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools.costs import costs, loaded

BUDGETS: dict[str, Any] = tomllib.loads((Path(__file__).parents[1] / "tools" / "budgets.toml").read_text())


@pytest.fixture(scope="module")
def counted() -> dict[str, int]:
    return costs()


def test_every_cost_has_a_budget(counted: dict[str, int]) -> None:
    assert counted.keys() == BUDGETS["costs"].keys()


@pytest.mark.parametrize("name", BUDGETS["costs"])
def test_a_cost_is_within_its_budget(name: str, counted: dict[str, int]) -> None:
    budget = BUDGETS["costs"][name]
    assert counted[name] <= budget, f"{name} costs {counted[name]}: make it cheaper, or justify a larger budget"
    assert counted[name] * 2 >= budget, f"{name} costs {counted[name]}: lower its budget, so that it stays cheap"


@pytest.mark.parametrize("code", BUDGETS["imports"])
def test_an_import_stays_within_its_budget(code: str) -> None:
    found, budget = loaded(code), BUDGETS["imports"][code]
    assert found.isdisjoint(budget["never"]), found.intersection(budget["never"])
    ours = sorted(name for name in found if name.partition(".")[0] == "cloudkeys")
    assert budget["most"] / 2 <= len(ours) <= budget["most"], ours
