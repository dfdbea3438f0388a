"""The pages that show how to add something: a test follows each in a copy of the project, up to a working call."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path
from typing import Final

import pytest

from docs.blocks import Block, blocks_of
from docs.files import ROOT
from docs.walk import run, take

WALKS: Final = {
    "adding-an-operation.md": (),
    "adding-a-write.md": (),
    "adding-an-authentication-scheme.md": (),
    "adding-a-vendor.md": ("adding-an-authentication-scheme.md",),
}
"""Each page, and the pages whose files it needs."""
CHECKS: Final = (
    "python -m ruff format --no-cache overlays tests/auth",  # the formatter adds blank lines between functions
    "python -m ruff check --no-cache overlays tests/auth",
    "lint-imports --no-cache",
)
"""The commands that must succeed at the end of each page."""
TYPE_CHECKS: Final = {
    "adding-an-operation.md": "generated/cloudkeys_api/huawei_iam_v5 overlays/cloudkeys/testing/vendors",
    "adding-a-write.md": "generated/cloudkeys_api/huawei_csms overlays/cloudkeys/testing/vendors",
}
"""The files that mypy checks at the end of a page; other pages run mypy themselves."""
HAND_WRITTEN: Final = {
    "overlays/cloudkeys/testing/state.py",
    "overlays/cloudkeys/testing/vendors/huawei_iam_v5.py",
    "tests/recorded/huawei_iam_v5/groups.toml",
    "tests/recorded/huawei_iam_v5/groups_forbidden.toml",
    "tests/testing/sdk_calls.py",
}
"""The only files outside of the spec that adding an operation changes."""


def steps_of(page: str) -> list[Block]:
    return blocks_of(ROOT, f"docs/pages/{page}")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache", ".build", "bench")
    for part in ("docs", "examples", "generated", "overlays", "specs", "tests"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=ignored)
    for file in (*ROOT.glob("*.md"), ROOT / "pyproject.toml"):
        shutil.copy(file, tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", WALKS)
def test_a_reader_who_follows_the_page_gets_there(page: str, project: Path) -> None:
    for before in WALKS[page]:
        for step in steps_of(before):
            take(step, project, with_commands=False)
    for step in steps_of(page):
        lines = spec_lines(project)
        take(step, project)
        if page == "adding-a-write.md" and step.text.startswith("$ nox -s new"):
            check_line_counts(page, step, spec_lines(project) - lines)
    for command in CHECKS:
        run(project, command)
    if page in TYPE_CHECKS:
        run(project, f"python -m mypy --strict {TYPE_CHECKS[page]}")
    if page == "adding-an-operation.md":
        assert changed_files(project) == HAND_WRITTEN


def spec_lines(project: Path) -> int:
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in (project / "specs").glob("*.yaml"))


def check_line_counts(page: str, draft: Block, drafted: int) -> None:
    """Check the row of the page's table that counts the lines drafted and written by hand."""
    spec, operation = draft.text.split()[5], draft.text.split()[8]
    (edit,) = (step for step in steps_of(page) if step.language == "diff" and f"specs/{spec}.yaml" in step.lead)
    replaced = edit.text.count("\n-")
    written = edit.text.count("\n+")
    row = f"| {operation} | {drafted} | {drafted - replaced} | {written} |"
    assert row in (ROOT / "docs" / "pages" / page).read_text(encoding="utf-8")


def changed_files(project: Path) -> set[str]:
    """Return the files of the copy that are new or differ from the original, except caches."""
    found = set()
    for part in ("overlays", "docs", "tests"):
        for file in (project / part).rglob("*.*"):
            name = file.relative_to(project)
            is_made = any(part == "__pycache__" or part.startswith(".") for part in name.parts)
            if file.is_file() and not is_made and not is_same(ROOT / name, file):
                found.add(name.as_posix())
    return found


def is_same(original: Path, copy: Path) -> bool:
    return original.is_file() and filecmp.cmp(original, copy, shallow=False)


def test_every_walkthrough_is_followed_to_a_working_call() -> None:
    assert {file.name for file in (ROOT / "docs" / "pages").glob("adding-*.md")} == set(WALKS)
    for page in WALKS:
        assert any(step.text.startswith("$ python try_") and step.text.count("\n") > 1 for step in steps_of(page)), page
