"""Taking the steps of a walkthrough: writing its files, making its edits, running its commands.

A step is a code block with the sentence before it. There are five kinds, and any other block is an error:

- with a title: the whole file of that name;
- after "In `FILE`, above `LINE`:": insert these lines above the line that begins with LINE;
- after "In `FILE`, in place of `LINE`:", "from `LINE` up to `LINE`:" or "up to the end:": replace those lines;
- a diff, after "In `FILE`:": lines with `-` become those with `+`; `@@` stands for omitted lines;
- a console: run the commands and compare their output.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

from docs.blocks import Block
from docs.output import check_output, commands_in

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
    "tests": ("pytest", "-q"),
    "contract": ("pytest", "-q", "tests/contract", "--hypothesis-profile=few"),
}
"""The modules that nox runs in its sessions, and their arguments."""
_IMPORT_LINTER: Final = ("-c", "from importlinter.cli import lint_imports_command as main; main()")
_ROOTS: Final = ("overlays", "generated", "specs", "docs", "tests")


def take(step: Block, project: Path, *, with_commands: bool = True) -> None:
    """Take a step in a copy of the project."""
    if step.language == "console":
        if with_commands:
            _run_all(step.text, project)
    elif step.title:
        file = project / step.title
        assert not file.exists(), f"{step.title} already exists"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(step.text, encoding="utf-8")
    elif step.language == "diff":
        patched = _PATCHED.search(step.lead)
        assert patched is not None, f"this names no file: {step.lead}"
        _patch(project / patched["file"], step.text)
    else:
        edit = _EDIT.search(step.lead)
        assert edit is not None, f"no rule covers this block: {step.lead}"
        _replace(project / edit["file"], edit, step.text)


def _patch(file: Path, diff: str) -> None:
    """Apply a diff whose parts are in the order of the file."""
    lines, begin = file.read_text(encoding="utf-8").splitlines(), 0
    for part in diff.removesuffix("\n").split("\n@@\n"):
        old = [line[1:] for line in part.split("\n") if line[:1] != "+"]
        new = [line[1:] for line in part.split("\n") if line[:1] != "-"]
        found = [at for at in range(begin, len(lines)) if lines[at : at + len(old)] == old]
        assert found, f"{file.name} doesn't have, in this order: {old}"
        lines[found[0] : found[0] + len(old)] = new
        begin = found[0] + len(new)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _replace(file: Path, edit: re.Match[str], text: str) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    first = _find(lines, edit["first"])
    last = {"above": first, "from": len(lines)}.get(edit["how"], first + 1)
    if edit["last"]:
        last = first + _find(lines[first:], edit["last"], or_more=True)
    file.write_text("\n".join([*lines[:first], *text.splitlines(), *lines[last:]]) + "\n", encoding="utf-8")


def _find(lines: list[str], begin: str, *, or_more: bool = False) -> int:
    found = [index for index, line in enumerate(lines) if line.strip().startswith(begin.strip())]
    assert found, f"no line begins with {begin!r}"
    assert or_more or len(found) == 1, f"several lines begin with {begin!r}"
    return found[0]


def _run_all(text: str, project: Path) -> None:
    for command, shown in commands_in(text):
        check_output(shown, run(project, command))


def run(project: Path, command: str) -> str:
    """Run a command, which must succeed, in a copy of the project and with its code; return its output."""
    match shlex.split(command):
        case ["nox", "-s", session, *rest]:
            arguments = ["-m", *_SESSIONS[session], *(word for word in rest if word != "--")]
        case ["lint-imports", *rest]:
            arguments = [*_IMPORT_LINTER, *rest]
        case ["python", *arguments]:
            pass
        case _:
            raise AssertionError(f"no rule covers the command: {command}")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(str(project / root) for root in _ROOTS),
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
        # All copies share what mypy finds in the standard library and installed packages.
        "MYPY_CACHE_DIR": str(project.parent / "mypy_cache"),
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout
