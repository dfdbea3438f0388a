"""Comparing what a page shows with what was printed. `...` on a line of its own stands for any lines, within a line for
any text."""

from __future__ import annotations

import re
from collections.abc import Sequence

OMITTED = "..."


def difference(shown: str, printed: str) -> str | None:
    """Return what differs, for people; None where nothing does."""
    expected, real = _lines(shown), _lines(printed)
    parts = _split(expected)
    place = 0
    for number, part in enumerate(parts):
        first, last = number == 0, number == len(parts) - 1
        starts = [0] if first else [len(real) - len(part)] if last else range(place, len(real) - len(part) + 1)
        found = next(
            (start for start in starts if start >= place and _same(part, real[start : start + len(part)])), None
        )
        if found is None or (first and last and len(part) != len(real)):
            return "\n".join(["the page shows", *part, "but this was printed", *(real or ["(nothing)"])])
        place = found + len(part)
    return None


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def _split(lines: Sequence[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for line in lines:
        if line.strip() == OMITTED:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def _same(shown: Sequence[str], real: Sequence[str]) -> bool:
    return len(shown) == len(real) and all(map(_same_line, shown, real))


def _same_line(shown: str, real: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, shown.split(OMITTED))), real) is not None
