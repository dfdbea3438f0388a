"""The words of the written pages by language, from `words_of_pages.toml`, and descriptions in the vendors' styles."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

from pages.model import Cell, Description, Language

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh", "zh-Hant", "es", "pt")
Prose: TypeAlias = Callable[[Description, Language], Cell]
_WORDS: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _by_language(table: str) -> dict[Language, dict[str, Any]]:
    rows = _WORDS[table].items()
    return {language: {name: words[at] for name, words in rows} for at, language in enumerate(LANGUAGES)}


SECTIONS: Final = _by_language("sections")
FLAT_SECTIONS: Final = _by_language("flat_sections")
COLUMNS: Final = _by_language("columns")
CAPTIONS: Final = _by_language("captions")
HEADINGS: Final = _by_language("headings")
LINES: Final = _by_language("lines")
MANDATORY: Final = {
    language: {True: words["true"], False: words["false"]} for language, words in _by_language("mandatory").items()
}
_BLOCKS: Final = _by_language("blocks")
_PHRASES: Final = _by_language("phrases")


def over_lines(description: Description, language: Language) -> Cell:
    """Write a description with its values as a list."""
    words, sentence = _PHRASES[language], _sentence(description, language)
    if not description.values:
        return (sentence,)
    return (f"{sentence}{words['between']}{words['values']}", *map(words["item"].format, description.values))


def in_one_line(description: Description, language: Language) -> Cell:
    """Write a description in one line, for a row with pipes."""
    words, text = _PHRASES[language], _sentence(description, language)
    if description.values:
        *values, last = description.values
        text += words["between"] + words["one_of"].format(f"{words['comma'].join(values)}{words['last']}{last}")
    return (text,)


def _sentence(description: Description, language: Language) -> str:
    words = _PHRASES[language]
    texts = [description.definition(language)]
    if description.minimum is not None:
        texts.append(words["span"].format(description.minimum, description.maximum))
    if description.default is not None:
        texts.append(words["default"].format(description.default))
    return str(words["between"].join(texts))


def in_blocks(description: Description, language: Language) -> Cell:
    """Write a description with headings inside."""
    words = _BLOCKS[language]
    nothing = words["nothing"]
    allowed = [f"{value}: lamp {value}" for value in description.values] or [nothing]
    if description.minimum is not None:
        allowed = [f"{description.minimum}-{description.maximum}"]
    default = nothing if description.default is None else str(description.default)
    blocks = {"definition": [description.definition(language)], "constraints": [nothing], "range": allowed}
    return tuple(line for name, lines in {**blocks, "default": [default]}.items() for line in (words[name], *lines))
