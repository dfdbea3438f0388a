"""Every code block of README.md, of the guides and of the site's pages is true; one that no rule covers fails."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from docs.blocks import Block, blocks_of
from docs.files import FROZEN, PAGES, ROOT, walked_through_by
from docs.page import FILES, PARSERS, Page
from pages.frozen_specs import frozen_project
from toolchain.document import SPECS

DRAWINGS: Final = {
    ("README.md", "vendor's page -> specs/*.yaml"): "how a page becomes a client",
    (
        "specs/pages/README.md",
        "page (text, Markdown, reStructuredText, HTML)",
    ): "how pages, facts and specs hang together",
    (
        "docs/pages/architecture.md",
        " vendor's page ─────read by rules────> facts",
    ): "how a page becomes a client, at length",
    ("docs/pages/architecture.md", " huawei.csms.list_secrets()"): "the way of a call",
}
"""Blocks that show no output, by their files and beginnings, and what they draw."""


def covered_by(table: Mapping[tuple[str, str], object], block: Block) -> tuple[str, str] | None:
    return next((key for key in table if key[0] == block.file and block.text.startswith(key[1])), None)


def prove_page(blocks: list[Block], page: Page) -> None:
    """Prove blocks in their order, and that each program that is shown is run too."""
    with page.open():
        for block in blocks:
            try:
                if not covered_by(DRAWINGS, block):
                    page.prove(block)
            except BaseException as error:
                error.add_note(f"{block.place}: a block of {block.language or 'no language'}")
                raise
    for number, block in enumerate(blocks):
        users = [other for other in blocks[number + 1 :] if other.language in {"console", "python", "yaml"}]
        if block.included:
            assert any(block.included in other.text for other in users), f"{block.place}: no command runs it"
        elif block.language in {*PARSERS, "text"} and block.title and block.title not in FILES:
            assert any(block.title in other.text for other in users), f"{block.place}: nothing uses {block.title}"


@pytest.mark.parametrize("file", [file for file in PAGES if not walked_through_by(file)])
def test_every_block_is_true(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    with contextlib.ExitStack() as stack:
        specs = stack.enter_context(frozen_project(tmp_path / "frozen")) if file in FROZEN else SPECS
        prove_page(blocks_of(ROOT, file), Page(folder, monkeypatch, specs))


def test_pages_that_are_walked_through_name_a_test() -> None:
    assert [file for file in PAGES if (test := walked_through_by(file)) and not (ROOT / test).is_file()] == []


def test_no_exception_is_stale() -> None:
    blocks = [block for file in PAGES for block in blocks_of(ROOT, file)]
    assert {key for block in blocks if (key := covered_by(DRAWINGS, block))} == DRAWINGS.keys()


@pytest.mark.parametrize("file", [file for file in PAGES if not walked_through_by(file)])
def test_files_that_are_named_are_there(file: str) -> None:
    text = re.sub(r"^( *)```.*?^\1```$", "", (ROOT / file).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    named = re.findall(r"`((?:docs|examples|generated|overlays|specs|tests)/[\w./-]+)`", text)
    # Capitals stand for a name of the reader's choice: `specs/SPEC.yaml`.
    assert [one for one in named if not re.search(r"/[A-Z]+\b(?!\.md)", one) and not (ROOT / one).exists()] == []
