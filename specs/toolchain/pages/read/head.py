"""Reads the text above the first section: the title, the name of the operation, the date."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from toolchain.pages.read.text import decoded
from toolchain.pages.read.words import UPDATED

if TYPE_CHECKING:
    from toolchain.pages.read.collected import Collected
    from toolchain.pages.read.outline import Text

_OPERATION: Final = re.compile(r"(?:^|[::(-] ?)([A-Z][A-Za-z]{0,60}[a-z][A-Z][A-Za-z0-9]{0,100})\)?$")
_ANCHOR: Final = re.compile(
    r"^#\s[^\n]{0,200}?<a name=\"(?:[a-z]\w{0,40}_)?([A-Z][a-z]{1,60}[A-Z][A-Za-z0-9]{0,100})\">", re.MULTILINE
)
_IN_LINK: Final = re.compile(r"[?&#;](?:api|apiName)=([A-Z][A-Za-z0-9]{2,100})(?![A-Za-z0-9])")
_IN_REQUEST: Final = re.compile(r"(?:[?&;]|^\s{0,40})Action=([A-Z][A-Za-z0-9]{2,100})(?![A-Za-z0-9])", re.MULTILINE)


class Head:
    """The lines above the first section."""

    def __init__(self, found: Collected) -> None:
        """Start without lines.

        Args:
            found: The facts so far.
        """
        self._found = found
        self._before: list[Text] = []

    def has_title(self) -> bool:
        """Return whether the title is known."""
        return "title" in self._found.facts

    def read(self, block: Text) -> None:
        """Process one line."""
        lines = (block.line, block.line)
        found = UPDATED.search(block.text)
        updated = _date(found[1]) if found is not None else None
        if updated is None:
            self._before.append(block)
            if found is not None and found.start() == 0:
                self._found.report(lines, "a date that can't be read")
            return
        self._found.add("page", lines, updated=updated)
        if self._before and block.text.lower().startswith("last updated"):
            self.title(self._before[-1])

    def end(self) -> None:
        """Use the last line as the title if there is no other."""
        if self._before:
            self.title(self._before[-1])

    def title(self, block: Text) -> None:
        """Set the title: the first heading, the line before the date, or the last line before a section."""
        if self.has_title():
            return
        self._found.add("title", (block.line, block.line), title=" ".join(block.text.split()))
        if (named := _OPERATION.search(block.text)) is not None:
            self._found.add("operation id", (block.line, block.line), operationId=named[1])

    def name_by(self, named: Names) -> None:
        """Name the operation by the page's links and samples if its title and code don't.

        Args:
            named: The names in the page's links and samples.
        """
        found = named.anchor or named.sent or named.linked
        if "operation id" not in self._found.facts and found is not None:
            self._found.add("operation id", (found[1], found[1]), operationId=found[0])
        if named.linked is not None:
            name, line = named.linked
            called = self._found.facts["operation id"].aspects["operationId"]
            if called != name:
                self._found.report((line, line), f"the page's links name {name}, not {called}")


class Names(NamedTuple):
    """The operation's names in the links and samples of a page, each with its line.

    Attributes:
        anchor: The anchor at the title.
        sent: The one name in all samples of requests.
        linked: The one name in all links. Each is None if there is none, or several.
    """

    anchor: tuple[str, int] | None
    sent: tuple[str, int] | None
    linked: tuple[str, int] | None


def names_in(content: bytes) -> Names:
    """Return the names of the operation in the links and samples of a page.

    Args:
        content: The page.
    """
    text = decoded(content)
    return Names(*(_only(text, pattern) for pattern in (_ANCHOR, _IN_REQUEST, _IN_LINK)))


def _only(text: str, pattern: re.Pattern[str]) -> tuple[str, int] | None:
    """Return the only name that a pattern finds, with its first line; None if there is none, or several."""
    found = list(pattern.finditer(text))
    if len({one[1] for one in found}) != 1:
        return None
    return found[0][1], text.count("\n", 0, found[0].start(1)) + 1


def _date(text: str) -> str | None:
    for form in ("%Y-%m-%d", "%b %d, %Y"):
        for length in (len(text), 12, 10):
            try:
                return datetime.strptime(text[:length].strip(), form).date().isoformat()  # noqa: DTZ007 - a date alone
            except ValueError:
                continue
    return None
