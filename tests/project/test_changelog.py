"""CHANGELOG.md has the form of Keep a Changelog, which it claims."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from cloudkeys import __version__
from toolchain.document import SPECS

TEXT: Final = (SPECS.parent / "CHANGELOG.md").read_text(encoding="utf-8")
KINDS: Final = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
HEADINGS: Final = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
RELEASES: Final = [
    re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)(?: \[YANKED\])?", heading)
    for heading in HEADINGS
    if heading != "[Unreleased]"
]


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def test_what_is_not_released_comes_first() -> None:
    assert HEADINGS[0] == "[Unreleased]"
    assert HEADINGS.count("[Unreleased]") == 1


def test_each_release_has_its_version_and_its_day_the_newest_first() -> None:
    assert None not in RELEASES
    released = [(numbers(found[1]), date.fromisoformat(found[2])) for found in RELEASES if found]
    assert released == sorted(released, reverse=True)
    assert all(version <= numbers(__version__) for version, _ in released)


def test_changes_are_grouped_by_their_kind_in_the_order_of_the_form() -> None:
    for section in re.split(r"^## .+$", TEXT, flags=re.MULTILINE)[1:]:
        kinds = re.findall(r"^### (.+)$", section, re.MULTILINE)
        assert kinds == [kind for kind in KINDS if kind in kinds]
        for part in re.split(r"^### .+$", section, flags=re.MULTILINE)[1:]:
            assert re.match(r"\n\n- ", part), part[:60]
            assert [line for line in part.splitlines() if line and not line.startswith(("- ", "  ", "["))] == []


def test_there_is_something() -> None:
    assert "### Added" in TEXT
