"""Write the Python of each page as a module, for type checkers: `python -m docs.typed_blocks FOLDER`.

A line of a module has the number that it has on its page.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

from docs.blocks import Block, blocks_of
from docs.files import PAGES, ROOT, walked_through_by


def main(folder: Path) -> None:
    for file in PAGES:
        python = [block for block in blocks_of(ROOT, file) if block.language == "python" and not block.included]
        if python and walked_through_by(file) is None:
            name = file.removesuffix(".md").replace("/", "_").replace("-", "_").lower()
            (folder / f"{name}.py").write_text(module_of(python), encoding="utf-8")


def module_of(blocks: Iterable[Block]) -> str:
    lines: list[str] = []
    for block in blocks:
        text = block.text
        awaits = uses_await(text)
        # The line of the fence is free for the function that `await` needs around it.
        lines += [""] * (block.line - 2 - len(lines))
        lines.append(f"async def _line_{block.line}() -> None:" if awaits else "")
        lines += (textwrap.indent(text, "    ") if awaits else text).splitlines()
    return "\n".join(lines) + "\n"


def uses_await(text: str) -> bool:
    """Return whether a block has `await`, `async for` or `async with` outside of a function."""
    try:
        compile(text, "block", "exec")
    except SyntaxError:
        return True
    return False


if __name__ == "__main__":
    main(Path(sys.argv[1]))
