"""Draft a new spec, or one more operation of an existing spec, from a page.

Exit status: 0 drafted, 2 refused or unreadable; nothing is written in that case.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from toolchain.checks import check
from toolchain.document import SpecError, check_names, load
from toolchain.gaps import DESCRIBE, TO_WRITE, decision_mark, gaps
from toolchain.pages.commands.options import UNREADABLE, add_page_options
from toolchain.pages.draft.first import first_draft, operation_named
from toolchain.pages.draft.origin import origin_of
from toolchain.pages.facts import PageError
from toolchain.pages.prove.spec import read_spec
from toolchain.pages.prove.store import keep, kept_pages
from toolchain.pages.read.page import read_page
from toolchain.pages.read.sources import read_source
from toolchain.pages.safe_text import as_plain_text, error_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.draft.origin import Origin


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status: 0 drafted, 2 refused or unreadable."""
    given = _parser().parse_args(arguments)
    try:
        _draft(given)
    except SpecError as error:
        print(*(f"error: {problem}" for problem in error.problems), sep="\n", file=sys.stderr)
        return UNREADABLE
    except PageError as error:
        print(f"error: {error_text(error)}", file=sys.stderr)
        return UNREADABLE
    return 0


def _draft(given: argparse.Namespace) -> None:
    file = Path(given.specs, f"{given.spec}.yaml")
    check_names([file])
    content = read_source(given.page)
    page = read_page(content)
    operation = operation_named(page, given.operation)
    if file.exists() and operation in read_spec(file).operations():
        known = f"{file.name} has {operation}: accept its page with `nox -s pages -- --accept`"
        raise PageError(f"{known}, or delete the operation here and in specs/pages/{file.name} to draft it again")
    updated = page.by_place().get("page")
    name = f"{given.spec}-{operation}" + (f"-{updated.aspects['updated']}" if updated is not None else "") + ".txt"
    origin = origin_of(given.page, content, given.url, name)
    first_draft(file, operation, page, origin)
    keep(given.specs, given.spec, operation, page, given.captured.isoformat())
    _print_todo(file, operation, origin)


def _print_todo(file: Path, operation: str, origin: Origin) -> None:
    marks = list(gaps(file))
    kept = kept_pages(file.parent, file.stem)[operation].page()
    coverage = f"{kept.understood_lines} of {kept.stated_lines} lines understood"
    print(f"{file.stem}: {operation}: {len(kept.facts)} facts ({coverage})")
    to_write = [message for _, message in marks if message == DESCRIBE]
    print(f"to do: describe {len(to_write)} places in specs/{file.name}, marked {TO_WRITE!r}")
    for line, message in marks:
        if message not in to_write:
            print(f"specs/{file.name}:{line}: {as_plain_text(message)}")
    if origin.url is None:
        print("to do: add the page's address as the url of x-page; the page doesn't state it")
    # The checks fail on marks too.
    for problem in check(file, load(file)):
        if decision_mark("") not in problem.message:
            print(f"to do: {problem}")
    print("next: edit the spec until `nox -s pages` passes, then run `nox -s generate`")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nox -s new --", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("spec", help="the name of the spec, new or existing, such as huawei_iam_v5")
    parser.add_argument("page", help="the page: a file, - for the standard input, or a URL")
    add_page_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
