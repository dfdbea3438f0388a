"""The words of the made pages by language, from `words_of_pages.toml`, and descriptions in the vendors' styles."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

Language: TypeAlias = Literal["en", "zh", "zh-Hant", "es", "pt"]
Cell: TypeAlias = tuple[str, ...]
"""The lines of a cell."""
Aspects: TypeAlias = dict[str, Any]
Prose: TypeAlias = Callable[[str, Aspects, Language], Cell]
"""Writes a definition, and the constraints that its description states."""
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh", "zh-Hant", "es", "pt")
_TABLES: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
WORDS: Final[dict[Language, dict[str, dict[str, Any]]]] = {
    language: {table: {name: words[at] for name, words in rows.items()} for table, rows in _TABLES.items()}
    for at, language in enumerate(LANGUAGES)
}


def over_lines(definition: str, stated: Aspects, language: Language) -> Cell:
    """Write a description with its values as a list."""
    words, sentence = WORDS[language]["phrases"], _sentence(definition, stated, language)
    if "enum" not in stated:
        return (sentence,)
    return (f"{sentence}{words['between']}{words['values']}", *map(words["item"].format, stated["enum"]))


def in_one_line(definition: str, stated: Aspects, language: Language) -> Cell:
    """Write a description in one line, for a row with pipes."""
    words, text = WORDS[language]["phrases"], _sentence(definition, stated, language)
    if "enum" in stated:
        *values, last = stated["enum"]
        text += words["between"] + words["one_of"].format(f"{words['comma'].join(values)}{words['last']}{last}")
    return (text,)


def _sentence(definition: str, stated: Aspects, language: Language) -> str:
    words, texts = WORDS[language]["phrases"], [definition]
    if "minimum" in stated:
        texts.append(words["span"].format(stated["minimum"], stated["maximum"]))
    if "default" in stated:
        texts.append(words["default"].format(stated["default"]))
    return str(words["between"].join(texts))


def in_blocks(definition: str, stated: Aspects, language: Language) -> Cell:
    """Write a description with headings inside."""
    words = WORDS[language]["blocks"]
    allowed = [f"{value}: lamp {value}" for value in stated.get("enum", ())] or [words["nothing"]]
    if "minimum" in stated:
        allowed = [f"{stated['minimum']}-{stated['maximum']}"]
    default = str(stated.get("default", words["nothing"]))
    constraints, span = (words["constraints"], words["nothing"]), (words["range"], *allowed)
    return (words["definition"], definition, *constraints, *span, words["default"], default)
