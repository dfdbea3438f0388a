"""The options and exit statuses of the commands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from toolchain.document import SPECS
from toolchain.pages.change.rendering import as_json, as_markdown, as_text

if TYPE_CHECKING:
    import argparse

SAME: Final = 0
CHANGED: Final = 1
UNREADABLE: Final = 2
FORMATS: Final = {"text": as_text, "markdown": as_markdown, "json": as_json}
ACCEPT_IT: Final = "accept the page with `nox -s pages -- --accept FILE`"


class Options(NamedTuple):
    """The options of a command.

    Attributes:
        specs: The folder of the specs.
        form: The format of the report: `text`, `markdown` or `json`.
        operation: The operation of the page; None if the page names it.
        accept: Whether to keep the new facts and draft the edit.
        captured: The date of the capture, as YYYY-MM-DD.
        url: The address of the page, if given.
    """

    specs: Path
    form: str = "text"
    operation: str | None = None
    accept: bool = False
    captured: str = ""
    url: str | None = None


def add_page_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that describe a page, which all commands that read one share.

    Args:
        parser: The parser of the command.
    """
    parser.add_argument("--operation", help="the vendor's name of the operation, if the page doesn't state it")
    parser.add_argument("--url", help="the address of the page, if neither its source nor the page states it")
    parser.add_argument("--specs", type=Path, default=SPECS, help="the folder of the specs")
    today = dt.datetime.now(dt.UTC).date()
    parser.add_argument(
        "--captured",
        metavar="DATE",
        type=dt.date.fromisoformat,
        default=today,
        help="the date of the capture (today)",
    )
