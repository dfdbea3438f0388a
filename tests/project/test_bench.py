"""The README shows the committed results of the bench."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

BENCH = Path(__file__).parents[1] / "bench"
sys.path.append(str(BENCH))

from server import page_of  # noqa: E402 - importable only now
from tables import BARS, tables  # noqa: E402

RESULTS: dict[str, Any] = json.loads((BENCH / "results" / "latest.json").read_text())
README = (BENCH.parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_tables_show_the_results() -> None:
    assert (BENCH / "results" / "latest.txt").read_text() == tables(RESULTS)


def test_the_chart_in_the_readme_shows_the_results() -> None:
    assert "(tests/bench/results/chart.svg)" in README
    chart = (BENCH / "results" / "chart.svg").read_text()
    shown = [
        number[unit]["median"]
        for what, unit, _ in BARS
        for name, number in RESULTS["measured"].get(what, {}).items()
        if name != "raw_socket"
    ]
    assert len(shown) > 20
    assert [value for value in shown if f">{value:,.0f}<" not in chart] == []


def test_a_listing_of_the_server_contains_each_item_once() -> None:
    pages = [json.loads(page_of("secrets", 25, 10, number)) for number in (1, 2, 3)]
    names = [secret["name"] for page in pages for secret in page["secrets"]]
    assert len(set(names)) == 25
    assert [page["page_info"].get("next_marker") for page in pages] == ["2", "3", None]
