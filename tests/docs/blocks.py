"""Finding the code blocks of Markdown files, as CommonMark sees them, also those in lists and admonitions."""

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
    """The line of its file on which its text begins, from 1."""
    language: str
    """The language; empty for a block that names none, such as one that is only indented."""
    title: str
    """The name of the file whose content it is; empty for none."""
    text: str

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def included(self) -> str | None:
        """The file that is shown in its place, by its path from the root of the project."""
        found = _INCLUDE.fullmatch(self.text.strip())
        return found["file"] if found else None


def blocks_of(root: Path, file: str) -> list[Block]:
    return list(blocks_in((root / file).read_text(encoding="utf-8"), file))


def blocks_in(text: str, file: str) -> Iterator[Block]:
    for token in _PARSER.parse(text):
        if token.type in {"fence", "code_block"}:
            assert token.map is not None
            language, _, rest = token.info.strip().partition(" ")
            settings = {name: value for name, _, value in (part.partition("=") for part in shlex.split(rest))}
            is_fence = token.type == "fence"
            yield Block(file, token.map[0] + 1 + is_fence, language, settings.get("title", ""), token.content)
