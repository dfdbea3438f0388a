"""Turns cells into rows of equal length; a cell that spans several rows is repeated in each of them."""

from __future__ import annotations

from typing import Final

_WIDEST: Final = 20
_HIGHEST: Final = 1_000
_MOST_COLUMNS: Final = 100


class Grid:
    """A table that is read cell by cell."""

    def __init__(self) -> None:
        """Begin with no rows."""
        self._cells: list[tuple[list[str], int, int]] = []
        self._spanned: dict[int, tuple[int, str]] = {}
        self._lines: list[int] = []

    def cell(self, columns: str | None = None, rows: str | None = None) -> None:
        """Begin a cell.

        Args:
            columns: How many columns it spans, as written on the page.
            rows: How many rows it spans.
        """
        self._cells.append(([], _span(columns, _WIDEST), _span(rows, _HIGHEST)))

    def add_text(self, text: str, line: int) -> None:
        """Add text to the current cell, with its line; 0 for text without words."""
        if self._cells:
            self._cells[-1][0].append(text.replace("|", "\\|"))
            self._lines += [line] if line else []

    def row(self, line: int) -> tuple[int, int, list[str]] | None:
        """End a row; return its first and last line and its cells; None if it has no cells.

        Args:
            line: The line of its end, used if it has no words.
        """
        texts: list[str] = []
        for parts, wide, high in self._cells:
            self._take_spanned(texts)
            text = "".join(parts)
            for place in range(wide):
                if high > 1 and len(texts) < _MOST_COLUMNS:
                    self._spanned[len(texts)] = (high - 1, text if place == 0 else "")
                texts.append(text if place == 0 else "")
        if self._cells:
            self._take_spanned(texts)
        lines, self._cells, self._lines = self._lines or [line], [], []
        return (min(lines), max(lines), texts) if texts else None

    def _take_spanned(self, texts: list[str]) -> None:
        """Add the cells of rows above that reach into this row."""
        while (found := self._spanned.pop(len(texts), None)) is not None:
            left, text = found
            if left > 1:
                self._spanned[len(texts)] = (left - 1, text)
            texts.append(text)


def _span(stated: str | None, most: int) -> int:
    found = int(stated[:6]) if stated and stated.isascii() and stated.isdecimal() else 1
    return max(1, min(found, most))
