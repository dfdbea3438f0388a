"""Which files have code blocks that are proved."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Final

from toolchain.document import SPECS

ROOT: Final = SPECS.parent

_CANDIDATES: Final = [
    *("README.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("specs/README.md", "specs/pages/README.md", "overlays/cloudkeys/testing/README.md"),
    *sorted(file.relative_to(ROOT).as_posix() for file in (ROOT / "docs" / "pages").rglob("*.md")),
]
PAGES: Final = [file for file in _CANDIDATES if (ROOT / file).is_file()]
"""The files whose blocks are proved."""

WALKED_THROUGH: Final = {
    "docs/pages/adding-*.md": "tests/docs/test_walkthroughs.py",
    "docs/pages/examples.md": "tests/examples/test_page.py",
}
"""Pages with a test of their own: their steps change the project, or have to be interrupted at the right moment."""

FROZEN: Final = frozenset({"specs/pages/README.md"})
"""Pages whose output is that of the specs as they were on one day: it stays true whatever is accepted since."""


def walked_through_by(file: str) -> str | None:
    """Return the test that walks through a page; None where its blocks are proved one by one."""
    return next((test for pattern, test in WALKED_THROUGH.items() if fnmatch(file, pattern)), None)
