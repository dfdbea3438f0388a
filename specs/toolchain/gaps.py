"""Gaps: marks that a draft leaves in a spec for a person to replace. A spec with gaps is never generated from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toolchain.document import Problem, SpecError, spec_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TO_WRITE: Final = "To be described."
"""The mark of a text that a person writes."""
DESCRIBE: Final = "to do: describe this"
"""The message for a text that is missing."""
_TO_DECIDE: Final = "To be decided: "
_MARK: Final = re.compile(rf"{re.escape(TO_WRITE)}|{_TO_DECIDE}(?P<what>.*)")


def decision_mark(what: str) -> str:
    """Return the mark of a decision that a person makes.

    Args:
        what: The choices.
    """
    return f"{_TO_DECIDE}{what}"


def gaps(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the line of each mark in a spec, and what to do there."""
    # `load` refuses a spec that isn't UTF-8.
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
        for found in _MARK.finditer(line):
            what = found["what"]
            yield number, DESCRIBE if what is None else f"to do: decide: {_plain(what)}"


def _plain(what: str) -> str:
    """Return a decision without the quotes and brackets of YAML."""
    return what.strip().rstrip("'\"]").replace("''", "'")


def raise_for_gaps(specs: Path) -> None:
    """Raise a SpecError if a spec of a folder has gaps: its client could send less than the page requires.

    Args:
        specs: The folder of the specs.
    """
    found = [Problem(file, f"line {line}", message) for file in spec_files(specs) for line, message in gaps(file)]
    if found:
        raise SpecError(found)
