"""What stands for the texts and numbers of a real account: the same for the same, and another for others."""

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
_TOKENS: Final = re.compile(r"""\s+|"[^"]*"?|'[^']*'?|[^\s"]+""")  # what stands in quotes is one token


class Replacements:
    """The replacements of one recording, or of several that belong together.

    Each satisfies what the specs say of texts: it has letters, digits and hyphens only, and 4 to 64 of them.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._taken: set[object] = set()
        self._made: dict[object, Any] = {}
        self._count = itertools.count(1)

    def avoid(self, taken: Iterable[object]) -> None:
        """Make no replacement that is one of these, the texts and numbers of a recording that is to be masked."""
        self._taken.update(taken)

    def text(self, text: str) -> str:
        """Return what stands for a text; an empty one stays."""
        if _DIGITS.fullmatch(text):
            return str(self.number(int(text)))
        if text and text not in self._made:
            self._made[text] = self._new_text(text)
        made: str = self._made.get(text, "")
        return made

    def number(self, number: float) -> float:
        """Return what stands for a number."""
        if number not in self._made:
            numbers = (_FIRST_NUMBER + count for count in self._count)
            self._made[number] = next(made for made in numbers if not self._taken & {made, str(made)})
        made: int = self._made[number]
        return type(number)(made)

    def field_name(self, name: str) -> str:
        """Return a field's name that no spec has: itself if it is made of words and isn't a masked text."""
        is_name = _FIELD_NAME.fullmatch(name) and len(name) <= _LONGEST_FIELD_NAME and not names_of_secrets(name)
        return name if is_name and name not in self._made else self.text(name)

    def prose(self, text: str) -> str:
        """Return a text for people, in which all but plain words is replaced.

        What was masked elsewhere isn't plain. A name that stands nowhere else can't be told from a word.
        """
        tokens = _TOKENS.findall(text)
        masked = "".join(token if token.isspace() or self._is_plain(token) else self.text(token) for token in tokens)
        return self.text(text) if names_of_secrets(masked) else masked

    def _is_plain(self, token: str) -> bool:
        word = token.strip(".,;:!?()")
        is_word = not word or (_WORD.fullmatch(word) and len(word) <= _LONGEST_WORD)
        return bool(is_word) and word not in self._made and not names_of_secrets(word)

    def _new_text(self, text: str) -> str:
        """Return an ID of the same form for an ID, and `masked` with a number for anything else."""
        form = "masked-{:04}"
        if _UUID.fullmatch(text):
            form = "00000000-0000-4000-8000-{:012}"
        elif _HEXADECIMAL.fullmatch(text):
            form = f"{{:0{len(text)}}}"
        return next(made for made in map(form.format, self._count) if made not in self._taken)
