"""The pages that tell how to add something: each is walked through in a copy, and ends in a working call."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pytest

from docs.walk import run, steps_of, take
from toolchain.document import SPECS

PROJECT: Final = SPECS.parent
PAGES: Final = PROJECT / "docs" / "pages"
WALKS: Final = {
    "adding-an-operation.md": (),
    "adding-an-authentication-scheme.md": (),
    "adding-a-vendor.md": ("adding-an-authentication-scheme.md",),
}
"""Each page, and those whose files must be there before."""
PARTS: Final = ("overlays", "generated", "specs", "tests")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for part in PARTS:
        ignored = shutil.ignore_patterns("__pycache__", "bench", "pages") if part == "tests" else None
        shutil.copytree(PROJECT / part, tmp_path / part, ignore=ignored)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", WALKS)
def test_a_reader_who_does_what_the_page_says_gets_there(page: str, project: Path) -> None:
    for before in WALKS[page]:
        for step in steps_of((PAGES / before).read_text(encoding="utf-8")):
            take(step, project, run=False)
    for step in steps_of((PAGES / page).read_text(encoding="utf-8")):
        take(step, project)
    # The blank lines between functions are the formatter's.
    for command in ("format", "check"):
        done = run(project, f"python -m ruff {command} --no-cache overlays tests/auth tests/shells.py")
        assert done.returncode == 0, done.stdout


def test_every_page_of_this_kind_is_walked_through() -> None:
    assert {file.name for file in PAGES.glob("adding-*.md")} == set(WALKS)


@pytest.mark.parametrize("page", WALKS)
def test_a_page_ends_in_a_working_call(page: str) -> None:
    consoles = [
        step.text for step in steps_of((PAGES / page).read_text(encoding="utf-8")) if step.language == "console"
    ]
    assert any(text.startswith("$ python try_") and text.count("\n") > 1 for text in consoles)
