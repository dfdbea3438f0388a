"""Running the Python blocks of a page in one namespace, from top to bottom."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import types
from typing import Any

from docs.blocks import Block


class Namespace:
    """The names that the blocks of a page have defined so far."""

    def __init__(self) -> None:
        # Classes look up their annotations in a module.
        self._module = types.ModuleType("__main__")
        self.imports: list[str] = []

    def run(self, block: Block, text: str) -> str:
        """Run a block, possibly with `await` outside of a function, and return its output."""
        tree = ast.parse(text, block.place)
        self.imports += [ast.unparse(one) for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom)]
        ast.increment_lineno(tree, block.line - 1)
        code = compile(tree, block.file, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            result: Any = eval(code, self._module.__dict__)  # noqa: S307 - the project's own pages
            if inspect.iscoroutine(result):
                asyncio.run(result)
        return printed.getvalue()
