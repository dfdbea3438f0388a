"""Replacements for the texts and numbers of a real account: equal for equal values, different for others."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Any, Final

from tools.recorder.secret_scan import names_of_secrets

_FIRST_NUMBER: Final = 10**10
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGITS: Final = re.compile(r"[1-9][0-9]{11,18}")
_HEXADECIMAL: Final = re.compile(r"[0-9a-fA-F]{16,64}")

_FIELD_NAME: Final = re.compile(r"[A-Za-z]+([_-][A-Za-z]+)*")
_LONGEST_FIELD_NAME: Final = 40
_WORD: Final = re.compile(r"[A-Za-z]+(['-][A-Za-z]+)*")
_LONGEST_WORD: Final = 20
_TOKENS: Final = re.compile(r"""\s+|"[^"]*"?|'[^']*'?|[^\s"]+""")  # a quoted text is one token


class Replacements:
    """The replacements of one recording, or of several that belong together.

    Each has 4 to 64 letters, digits and hyphens, as the specs require of texts.
    """

    def __init__(self) -> None:
        """Start without replacements."""
        self._taken: set[object] = set()
        self._made: dict[object, Any] = {}
        self._count = itertools.count(1)

    def avoid(self, taken: Iterable[object]) -> None:
        """Don't use these values, the texts and numbers of the unmasked recording, as replacements."""
        self._taken.update(taken)

    def text(self, text: str) -> str:
        """Return the replacement of a text; an empty text stays empty."""
        if _DIGITS.fullmatch(text):
            return str(self.number(int(text)))
        if text and text not in self._made:
            self._made[text] = self._new_text(text)
        made: str = self._made.get(text, "")
        return made

    def number(self, number: float) -> float:
        """Return the replacement of a number."""
        if number not in self._made:
            numbers = (_FIRST_NUMBER + count for count in self._count)
            self._made[number] = next(made for made in numbers if not self._taken & {made, str(made)})
        made: int = self._made[number]
        return type(number)(made)

    def field_name(self, name: str) -> str:
        """Return the name of an unknown field: unchanged if it consists of words and isn't a masked text."""
        is_name = _FIELD_NAME.fullmatch(name) and len(name) <= _LONGEST_FIELD_NAME and not names_of_secrets(name)
        return name if is_name and name not in self._made else self.text(name)

    def prose(self, text: str) -> str:
        """Return a message in which everything except plain words is replaced.

        A word that was masked elsewhere isn't plain. A name that occurs nowhere else looks like a word.
        """
        tokens = _TOKENS.findall(text)
        masked = "".join(token if token.isspace() or self._is_plain(token) else self.text(token) for token in tokens)
        return self.text(text) if names_of_secrets(masked) else masked

    def _is_plain(self, token: str) -> bool:
        word = token.strip(".,;:!?()")
        is_word = not word or (_WORD.fullmatch(word) and len(word) <= _LONGEST_WORD)
        return bool(is_word) and word not in self._made and not names_of_secrets(word)

    def _new_text(self, text: str) -> str:
        """Return an ID of the same form for an ID, and `masked-` with a number for any other text."""
        form = "masked-{:04}"
        if _UUID.fullmatch(text):
            form = "00000000-0000-4000-8000-{:012}"
        elif _HEXADECIMAL.fullmatch(text):
            form = f"{{:0{len(text)}}}"
        return next(made for made in map(form.format, self._count) if made not in self._taken)
