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
        raise ValueError(f"{what} must be printable ASCII, not empty, and without spaces or line breaks at its ends")


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
