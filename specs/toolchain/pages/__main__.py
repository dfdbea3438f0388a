"""What `nox -s pages` runs: proves the specs against their pages, or tells what a newer copy of a page changes."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from toolchain.document import SPECS, SpecError, spec_files
from toolchain.pages.places import Spec, read_spec
from toolchain.pages.proof import Finding, prove
from toolchain.pages.reader import read_page
from toolchain.pages.rendering import as_json, as_markdown, as_text, shown_place
from toolchain.pages.report import Report, compare, shown
from toolchain.pages.revisions import announced, compare_revision
from toolchain.pages.sources import content_of
from toolchain.pages.store import keep, kept_pages
from toolchain.pages.text import PageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolchain.pages.facts import PageFacts
    from toolchain.pages.spec_facts import Leaf

SAME, CHANGED, UNREADABLE = 0, 1, 2
_FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 0 same, 1 changed or unproved, 2 unreadable."""
    options = _parser().parse_args(arguments)
    try:
        specs = [read_spec(file) for file in spec_files(options.specs)]
        if options.base is not None:
            return _compare_with_revision(specs, options)
        if options.page:
            return _report(specs, options)
        return _prove(specs)
    except SpecError as error:
        print(*(f"error: {problem}" for problem in error.problems), sep="\n", file=sys.stderr)
    except PageError as error:
        print(f"error: {shown_place(str(error))}", file=sys.stderr)
    return UNREADABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nox -s pages --", description=__doc__)
    parser.add_argument("page", nargs="*", help="a newer copy of a page: a file, - for the standard input, or a URL")
    parser.add_argument("--specs", type=Path, default=SPECS, help="the folder of the specs")
    parser.add_argument("--format", choices=sorted(_FORMATS), default="text", help="how the report is written")
    parser.add_argument("--operation", help="which operation the page is of, where it doesn't say so itself")
    parser.add_argument("--accept", action="store_true", help="keep the new facts, and draft the edit of the spec")
    today = dt.datetime.now(dt.UTC).date().isoformat()
    parser.add_argument("--captured", metavar="DATE", default=today, help="when the page was taken; today by default")
    parser.add_argument("--definition", metavar="FILE", help="the vendor's machine-readable definition, as a witness")
    parser.add_argument("--base", metavar="REV", help="tell what the specs change since a revision of the repository")
    return parser


def _prove(specs: Sequence[Spec]) -> int:
    failed = False
    for spec in specs:
        kept = kept_pages(spec.file.parent, spec.stem)
        for operation in spec.operations():
            if operation not in kept:
                print(f"{spec.stem}: {operation}: there are no facts of its page")
                failed = True
                continue
            leaves = spec.leaves(operation)
            page = kept[operation].page()
            findings = prove(page.by_place(), leaves)
            print(_proved(spec, operation, page, leaves))
            print(*(_finding(spec, finding) for finding in findings), sep="\n", end="\n" if findings else "")
            failed = failed or bool(findings)
        for operation in sorted(set(kept) - set(spec.operations())):
            print(f"{spec.stem}: {operation}: facts of a page without an operation")
            failed = True
    print("pages and specs differ" if failed else "proved: pages and specs say the same, but for the readings")
    return CHANGED if failed else SAME


def _proved(spec: Spec, operation: str, page: PageFacts, leaves: Mapping[str, Leaf]) -> str:
    readings = len({reading.pointer for leaf in leaves.values() for reading in leaf.readings})
    coverage = f"{page.understood_lines} of {page.table_lines} lines of tables understood"
    return f"{spec.stem}: {operation}: {len(page.facts)} facts ({coverage}), {len(leaves)} leaves, {readings} readings"


def _finding(spec: Spec, finding: Finding) -> str:
    where = f"specs/{spec.stem}.yaml:{spec.line(finding.pointer)} {finding.pointer}" if finding.pointer else "no leaf"
    lines = "no line" if finding.lines is None else f"line {finding.lines[0]}"
    said = f"page {shown(finding.page)}, spec {shown(finding.spec)}"
    return f"  {shown_place(finding.place)}: {finding.aspect}: {finding.message} ({said}; {lines} of the page; {where})"


def _report(specs: Sequence[Spec], options: argparse.Namespace) -> int:
    reports: list[Report] = []
    for source in options.page:
        page = read_page(content_of(source))
        spec, operation = _operation_of(specs, page, options.operation)
        reports.append(compare(spec, operation, kept_pages(options.specs, spec.stem)[operation].page(), page))
        if options.accept:
            from toolchain.pages.draft import draft  # noqa: PLC0415 - nothing else needs it

            left = draft(spec, operation, reports[-1], page)
            keep(options.specs, spec.stem, operation, page, options.captured)
            print(*(f"left to you: {text}" for text in left), sep="\n", end="\n" if left else "", file=sys.stderr)
    print(_FORMATS[options.format](reports))
    return SAME if all(report.is_empty for report in reports) else CHANGED


def _compare_with_revision(specs: Sequence[Spec], options: argparse.Namespace) -> int:
    """Tell what the specs change since a revision; fail if something breaks callers that isn't announced."""
    reports = compare_revision(specs, options.base)
    print(_FORMATS[options.format](reports))
    missing = announced(specs[0].file.parent.parent, reports)
    print(*(f"not announced: {text}" for text in missing), sep="\n", end="\n" if missing else "", file=sys.stderr)
    return CHANGED if missing else SAME


def _operation_of(specs: Sequence[Spec], page: PageFacts, named: str | None) -> tuple[Spec, str]:
    """Return the spec and the operation that a page is of, by its path, or by its name."""
    facts = page.by_place()
    for spec in specs:
        for operation, kept in kept_pages(spec.file.parent, spec.stem).items():
            known = kept.page().by_place()
            same = (
                "operation" in facts and facts["operation"].aspects == known.get("operation", facts["title"]).aspects
            ) or (
                "operation" not in facts
                and facts.get("operation id", None) is not None
                and facts["operation id"].aspects["operationId"] == operation
            )
            if named == operation or (named is None and same):
                return spec, operation
    raise PageError("no operation of the specs has this page: name one with --operation")


if __name__ == "__main__":
    sys.exit(main())
