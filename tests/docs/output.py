"""Commands in a console block, and comparing the output that a page shows with the real one."""

from __future__ import annotations

import re

OMITTED = "..."
"""Stands for any lines if it is alone on a line, and otherwise for any text within the line."""


def check_output(shown: str, printed: str) -> None:
    """Compare the output on a page with the real output, line by line.

    Raises:
        AssertionError: They differ.
    """
    expected = "".join(map(_pattern, _lines(shown)))
    real = "".join(f"{line}\n" for line in _lines(printed))
    assert re.fullmatch(expected, real), f"the page shows\n{shown}\nbut the output is\n{printed or '(nothing)'}"


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def _pattern(line: str) -> str:
    if line.strip() == OMITTED:
        return r"(?:.*\n)*?"
    return ".*".join(map(re.escape, line.split(OMITTED))) + r"\n"


def commands_in(text: str) -> list[tuple[str, str]]:
    """Return the commands of a console block, each with the output below it."""
    if "$ " not in text:
        return [(line, "") for line in text.splitlines()]
    before, *parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    assert not before, "a console block begins with a command, after `$ `"
    found = (re.sub(r"\\\n\s*", "", part).partition("\n") for part in parts)
    return [(command, output) for command, _, output in found]
