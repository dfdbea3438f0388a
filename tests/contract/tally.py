"""How many cases of each kind were tried, for each operation and status, and how many of them failed."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple


class Row(NamedTuple):
    """What a count is of."""

    operation: str
    status: str
    kind: str


TRIED: Counter[Row] = Counter()
FAILED: Counter[Row] = Counter()


@contextlib.contextmanager
def trying(operation: str, status: int | str, kind: str) -> Iterator[None]:
    """Count a case; it failed if the block raises.

    Args:
        operation: The vendor's name of the operation.
        status: The status code of the response that the case is about, as the spec writes it; `-` for a request.
        kind: The kind of the case, such as `valid response`.
    """
    row = Row(operation, str(status), kind)
    TRIED[row] += 1
    try:
        yield
    except BaseException:
        FAILED[row] += 1
        raise


def count(operation: str, status: int | str, kind: str) -> None:
    """Count a case that something else judges."""
    TRIED[Row(operation, str(status), kind)] += 1


def counted() -> list[tuple[str, str, str, int, int]]:
    """Return the counts as data that another process can take."""
    return [(row.operation, row.status, row.kind, TRIED[row], FAILED[row]) for row in TRIED]


def add(counts: list[tuple[str, str, str, int, int]]) -> None:
    """Add the counts of another process."""
    for operation, status, kind, tried, failed in counts:
        row = Row(operation, status, kind)
        TRIED[row] += tried
        FAILED[row] += failed


def report() -> str:
    """Return the counts as a table."""
    lines = [("operation", "status", "kind", "tried", "failed")]
    lines += [(*row, str(TRIED[row]), str(FAILED[row])) for row in sorted(TRIED)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
