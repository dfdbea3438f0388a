"""Taking the steps of a page: writing the files that it shows, editing as it says, running what it runs.

A step is a code block with the sentence before it. There are five kinds, and any other block is an error:

- with a title: the whole file of that name;
- after "In `FILE`, above `LINE`:": these lines go above the one that begins so;
- after "In `FILE`, in place of `LINE`:", or "from `LINE` up to `LINE`:", or "up to the end": they take its place;
- a diff, after "In `FILE`:": its lines with `-` become those with `+`; `@@` stands for the lines that it leaves out;
- a console: commands, and what they print.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_BLOCK: Final = re.compile(
    r"(?P<lead>[^\n]*(?:\n[^\n]+)*)\n+```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?\n)```\n",
    re.DOTALL,
)
_EDIT: Final = re.compile(
    r"In `(?P<file>[^`]+)`,\s(?P<how>above|in\splace\sof|from)\s`(?P<first>[^`]+)`"
    r"(?:\sup\sto\s(?:`(?P<last>[^`]+)`|the\send))?:\Z"
)
_PATCHED: Final = re.compile(r"In `(?P<file>[^`]+)`:\Z")
_SESSIONS: Final = {
    "new": ("toolchain.pages.new",),
    "pages": ("toolchain.pages",),
    "generate": ("toolchain", "generate"),
    "drift": ("toolchain", "drift"),
    "docs": ("docs.whole_site",),
    "tests": ("pytest", "-q", "--ignore=tests/contract"),
    "contract": ("pytest", "-q", "tests/contract", "--hypothesis-profile=quick"),
}
"""What each session of nox runs; of the contract tests, fewer cases."""
IMPORTS: Final = ("-c", "from importlinter.cli import lint_imports_command as main; main()")
"""What `lint-imports` runs, after Python."""
_ROOTS: Final = ("overlays", "generated", "specs", "docs", "tests")
OMITTED: Final = "..."


class Step(NamedTuple):
    """A code block, and the paragraph before it."""

    lead: str
    language: str
    title: str | None
    text: str


def steps_of(page: str) -> list[Step]:
    """Return the steps of a page; every code block is one."""
    found = [
        Step(match["lead"].strip(), match["language"], match["title"], match["text"]) for match in _BLOCK.finditer(page)
    ]
    assert page.count("\n```") == 2 * len(found), "a block that isn't read"
    return found


def take(step: Step, project: Path, *, run: bool = True) -> None:
    """Take a step in a copy of the project."""
    edit = _EDIT.search(step.lead)
    if step.language == "console":
        if run:
            _run_all(step.text, project)
    elif step.title is not None:
        file = project / step.title
        assert not file.exists(), f"{step.title} is there already"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(step.text, encoding="utf-8")
    elif step.language == "diff":
        patched = _PATCHED.search(step.lead)
        assert patched is not None, f"no file is named: {step.lead}"
        _patch(project / patched["file"], step.text)
    else:
        assert edit is not None, f"no rule for this block: {step.lead}"
        file = project / edit["file"]
        lines = file.read_text(encoding="utf-8").splitlines()
        first, last = _span(lines, edit)
        file.write_text("\n".join([*lines[:first], *step.text.splitlines(), *lines[last:]]) + "\n", encoding="utf-8")


def _patch(file: Path, diff: str) -> None:
    """Take over a diff, whose parts come one after the other in the file."""
    lines, begin = file.read_text(encoding="utf-8").splitlines(), 0
    for part in diff.removesuffix("\n").split("\n@@\n"):
        old = [line[1:] for line in part.split("\n") if line[:1] != "+"]
        new = [line[1:] for line in part.split("\n") if line[:1] != "-"]
        found = [at for at in range(begin, len(lines)) if lines[at : at + len(old)] == old]
        assert found, f"{file.name} doesn't have, in this order: {old}"
        lines[found[0] : found[0] + len(old)] = new
        begin = found[0] + len(new)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _span(lines: list[str], edit: re.Match[str]) -> tuple[int, int]:
    """Return the lines that are replaced, from the first to before the last."""
    first = _only(lines, edit["first"], 0)
    if edit["how"] == "above":
        return first, first
    if edit["how"] == "from":
        return first, len(lines) if edit["last"] is None else _only(lines, edit["last"], first)
    return first, first + 1


def _only(lines: list[str], begin: str, after: int) -> int:
    found = [index for index, line in enumerate(lines) if index >= after and line.strip().startswith(begin.strip())]
    assert found, f"no line begins with {begin!r}"
    assert after or len(found) == 1, f"several lines begin with {begin!r}"
    return found[0]


def _run_all(text: str, project: Path) -> None:
    for command, shown in commands_of(text):
        done = run(project, command)
        printed = done.stdout.splitlines()
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        rest: Iterator[str] = iter(printed)
        for line in shown:
            if line != OMITTED:
                assert any(_same(line, real) for real in rest), f"{command}: not printed: {line}\n{done.stdout}"
        assert OMITTED in shown or len(shown) == len(printed), f"{command}: prints more\n{done.stdout}"


def _same(shown: str, real: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, shown.split(OMITTED))), real.rstrip()) is not None


def commands_of(text: str) -> list[tuple[str, list[str]]]:
    """Return the commands of a console, each with the lines that it shows."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), []))
        else:
            found[-1][1].append(line)
    return found


def run(project: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a copy of the project, with the code of the copy."""
    words = shlex.split(command)
    if words[:2] == ["nox", "-s"]:
        arguments = ["-m", *_SESSIONS[words[2]], *(word for word in words[3:] if word != "--")]
    elif words[0] == "lint-imports":
        arguments = [*IMPORTS, *words[1:]]
    else:
        assert words[0] == "python", f"no rule says how to run: {command}"
        arguments = words[1:]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(str(project / root) for root in _ROOTS),
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        encoding="utf-8",
    )
