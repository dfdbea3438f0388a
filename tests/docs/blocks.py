"""The code blocks of Markdown files, as CommonMark sees them, including those in lists and admonitions.

Sybil and pytest-examples could find the Python blocks, but run them without top-level `await` and don't compare output
with the next block; consoles, files and edits of a copy would remain ours.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from mdit_py_plugins.admon import admon_plugin

_PARSER = MarkdownIt("commonmark").use(admon_plugin)
_INCLUDE = re.compile(r'--8<-- "(?P<file>[^"]+)"')


class Block(NamedTuple):
    """A code block."""

    file: str
    """The path of its file from the root of the project."""
    line: int
    """The line of the file where its text begins, from 1."""
    language: str
    """Empty if the block names none, for example because it is only indented."""
    title: str
    """The name of the file whose content it is; empty if there is none."""
    text: str
    lead: str
    """The last paragraph or heading before it."""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def included(self) -> str | None:
        """The file that the site shows here, by its path from the root of the project."""
        found = _INCLUDE.fullmatch(self.text.strip())
        return found["file"] if found else None


def blocks_of(root: Path, file: str) -> list[Block]:
    return list(blocks_in((root / file).read_text(encoding="utf-8"), file))


def blocks_in(text: str, file: str) -> Iterator[Block]:
    lead = ""
    for token in _PARSER.parse(text):
        if token.type == "inline":
            lead = token.content
        if token.type in {"fence", "code_block"}:
            assert token.map is not None
            language, _, rest = token.info.strip().partition(" ")
            settings = dict(part.split("=", 1) for part in shlex.split(rest))
            line = token.map[0] + 1 + (token.type == "fence")
            yield Block(file, line, language, settings.get("title", ""), token.content, lead)
