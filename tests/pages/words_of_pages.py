"""The words of the written pages by language, from `words_of_pages.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

LANGUAGES: Final = ("en", "zh", "zh-Hant", "es", "pt")
_WORDS: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _by_language(table: str) -> dict[str, dict[str, Any]]:
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
BLOCKS: Final = {language: tuple(words.values()) for language, words in _by_language("blocks").items()}
