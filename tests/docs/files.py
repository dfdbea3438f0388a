"""The files whose code blocks are tested."""

from __future__ import annotations

from typing import Final

from toolchain.document import SPECS

ROOT: Final = SPECS.parent

_WALKTHROUGHS: Final = frozenset(file.relative_to(ROOT).as_posix() for file in ROOT.glob("docs/pages/adding-*.md"))
"""Pages with their own test, `test_walkthroughs.py`."""
PAGES: Final = [
    *("README.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("specs/README.md", "specs/pages/README.md", "overlays/cloudkeys/testing/README.md"),
    *sorted({file.relative_to(ROOT).as_posix() for file in ROOT.glob("docs/pages/**/*.md")} - _WALKTHROUGHS),
]
"""The files whose blocks are run one by one, without changing the project."""

FROZEN: Final = frozenset({"specs/pages/README.md"})
"""Pages that show output for the specs as of one day, and so stay true when specs change."""
