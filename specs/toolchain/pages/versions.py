"""The version of the project: what it is, and what it becomes by changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toolchain.document import SPECS
from toolchain.pages.severity import ADDITION, BREAKING, ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

VERSION_FILE: Final = "overlays/cloudkeys/__init__.py"
_VERSION: Final = re.compile(r'^__version__ = "(\d+)\.(\d+)\.(\d+)"$', re.MULTILINE)


def current_version(project: Path) -> str:
    """Return the version of the project."""
    file = project / VERSION_FILE
    # A copy of the specs elsewhere is of this project too.
    file = file if file.is_file() else SPECS.parent / VERSION_FILE
    found = version_in(file.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{VERSION_FILE} has no __version__ of three numbers")
    return found


def version_in(text: str) -> str | None:
    """Return the version that a module states; None where it states none."""
    found = _VERSION.search(text)
    return None if found is None else ".".join(found.groups())


def next_version(version: str, severities: Sequence[str]) -> str:
    """Return the version that changes ask for: before 1.0, the second number tells of what breaks callers."""
    major, minor, patch = map(int, version.split("."))
    worst = max(severities, key=ORDER.index, default=None)
    if worst is None:
        return version
    if major == 0:
        return f"0.{minor + 1}.0" if worst == BREAKING else f"0.{minor}.{patch + 1}"
    numbers = {BREAKING: (major + 1, 0, 0), ADDITION: (major, minor + 1, 0)}.get(worst, (major, minor, patch + 1))
    return ".".join(map(str, numbers))
