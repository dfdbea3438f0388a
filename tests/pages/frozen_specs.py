"""The specs and the facts of their pages as they were on one day, `frozen/`: what the tests of the tool are about.

A page that is accepted changes `specs/`, and what the tests say of the tool stays true. The specs themselves are proved
by `nox -s pages`. Where a rule comes to read other facts from the same page, these change too.
"""

from __future__ import annotations

import shutil
from pathlib import Path

FROZEN = Path(__file__).with_name("frozen")
VERSION = "0.1.0"
"""The version of the project on that day."""


def copy_of_frozen(project: Path) -> Path:
    """Copy the frozen specs into a project, with the version of their day; return the folder of the copy."""
    module = project / "overlays" / "cloudkeys" / "__init__.py"
    module.parent.mkdir(parents=True)
    module.write_text(f'__version__ = "{VERSION}"\n', encoding="utf-8")
    return shutil.copytree(FROZEN, project / "specs")
