"""What may be sent in a header: the check of credentials and headers before anything is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_VALUE: Final = re.compile(r"[!-~]([ -~]*[!-~])?")
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def check_header_value(what: str, value: object) -> None:
    """Refuse a text that can't be sent in a header, such as a token with a line break at its end.

    Args:
        what: What the text is, for the message; the text itself isn't repeated, since it may be a secret.
        value: The text.

    Raises:
        ValueError: It isn't printable ASCII, or has spaces at its ends, or is empty.
    """
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        rule = "must be printable ASCII, not empty, and without spaces or line breaks at its ends"
        raise ValueError(f"{what} {rule}: {_flaw(value)}")


def check_text(what: str, value: object) -> None:
    """Refuse a text that nobody can see whole, such as a password with a line break at its end.

    Args:
        what: What the text is, for the message; the text itself isn't repeated, since it may be a secret.
        value: The text.

    Raises:
        ValueError: It is no text, or empty, or has a character that isn't printable.
    """
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError(f"{what} must be printable text, and not empty: {_flaw(value)}")


def _flaw(value: object) -> str:
    """Return what is wrong with a value, without any of its visible characters."""
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
    """Refuse headers of which one can't be sent.

    Args:
        headers: The headers.

    Raises:
        ValueError: A name isn't what HTTP allows, or a value can't be sent.
    """
    for name, text in headers.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"headers: {name!r} can't be the name of a header")
        check_header_value(f"headers: {name}", text)
