"""Text of others, made fit for messages and logs."""

from __future__ import annotations

from typing import Final

_LONGEST_TEXT: Final = 300


def printable(text: str) -> str:
    """Return the text cut to 300 characters, with every character that could steer a terminal or a log escaped.

    Args:
        text: Any text, from a server for example.

    Returns:
        The text on one line, in which each character is printable.
    """
    escaped = (
        character if character.isprintable() else character.encode("unicode_escape", "backslashreplace").decode()
        for character in text[:_LONGEST_TEXT]
    )
    return "".join(escaped)[:_LONGEST_TEXT]
