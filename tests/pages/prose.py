"""Writes descriptions in the vendors' styles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from pages.model import Cell, Description, Language
from pages.words_of_pages import BLOCKS

Prose: TypeAlias = Callable[[Description, Language], Cell]


class Phrases(NamedTuple):
    """The phrases of a language for constraints; `between` separates sentences."""

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


def over_lines(description: Description, language: Language) -> Cell:
    """Write a description with its values as a list."""
    if not description.values:
        return (_sentence(description, language),)
    words = PHRASES[language]
    return (
        f"{_sentence(description, language)}{words.between}{words.values}",
        *(words.item.format(value) for value in description.values),
    )


def in_one_line(description: Description, language: Language) -> Cell:
    """Write a description in one line, for a row with pipes."""
    words = PHRASES[language]
    text = _sentence(description, language)
    if description.values:
        listed = f"{words.comma.join(description.values[:-1])}{words.last}{description.values[-1]}"
        text += words.between + words.one_of.format(listed)
    return (text,)


def _sentence(description: Description, language: Language) -> str:
    words = PHRASES[language]
    texts = [description.definition(language)]
    if description.minimum is not None:
        texts.append(words.span.format(description.minimum, description.maximum))
    if description.default is not None:
        texts.append(words.default.format(description.default))
    return words.between.join(texts)


def in_blocks(colon: str = "") -> Prose:
    """Write descriptions with headings inside."""

    def written(description: Description, language: Language) -> Cell:
        definition, constraints, span, default, nothing = BLOCKS[language]
        allowed = [f"{value}: lamp {value}" for value in description.values] or [nothing]
        if description.minimum is not None:
            allowed = [f"{description.minimum}-{description.maximum}"]
        blocks = [
            (definition, [description.definition(language)]),
            (constraints, [nothing]),
            (span, allowed),
            (default, [nothing if description.default is None else str(description.default)]),
        ]
        return tuple(line for heading, lines in blocks for line in (f"{heading}{colon}", *lines))

    return written
