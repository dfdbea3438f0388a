"""Write the Python of each page as a module, for type checkers: `python -m docs.typed_blocks FOLDER`.

Line numbers are those of the page.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

from docs.blocks import Block, blocks_of
from docs.files import PAGES, ROOT


def main(folder: Path) -> None:
    for file in PAGES:
        python = [block for block in blocks_of(ROOT, file) if block.language == "python" and not block.included]
        if python:
            name = file.removesuffix(".md").replace("/", "_").replace("-", "_").lower()
            (folder / f"{name}.py").write_text(module_of(python), encoding="utf-8")


def module_of(blocks: Iterable[Block]) -> str:
    lines: list[str] = []
    for block in blocks:
        text, head = block.text, ""
        if _has_top_level_await(text):
            # The line of the fence is free for the function that `await` needs around it.
            text, head = textwrap.indent(text, "    "), f"async def _line_{block.line}() -> None:"
        lines += [""] * (block.line - 2 - len(lines))
        lines += [head, *text.splitlines()]
    return "\n".join(lines) + "\n"


def _has_top_level_await(text: str) -> bool:
    try:
        compile(text, "block", "exec")
    except SyntaxError:
        return True
    return False


if __name__ == "__main__":
    main(Path(sys.argv[1]))
