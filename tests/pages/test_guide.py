"""What the guide to a page's change says beyond its code blocks, which `tests/docs` proves: its table of modules."""

from __future__ import annotations

import re

from toolchain.document import SPECS

GUIDE = (SPECS / "pages" / "README.md").read_text(encoding="utf-8")


def test_every_module_has_its_row() -> None:
    rows = set(re.findall(r"`((?:\w+/)?\w+\.py)`", GUIDE))
    folder = SPECS / "toolchain" / "pages"
    modules = {file.relative_to(folder).as_posix() for file in folder.rglob("*.py") if not file.stem.startswith("__")}
    assert rows == modules
