"""What a draft left to a person: marks in the text of a spec, which nothing is generated from or proved with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toolchain.document import Problem, SpecError, spec_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TO_WRITE: Final = "To be described."
"""The mark of words that a person writes."""
_TO_DECIDE: Final = "To be decided: "
_MARK: Final = re.compile(rf"{re.escape(TO_WRITE)}|{_TO_DECIDE}(?P<what>.*)")


def to_decide(what: str) -> str:
    """Return the mark of what a person decides.

    Args:
        what: What it is.
    """
    return f"{_TO_DECIDE}{what}"


def gaps(file: Path) -> Iterator[tuple[int, str]]:
    """Give the line of each mark in a spec, and what is wrong with it."""
    # What isn't UTF-8 is refused when the spec is read.
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
        for found in _MARK.finditer(line):
            what = found["what"]
            yield number, f"a draft left this to be {'described' if what is None else f'decided: {_plain(what)}'}"


def _plain(what: str) -> str:
    """Return what is to be decided without the quotes and brackets that YAML has around it."""
    return what.strip().rstrip("'\"]").replace("''", "'")


def refuse_gaps(specs: Path) -> None:
    """Raise a SpecError if a spec of a folder has marks: what is generated from it could send less than the page asks.

    Args:
        specs: The folder of the specs.
    """
    found = [Problem(file, f"line {line}", message) for file in spec_files(specs) for line, message in gaps(file)]
    if found:
        raise SpecError(found)
