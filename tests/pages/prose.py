"""Descriptions in the ways of the vendors, in words of our own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from pages.model import Cell, Language, Said
from pages.words_of_pages import BLOCKS

Prose: TypeAlias = Callable[[Said, Language], Cell]


class Phrases(NamedTuple):
    """How a language says what rules can read; `between` stands between sentences."""

    between: str
    values: str
    item: str
    one_of: str
    comma: str
    last: str
    span: str
    default: str


PHRASES: Final[dict[Language, Phrases]] = {
    "en": Phrases(
        *(" ", "Valid values:", "• {0}: lamp {0}.", "The value can be {}.", ", ", " or "),
        *("The value ranges from {:,} to {:,}.", "The default value is {}."),
    ),
    "zh": Phrases("", "取值如下:", "{0}:灯的一种。", "取值为{}。", "、", "、", "取值范围:{}-{}。", "默认值:{}。"),
    "zh-Hant": Phrases("", "取值如下:", "{0}:燈的一種。", "取值為{}。", "、", "、", "取值範圍:{}-{}。", "預設值:{}。"),
    "es": Phrases(
        *(" ", "Valores válidos:", "• {0}: lámpara {0}.", "El valor puede ser {}.", ", ", " o "),
        *("Intervalo de valores: de {} a {}.", "El valor predeterminado es {}."),
    ),
    "pt": Phrases(
        *(" ", "Valores válidos:", "• {0}: lâmpada {0}.", "O valor pode ser {}.", ", ", " ou "),
        *("Intervalo de valores: de {} a {}.", "O valor padrão é {}."),
    ),
}


def over_lines(said: Said, language: Language) -> Cell:
    """Write a description with its values as a list."""
    if not said.values:
        return (_sentence(said, language),)
    words = PHRASES[language]
    return (
        f"{_sentence(said, language)}{words.between}{words.values}",
        *(words.item.format(value) for value in said.values),
    )


def in_one_line(said: Said, language: Language) -> Cell:
    """Write a description as it can stand between pipes."""
    words = PHRASES[language]
    text = _sentence(said, language)
    if said.values:
        listed = f"{words.comma.join(said.values[:-1])}{words.last}{said.values[-1]}"
        text += words.between + words.one_of.format(listed)
    return (text,)


def _sentence(said: Said, language: Language) -> str:
    words = PHRASES[language]
    texts = [said.definition(language)]
    if said.minimum is not None:
        texts.append(words.span.format(said.minimum, said.maximum))
    if said.default is not None:
        texts.append(words.default.format(said.default))
    return words.between.join(texts)


def in_blocks(colon: str = "") -> Prose:
    """Write descriptions with headings of their own."""

    def written(said: Said, language: Language) -> Cell:
        definition, constraints, span, default, nothing = BLOCKS[language]
        allowed = [f"{value}: lamp {value}" for value in said.values] or [nothing]
        if said.minimum is not None:
            allowed = [f"{said.minimum}-{said.maximum}"]
        blocks = [
            (definition, [said.definition(language)]),
            (constraints, [nothing]),
            (span, allowed),
            (default, [nothing if said.default is None else str(said.default)]),
        ]
        return tuple(line for heading, lines in blocks for line in (f"{heading}{colon}", *lines))

    return written
