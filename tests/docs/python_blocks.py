"""Running the Python of a page: the blocks of a page share their names, as they do for who reads it from above."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import re
import types
from typing import Any

from docs.blocks import Block

TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class Namespace:
    """What the Python blocks of one page have defined so far."""

    def __init__(self) -> None:
        # A module of its own, as the Python of a program is: classes look their annotations up in it.
        self._module = types.ModuleType("__main__")
        self.imports: list[str] = []

    def run(self, block: Block, text: str) -> str:
        """Run a block, also one with `await` outside of a function, and return what it prints."""
        tree = ast.parse(text, block.place)
        self.imports += [ast.unparse(one) for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom)]
        ast.increment_lineno(tree, block.line - 1)
        code = compile(tree, block.file, "exec", flags=TOP_LEVEL_AWAIT, dont_inherit=True)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            result: Any = eval(code, self._module.__dict__)  # noqa: S307 - the project's own pages
            if inspect.iscoroutine(result):
                asyncio.run(result)
        return printed.getvalue()


def is_test(text: str) -> bool:
    return re.search(r"^(async )?def test_", text, re.MULTILINE) is not None
