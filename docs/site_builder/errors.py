"""Builds the tree of errors from the classes, so that the page can't fall behind them."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Final

from cloudkeys import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    Tree = tuple[str, type[errors.CloudkeysError]]

MARKER: Final = "<!-- the tree of errors -->"
"""The mark in the page that the tree replaces."""


def with_errors(page: str) -> str:
    """Return the page of errors with the tree, and with each class below it.

    Raises:
        ValueError: The page doesn't say where the tree stands, or a class doesn't say what to do.
    """
    if page.count(MARKER) != 1:
        raise ValueError(f"the page of errors must have one line {MARKER}")
    found = list(_tree(errors.CloudkeysError))
    silent = [kind.__name__ for _, kind in found if not re.search(r"^What to do:", _doc(kind), re.MULTILINE)]
    if silent:
        raise ValueError(f"docstrings without the section 'What to do:': {', '.join(silent)}")
    rows = [
        f"{'&nbsp;' * 4 * depth}[{kind.__name__}][cloudkeys.errors.{kind.__name__}] | {_summary(kind)}"
        for depth, kind in found
    ]
    table = ["| error | what it means |", "|---|---|", *(f"| {row} |" for row in rows)]
    classes = [f"::: cloudkeys.errors.{kind.__name__}" for _, kind in found]
    return page.replace(MARKER, "\n".join(table) + "\n\n" + "\n\n".join(classes))


def _tree(kind: type[errors.CloudkeysError], depth: int = 0) -> Iterator[tuple[int, type[errors.CloudkeysError]]]:
    yield depth, kind
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from _tree(below, depth + 1)


def _doc(kind: type) -> str:
    return inspect.getdoc(kind) or ""


def _summary(kind: type) -> str:
    return " ".join(_doc(kind).partition("\n\n")[0].split())
