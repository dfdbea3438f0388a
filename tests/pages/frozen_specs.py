"""The specs and the facts of their pages as they were on one day, `frozen/`: what the tests of the tool are about.

A page that is accepted changes `specs/`, and what the tests say of the tool stays true. The specs themselves are proved
by `nox -s pages`. Where a rule comes to read other facts from the same page, these change too.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from toolchain.generate import generate
from toolchain.pages.change import symbols

FROZEN = Path(__file__).with_name("frozen")
VERSION = "0.1.0"
"""The version of the project on that day."""


def copy_of_frozen(project: Path) -> Path:
    """Copy the frozen specs into a project, with the version of their day; return the folder of the copy."""
    module = project / "overlays" / "cloudkeys" / "_version.py"
    module.parent.mkdir(parents=True)
    module.write_text(f'__version__ = "{VERSION}"\n', encoding="utf-8")
    return shutil.copytree(FROZEN, project / "specs")


@contextlib.contextmanager
def frozen_project(project: Path) -> Iterator[Path]:
    """Give a copy of the frozen specs in a project, while the code that is generated from them stands for today's."""
    folder = copy_of_frozen(project)
    generate(folder, project / "cloudkeys_api")
    todays = _taken_modules()
    sys.path.insert(0, str(project))
    try:
        yield folder
    finally:
        sys.path.remove(str(project))
        _taken_modules()
        sys.modules.update(todays)


def _taken_modules() -> dict[str, ModuleType]:
    """Return the generated modules that are imported, which aren't any more."""
    symbols.generated_names.cache_clear()
    return {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "cloudkeys_api"}
