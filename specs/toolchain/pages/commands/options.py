"""What the caller of a command asks for, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from toolchain.pages.change.rendering import as_json, as_markdown, as_text

if TYPE_CHECKING:
    from pathlib import Path

SAME: Final = 0
CHANGED: Final = 1
UNREADABLE: Final = 2
FORMATS: Final = {"text": as_text, "markdown": as_markdown, "json": as_json}
GIVE_IT: Final = "give it to `nox -s pages -- --accept FILE`"


class Options(NamedTuple):
    """What the caller asks for.

    Attributes:
        specs: The folder of the specs.
        form: How a report is written: `text`, `markdown` or `json`.
        operation: The operation that the page is of; None where the page says so itself.
        accept: Whether to keep the new facts and to draft the edit.
        captured: The date on which the page was taken, as YYYY-MM-DD.
        url: The address of the page, where the caller knows it.
    """

    specs: Path
    form: str = "text"
    operation: str | None = None
    accept: bool = False
    captured: str = ""
    url: str | None = None
