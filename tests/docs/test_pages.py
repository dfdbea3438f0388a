"""Every code block of README.md, the guides and the site's pages is true; a block that no rule covers fails."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Final

import pytest

from docs.blocks import Block, blocks_of
from docs.files import FROZEN, PAGES, ROOT
from docs.page import Page, check_page
from pages.frozen_specs import frozen_project
from toolchain.document import SPECS

DRAWINGS: Final = frozenset(
    {
        ("README.md", "vendor's page -> specs/*.yaml"),
        ("specs/pages/README.md", "page (text, Markdown, reStructuredText, HTML)"),
        ("docs/pages/architecture.md", " vendor's page ─────read by rules────> facts"),
        ("docs/pages/architecture.md", " huawei.csms.list_secrets()"),
    }
)
"""Text blocks that show no output: their files and first lines."""


def is_drawing(block: Block) -> bool:
    return any(block.file == file and block.text.startswith(begin) for file, begin in DRAWINGS)


@pytest.mark.parametrize("file", PAGES)
def test_every_block_is_true(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    blocks = [block for block in blocks_of(ROOT, file) if not is_drawing(block)]
    with contextlib.ExitStack() as stack:
        specs = stack.enter_context(frozen_project(tmp_path / "frozen")) if file in FROZEN else SPECS
        check_page(blocks, Page(folder, monkeypatch, specs))


def test_every_drawing_is_on_its_page() -> None:
    blocks = [block for file in PAGES for block in blocks_of(ROOT, file)]
    assert sum(map(is_drawing, blocks)) == len(DRAWINGS)


@pytest.mark.parametrize("file", PAGES)
def test_every_file_that_a_page_names_exists(file: str) -> None:
    text = re.sub(r"^( *)```.*?^\1```$", "", (ROOT / file).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    named = re.findall(r"`((?:docs|examples|generated|overlays|specs|tests)/[\w./-]+)`", text)
    # Capitals stand for a name of the reader's choice: `specs/SPEC.yaml`.
    assert [one for one in named if not re.search(r"/[A-Z]+\b(?!\.md)", one) and not (ROOT / one).exists()] == []
