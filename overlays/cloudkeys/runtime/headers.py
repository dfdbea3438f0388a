"""Checks of credentials and headers before anything is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_VALUE: Final = re.compile(r"[!-~]([ -~]*[!-~])?")
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def check_header_value(what: str, value: object) -> None:
    """Refuse a text that a header can't contain, such as a token with a line break at its end.

    Args:
        what: A name for the text in the message, which doesn't show the text itself.
        value: The text.

    Raises:
        ValueError: It isn't printable ASCII, begins or ends with a space, or is empty.
    """
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        rule = "must be printable ASCII, not empty, and without spaces or line breaks at its ends"
        raise ValueError(f"{what} {rule}: {_flaw(value)}")


def check_text(what: str, value: object) -> None:
    """Refuse a text with invisible characters, such as a password with a line break at its end.

    Args:
        what: A name for the text in the message, which doesn't show the text itself.
        value: The text.

    Raises:
        ValueError: It isn't a string, is empty, or has a character that isn't printable.
    """
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError(f"{what} must be printable text, and not empty: {_flaw(value)}")


def _flaw(value: object) -> str:
    """Describe the fault of a value without showing its visible characters."""
    if not isinstance(value, str):
        return f"it is of the type {type(value).__name__}"
    if not value:
        return "it is empty"
    if value[-1] in "\r\n":
        return "there is a line break at its end"
    for position, character in enumerate(value, 1):
        if not character.isprintable():
            return f"its character {position} is U+{ord(character):04X}, which isn't visible"
        if not character.isascii():
            return f"its character {position} isn't ASCII"
    return "there is a space before or after it"


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuse invalid headers.

    Args:
        headers: The headers.

    Raises:
        ValueError: HTTP forbids a name or a value.
    """
    for name, text in headers.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"headers: {name!r} can't be the name of a header")
        check_header_value(f"headers: {name}", text)
