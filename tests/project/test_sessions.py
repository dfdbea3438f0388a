"""`nox -l` reads like a menu: each session says what it does, and what to do if it fails."""

from __future__ import annotations

import ast
import re
from typing import Final

import pytest

from toolchain.document import SPECS

PROJECT: Final = SPECS.parent
SESSIONS: Final = {
    node.name: ast.get_docstring(node) or ""
    for node in ast.parse((PROJECT / "noxfile.py").read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef) and node.decorator_list and not node.name.startswith("_")
}
_TOUR: Final = ("CONTRIBUTING.md", "README.md", "specs/README.md", "specs/pages/README.md")


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_says_what_it_does_and_what_to_do_if_it_fails(name: str) -> None:
    assert len(SESSIONS) > 10
    assert SESSIONS[name].count("\n") == 0, "nox shows the first line alone"
    assert re.fullmatch(
        r"[A-Z].+\. On failure\b.+\.|[A-Z].+\? .+On failure\b.+[.?]|[A-Z].+On failure\b.+\?", SESSIONS[name]
    )


@pytest.mark.parametrize("file", _TOUR)
def test_every_session_that_is_named_is_there(file: str) -> None:
    text = (PROJECT / file).read_text(encoding="utf-8")
    named = {name for names in re.findall(r"nox -s ((?:[a-z]+ ?)+)", text) for name in names.split()}
    assert named
    assert named - set(SESSIONS) <= {"main"}


def test_what_the_table_of_changes_names_is_there() -> None:
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    paths = [path for row in rows for path in re.findall(r"`((?:specs|overlays|tests|docs)/[\w/.-]+)`", row)]
    assert len(paths) > 30
    assert [path for path in paths if "SPEC" not in path and not (PROJECT / path).exists()] == []
