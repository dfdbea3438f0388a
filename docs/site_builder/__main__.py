"""The steps of `nox -s docs`: write the pages, and check the site that Zensical built from them."""

from __future__ import annotations

import argparse
import shutil
import sys
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mkdocstrings import Inventory

from site_builder import built_site, public_names
from site_builder.errors import with_errors
from site_builder.operation_pages import write_operations
from site_builder.redoc import write_redoc
from site_builder.reference_pages import write_reference
from site_builder.repository import ROOT, copy_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGES: Final = ROOT / "docs" / ".build" / "pages"
SITE: Final = ROOT / "docs" / ".build" / "site"


def put_together(pages: Path, show_specs: Callable[[Path], None]) -> None:
    """Write all pages of the site, after removing old ones.

    Args:
        pages: The folder to write.
        show_specs: What writes `openapi.html` beside each copy of a spec in the folder.
    """
    shutil.rmtree(pages, ignore_errors=True)
    copy_pages(pages)
    errors = pages / "errors.md"
    errors.write_text(with_errors(errors.read_text(encoding="utf-8")), encoding="utf-8")
    modules = write_reference(pages)
    homes = {one.path: modules[one.module.path] for one in public_names.public_objects() if one.module.path in modules}
    write_operations(pages, homes)
    show_specs(pages)


def check(pages: Path, site: Path) -> list[str]:
    """Return the problems of the site, one line each.

    Args:
        pages: The folder of its pages, as Markdown.
        site: The folder of what was built from them.
    """
    inventory = set(Inventory.parse_sphinx(BytesIO((site / "objects.inv").read_bytes())))
    # The walk-throughs for maintainers import code that they have just written.
    written = [file for file in pages.rglob("*.md") if not file.name.startswith("adding-")]
    imported = public_names.imported_by_examples([*written, *(ROOT / "examples").glob("*.py")])
    return [
        *built_site.problems(site),
        *public_names.problems(public_names.public_objects(), inventory),
        *(
            f"{file}: it imports {name}, which is on no page"
            for name, file in imported.items()
            if name not in inventory
        ),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a step; return its exit status."""
    parser = argparse.ArgumentParser(prog="site_builder", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("pages", help="put the pages together").add_argument("redocly", type=Path)
    steps.add_parser("check", help="check the built site")
    options = parser.parse_args(arguments)
    if options.step == "pages":
        put_together(PAGES, partial(write_redoc, redocly=options.redocly))
        return 0
    found = check(PAGES, SITE)
    print(*found, sep="\n", end="\n" if found else "")
    print(
        f"problems: {len(found)}" if found else f"{len(list(SITE.rglob('*.html')))} pages: every link and name is well"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
