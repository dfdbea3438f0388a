"""What stands above the first section of a page: its title, the name of its operation, its date."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

from toolchain.pages.read.words import UPDATED

if TYPE_CHECKING:
    from toolchain.pages.read.collected import Collected
    from toolchain.pages.read.outline import Text

_OPERATION: Final = re.compile(r"(?:^|[::-] ?)([A-Z][a-z]{1,60}[A-Z][A-Za-z0-9]{0,100})$")


class Head:
    """The lines above the first section, read one by one."""

    def __init__(self, found: Collected) -> None:
        """Begin.

        Args:
            found: What takes the facts.
        """
        self._found = found
        self._before: list[Text] = []

    def read(self, block: Text) -> None:
        """Take one line."""
        lines = (block.line, block.line)
        found = UPDATED.search(block.text)
        updated = _date(found[1]) if found is not None else None
        if updated is None:
            self._before.append(block)
            if found is not None and found.start() == 0:
                self._found.report(lines, "a date that no rule knows")
            return
        self._found.add("page", lines, updated=updated)
        if self._before and block.text.lower().startswith("last updated"):
            self._title(self._before[-1])

    def end(self) -> None:
        """Take the last line for the title, where no other was."""
        if self._before:
            self._title(self._before[-1])

    def _title(self, block: Text) -> None:
        """Take the title: the line before the date of some pages, or the last one before the first section."""
        if "title" in self._found.facts:
            return
        self._found.add("title", (block.line, block.line), title=" ".join(block.text.split()))
        if (named := _OPERATION.search(block.text)) is not None:
            self._found.add("operation id", (block.line, block.line), operationId=named[1])


def _date(text: str) -> str | None:
    for form in ("%Y-%m-%d", "%b %d, %Y"):
        for length in (len(text), 12, 10):
            try:
                return datetime.strptime(text[:length].strip(), form).date().isoformat()  # noqa: DTZ007 - a date alone
            except ValueError:
                continue
    return None
