"""Builds patterns for phrases from the words of all languages: the slot `{to}` matches each word for it.

Pages mix languages, so a phrase belongs to no language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toolchain.pages.read.vocabulary import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator

_LETTER: Final = "A-Za-zÀ-ÿ"
_SLOT: Final = re.compile(r"\{([a-z_]+)\}")


def _words(row: str) -> Iterator[str]:
    """Yield the words of a row; bars inside brackets belong to a pattern."""
    depth, word = 0, ""
    for character in row:
        depth += (character == "(") - (character == ")")
        if character == "|" and not depth:
            yield word
            word = ""
        else:
            word += character
    yield word


def _alternatives(slot: str) -> str:
    """Return a pattern for the words of a slot in all languages; Latin words match as whole words."""
    words = [word for row in VOCABULARY.values() if slot in row for word in _words(row[slot])]
    words = sorted(dict.fromkeys(words), key=len, reverse=True)
    letters = [word for word in words if re.match(rf"(?:\(\?:)?[{_LETTER}]", word)]
    whole = [rf"(?<![{_LETTER}])(?:{'|'.join(letters)})(?![{_LETTER}])"] if letters else []
    return f"(?:{'|'.join([*whole, *(word for word in words if word not in letters)])})"


_SLOTS: Final = {
    slot: _alternatives(slot) for slot in dict.fromkeys(slot for row in VOCABULARY.values() for slot in row)
}


def phrase(*templates: str) -> re.Pattern[str]:
    """Return a pattern for any of some phrases, in any language, ignoring case.

    Args:
        templates: Patterns with slots.
    """
    filled = (_SLOT.sub(lambda found: _SLOTS[found[1]], template) for template in templates)
    return re.compile("|".join(f"(?:{one})" for one in filled), re.IGNORECASE)
