"""The pages that show how to add something: each is walked through in a copy, and ends in a working call."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from docs.walk import run, steps_of, take
from toolchain.document import SPECS

PROJECT: Final = SPECS.parent
PAGES: Final = PROJECT / "docs" / "pages"
WALKS: Final = {
    "adding-an-operation.md": (),
    "adding-a-write.md": (),
    "adding-an-authentication-scheme.md": (),
    "adding-a-vendor.md": ("adding-an-authentication-scheme.md",),
}
"""Each page, and those whose files must be there before."""
CHECKS: Final = (
    "python -m ruff format --no-cache overlays tests/auth",  # the blank lines between functions are the formatter's
    "python -m ruff check --no-cache overlays tests/auth",
    "lint-imports --no-cache",
)
"""What must succeed at the end of each page."""
MADE: Final = shutil.ignore_patterns("__pycache__", ".*_cache", ".build", "bench")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for part in ("docs", "examples", "generated", "overlays", "specs", "tests"):
        shutil.copytree(PROJECT / part, tmp_path / part, ignore=MADE)
    # The charts of the bench are on the site.
    shutil.copytree(PROJECT / "tests" / "bench" / "results", tmp_path / "tests" / "bench" / "results")
    for file in (*PROJECT.glob("*.md"), PROJECT / "pyproject.toml", PROJECT / "LICENSE"):
        shutil.copy(file, tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", WALKS)
def test_a_reader_who_does_what_the_page_says_gets_there(page: str, project: Path) -> None:
    for before in WALKS[page]:
        for step in steps_of((PAGES / before).read_text(encoding="utf-8")):
            take(step, project, run=False)
    for step in steps_of((PAGES / page).read_text(encoding="utf-8")):
        take(step, project)
    for command in CHECKS:
        succeed(project, command)
    if page == "adding-an-operation.md":
        written = {file for file in changes(PROJECT, project) if file.startswith(("overlays/", "docs/", "tests/"))}
        fake = "overlays/cloudkeys/testing/vendors/huawei_iam_v5.py"
        state = "overlays/cloudkeys/testing/state.py"
        assert written == {
            fake,
            state,
            "tests/testing/sdk_calls.py",
            *(f"tests/recorded/huawei_iam_v5/{name}.toml" for name in ("groups", "groups_forbidden")),
        }
        succeed(project, f"python -m mypy --strict generated/cloudkeys_api/huawei_iam_v5 {fake} {state}")

    if page == "adding-a-write.md":
        packages = "generated/cloudkeys_api/huawei_csms generated/cloudkeys_api/huawei_iam_v5"
        succeed(project, f"python -m mypy --strict {packages} overlays/cloudkeys/testing")


@pytest.mark.parametrize(("operation", "spec"), {"CreateSecret": "csms", "DeleteUser": "iam_v5"}.items())
def test_the_page_says_how_many_lines_are_written_by_hand(operation: str, spec: str, project: Path) -> None:
    text = (PAGES / "adding-a-write.md").read_text(encoding="utf-8")
    file = project / "specs" / f"huawei_{spec}.yaml"
    before = len(file.read_text(encoding="utf-8").splitlines())
    steps = steps_of(text)
    (edit,) = (step for step in steps if step.language == "diff" and file.name in step.lead)
    for step in steps:
        if step.language == "text" or (step.text.startswith("$ nox -s new") and operation in step.text):
            take(step, project)
    drafted = len(file.read_text(encoding="utf-8").splitlines()) - before
    replaced = sum(line.startswith("-") for line in edit.text.splitlines())
    written = sum(line.startswith("+") for line in edit.text.splitlines())
    assert f"| {operation} | {drafted} | {drafted - replaced} | {written} |" in text


def succeed(project: Path, command: str) -> None:
    done = run(project, command)
    assert done.returncode == 0, f"{command}\n{done.stdout}"


def changes(before: Path, after: Path) -> Iterator[str]:
    """Give the files of a copy that the original lacks, or has otherwise, except for what programs keep."""
    for file in after.rglob("*"):
        name = file.relative_to(after)
        is_kept = any(part == "__pycache__" or part.startswith(".") for part in name.parts)
        if file.is_file() and not is_kept and not _same(before / name, file):
            yield name.as_posix()


def _same(original: Path, copy: Path) -> bool:
    return original.is_file() and filecmp.cmp(original, copy, shallow=False)


def test_every_page_of_this_kind_is_walked_through() -> None:
    assert {file.name for file in PAGES.glob("adding-*.md")} == set(WALKS)


@pytest.mark.parametrize("page", WALKS)
def test_a_page_ends_in_a_working_call(page: str) -> None:
    consoles = [
        step.text for step in steps_of((PAGES / page).read_text(encoding="utf-8")) if step.language == "console"
    ]
    assert any(text.startswith("$ python try_") and text.count("\n") > 1 for text in consoles)
