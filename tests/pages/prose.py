"""Descriptions in the ways of the vendors, in words of our own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pages.model import Cell, Language, Said
from pages.words_of_pages import BLOCKS

Prose: TypeAlias = Callable[[Said, Language], Cell]


def over_lines(said: Said, language: Language) -> Cell:
    """Write a description with its values as a list."""
    if not said.values:
        return (_sentence(said, language),)
    if language == "en":
        return (f"{_sentence(said, language)} Valid values:", *(f"• {value}: lamp {value}." for value in said.values))
    return (f"{_sentence(said, language)}取值如下:", *(f"{value}:灯的一种。" for value in said.values))


def in_one_line(said: Said, language: Language) -> Cell:
    """Write a description as it can stand between pipes."""
    text = _sentence(said, language)
    if said.values and language == "en":
        text += f" The value can be {', '.join(said.values[:-1])} or {said.values[-1]}."
    elif said.values:
        text += f"取值为{'、'.join(said.values)}。"
    return (text,)


def _sentence(said: Said, language: Language) -> str:
    texts = [said.definition(language)]
    if said.minimum is not None:
        form = "The value ranges from {:,} to {:,}." if language == "en" else "取值范围:{}-{}。"
        texts.append(form.format(said.minimum, said.maximum))
    if said.default is not None:
        texts.append(f"The default value is {said.default}." if language == "en" else f"默认值:{said.default}。")
    return " ".join(texts) if language == "en" else "".join(texts)


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
