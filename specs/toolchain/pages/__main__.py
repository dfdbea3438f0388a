"""Prove the specs against the vendors' pages, or report what a newer copy of a page changes.

Exit status: 0 no difference, 1 changed or unproved, 2 unreadable.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from toolchain.document import SpecError
from toolchain.pages.commands.compare import compare_with_definition, compare_with_revision
from toolchain.pages.commands.options import FORMATS, UNREADABLE, Options, add_page_options
from toolchain.pages.commands.prove import prove_all
from toolchain.pages.commands.report import report_fetched, report_files
from toolchain.pages.facts import PageError
from toolchain.pages.safe_text import error_text

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status: 0 no difference, 1 changed or unproved, 2 unreadable."""
    given = _parser().parse_args(arguments)
    options = Options(given.specs, given.format, given.operation, given.accept, given.captured.isoformat(), given.url)
    try:
        if given.base is not None:
            return compare_with_revision(given.base, options)
        if given.definition is not None:
            return compare_with_definition(given.definition, options)
        if given.fetch:
            return report_fetched(options)
        return report_files(given.page, options) if given.page else prove_all(options.specs)
    except SpecError as error:
        print(*(f"error: {problem}" for problem in error.problems), sep="\n", file=sys.stderr)
    except PageError as error:
        print(f"error: {error_text(error)}", file=sys.stderr)
    return UNREADABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nox -s pages --", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("page", nargs="*", default=[], help="newer copies of pages: files, - for standard input, or URLs")
    what.add_argument("--fetch", action="store_true", help="fetch the page of every operation")
    what.add_argument("--definition", metavar="FILE", help="compare with a vendor's machine-readable definition")
    what.add_argument("--base", metavar="REV", help="report what the specs change since a git revision")
    parser.add_argument("--format", choices=sorted(FORMATS), default="text", help="the format of the report")
    parser.add_argument("--accept", action="store_true", help="keep the new facts and draft the edit of the spec")
    add_page_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
