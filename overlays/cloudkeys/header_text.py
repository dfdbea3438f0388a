"""What may be sent in a header: the check of credentials and headers before anything is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from attrs import Attribute

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
        raise ValueError(f"{what} must be printable ASCII, not empty, and without spaces or line breaks at its ends")


def header_text(_instance: object, attribute: Attribute[Any], value: str | None) -> None:
    """Check an attribute, as a validator of attrs; None passes."""
    if value is not None:
        check_header_value(attribute.name, value)


def headers(_instance: object, attribute: Attribute[Any], value: dict[str, str]) -> None:
    """Check an attribute that holds headers, as a validator of attrs."""
    for name, text in value.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{attribute.name}: {name!r} can't be the name of a header")
        check_header_value(f"{attribute.name}: {name}", text)
