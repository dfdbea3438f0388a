"""Every code block of README.md, of the guides and of the site's pages is true; one that no rule covers fails."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest

import demo
from docs.blocks import Block, blocks_of
from docs.page import Page
from docs.shell import ROOT, NoRuleError
from pages.frozen_specs import frozen_project
from toolchain.document import SPECS

PAGES: Final = [
    *("README.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("specs/README.md", "specs/pages/README.md", "overlays/cloudkeys/testing/README.md"),
    *sorted(file.relative_to(ROOT).as_posix() for file in (ROOT / "docs" / "pages").rglob("*.md")),
]
"""The files whose blocks are proved."""

WALKED_THROUGH: Final = {"docs/pages/adding-*.md": "tests/docs/test_walkthroughs.py"}
"""Pages whose blocks are steps that build on one another, with the test that takes these steps."""

FROZEN: Final = frozenset({"specs/pages/README.md"})
"""Pages whose output is that of the specs as they were on one day: it stays true whatever is accepted since."""


def the_demo_prints(block: Block) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        demo.main()
    lines = [line.rstrip() for line in printed.getvalue().splitlines()]
    shown = block.text.splitlines()
    assert len(shown) > 7
    assert [line for line in shown if line not in lines] == []


DRAWINGS: Final = {
    ("README.md", "vendor's page -> specs/*.yaml"): "how a page becomes a client",
    ("specs/pages/README.md", "page (text, Markdown, HTML) --rules--> facts"): "how pages, facts and specs hang together",
}
"""Blocks that show no output, by their files and beginnings, and what they draw."""

ELSEWHERE: Final[dict[tuple[str, str], Callable[[Block], object]]] = {
    ("README.md", "ListAccessKeys: status 200"): the_demo_prints,
    ("README.md", " " * 43 + "cloudkeys"): lambda _block: "test_bench.py compares it with the committed results",
}
"""Blocks whose output isn't that of the block above, by their files and beginnings, and what proves them."""


def covered_by(table: dict[tuple[str, str], object], block: Block) -> tuple[str, str] | None:
    return next((key for key in table if key[0] == block.file and block.text.startswith(key[1])), None)


def prove_page(blocks: list[Block], page: Page) -> None:
    """Prove blocks in their order, and that each program that is shown is run too."""
    with page.open():
        for block in blocks:
            try:
                if key := covered_by(ELSEWHERE, block):
                    ELSEWHERE[key](block)
                elif not covered_by(DRAWINGS, block):
                    page.prove(block)
            except BaseException as error:
                error.add_note(f"{block.place}: a block of {block.language or 'no language'}")
                raise
    run = [block.text for block in blocks if block.language == "console"]
    for block in blocks:
        assert not block.included or any(block.included in text for text in run), f"{block.place}: no command runs it"


@pytest.mark.parametrize("file", [file for file in PAGES if (ROOT / file).exists()])
def test_every_block_is_true(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walked = next((test for pattern, test in WALKED_THROUGH.items() if fnmatch(file, pattern)), None)
    if walked is not None:
        assert (ROOT / walked).is_file()
        return
    folder = tmp_path / "project"
    folder.mkdir()
    with contextlib.ExitStack() as stack:
        specs = stack.enter_context(frozen_project(tmp_path / "frozen")) if file in FROZEN else SPECS
        prove_page(blocks_of(ROOT, file), Page(folder, monkeypatch, specs))


def test_no_exception_is_stale() -> None:
    blocks = [block for file in PAGES if (ROOT / file).exists() for block in blocks_of(ROOT, file)]
    for table in (DRAWINGS, ELSEWHERE):
        assert {key for block in blocks if (key := covered_by(table, block))} == table.keys()
