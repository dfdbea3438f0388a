"""The four things that `nox -s pages` does: prove, report, hear a definition, compare with a revision."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from toolchain.document import spec_files
from toolchain.pages.change.rendering import as_json, as_markdown, as_text
from toolchain.pages.change.report import Report, compare
from toolchain.pages.change.revisions import announced, compare_revision
from toolchain.pages.draft.edit import draft
from toolchain.pages.draft.schemas import TO_WRITE
from toolchain.pages.facts import PageError, span
from toolchain.pages.prove.definitions import LARGEST_DEFINITION, has_operation, read_definition
from toolchain.pages.prove.evidence import testimonies, testimonies_as_json, testimonies_as_text
from toolchain.pages.prove.proof import Finding, prove
from toolchain.pages.prove.spec import Spec, read_spec
from toolchain.pages.prove.store import keep, kept_pages
from toolchain.pages.read.page import read_page
from toolchain.pages.read.sources import content_of
from toolchain.pages.safe_text import shown, shown_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolchain.pages.facts import PageFacts, Unread
    from toolchain.pages.prove.evidence import Testimony
    from toolchain.pages.prove.leaf import Leaf

SAME: Final = 0
CHANGED: Final = 1
UNREADABLE: Final = 2
FORMATS: Final = {"text": as_text, "markdown": as_markdown, "json": as_json}
_GIVE_IT: Final = "give it to `nox -s pages -- --accept FILE`"
_CAPTURE: Final = re.compile(r"[\w.-]{1,100}\.(?:txt|md|html?)")


class Options(NamedTuple):
    """What the caller asks for.

    Attributes:
        specs: The folder of the specs.
        form: How a report is written: `text`, `markdown` or `json`.
        operation: The operation that the page is of; None where the page says so itself.
        accept: Whether to keep the new facts and to draft the edit.
        captured: The date on which the page was taken, as YYYY-MM-DD.
    """

    specs: Path
    form: str = "text"
    operation: str | None = None
    accept: bool = False
    captured: str = ""


def prove_all(specs: Path) -> int:
    """Prove every spec of a folder against the facts of its pages; print what differs, and return the exit status."""
    failed = False
    for spec in map(read_spec, spec_files(specs)):
        problems = [*_unproved(spec), *_undescribed(spec)]
        print(*problems, sep="\n", end="\n" if problems else "")
        failed = failed or bool(problems)
    print("pages and specs differ" if failed else "proved: pages and specs say the same, but for the readings")
    return CHANGED if failed else SAME


def _unproved(spec: Spec) -> Iterator[str]:
    kept = kept_pages(spec.file.parent, spec.stem)
    for operation in sorted({*kept, *spec.operations()}):
        if operation not in kept:
            yield f"{spec.stem}: {operation}: there are no facts of its page: {_GIVE_IT}"
        elif operation not in spec.operations():
            yield f"{spec.stem}: {operation}: facts of a page without an operation"
        else:
            leaves, page = spec.leaves(operation), kept[operation].page()
            print(_counted(spec, operation, page, leaves), *map(_unread, page.unread), sep="\n")
            yield from (_finding(spec, finding) for finding in prove(page.by_place(), leaves))


def _counted(spec: Spec, operation: str, page: PageFacts, leaves: Mapping[str, Leaf]) -> str:
    readings = len({reading.pointer for leaf in leaves.values() for reading in leaf.readings})
    coverage = f"{page.understood_lines} of {page.table_lines} lines of tables understood"
    return f"{spec.stem}: {operation}: {len(page.facts)} facts ({coverage}), {len(leaves)} leaves, {readings} readings"


def _unread(one: Unread) -> str:
    """Return lines that no rule could read when the page was accepted: a person has seen them, so they fail nothing."""
    return f"  lines {span(one.lines)} of the page couldn't be read: {shown_place(one.why)}"


def _finding(spec: Spec, finding: Finding) -> str:
    where = f"specs/{spec.stem}.yaml:{spec.line(finding.pointer)} {finding.pointer}" if finding.pointer else "no leaf"
    lines = "no line" if finding.lines is None else f"line {finding.lines[0]}"
    said = f"page {shown(finding.page)}, spec {shown(finding.spec)}"
    return f"  {shown_place(finding.place)}: {finding.aspect}: {finding.message} ({said}; {lines} of the page; {where})"


def _undescribed(spec: Spec) -> Iterator[str]:
    """Give what a draft left to a person, and no person wrote."""
    for number, line in enumerate(spec.file.read_text(encoding="utf-8").split("\n"), 1):
        if TO_WRITE in line:
            yield f"  specs/{spec.stem}.yaml:{number}: a draft left this to be described"


def report_files(sources: Sequence[str], options: Options) -> int:
    """Tell what newer copies of pages change; return the exit status.

    Raises:
        PageError: One can't be read, or is of no known operation.
    """
    reports: list[Report] = []
    left: list[str] = []
    for source in sources:
        page = read_page(content_of(source))
        spec, operation = _operation_of(options, page)
        name = Path(source).name
        report, more = _report(spec, operation, page, options, name if _CAPTURE.fullmatch(name) else None)
        reports.append(report)
        left += more
    print(FORMATS[options.form](reports), flush=True)
    _tell_what_is_left(left)
    return SAME if all(report.is_empty for report in reports) else CHANGED


def report_fetched(options: Options) -> int:
    """Fetch the page of every operation, and tell what changed; a page that can't be read doesn't stop the others."""
    reports: list[Report] = []
    left: list[str] = []
    unreadable = False
    for file in spec_files(options.specs):
        for operation in read_spec(file).operations():
            spec = read_spec(file)
            try:
                report, more = _report(spec, operation, _fetched(spec, operation), options, None)
                reports.append(report)
                left += more
            except PageError as error:
                print(f"error: {file.stem}: {shown_place(str(error))}", file=sys.stderr)
                unreadable = True
    print(FORMATS[options.form](reports), flush=True)
    _tell_what_is_left(left)
    changed = any(not report.is_empty for report in reports)
    return UNREADABLE if unreadable else CHANGED if changed else SAME


def _fetched(spec: Spec, operation: str) -> PageFacts:
    url = spec.leaves(operation)["operation"].page_url
    if url is None:
        raise PageError(f"{operation} has no url in its x-page")
    return read_page(content_of(url))


def _report(
    spec: Spec, operation: str, page: PageFacts, options: Options, capture: str | None
) -> tuple[Report, list[str]]:
    """Compare a page with the kept one; if it is to be accepted, do that. Return what was done and is left, too."""
    kept = kept_pages(options.specs, spec.stem).get(operation)
    if kept is None and not options.accept:
        raise PageError(f"there are no facts of a page of {operation} to compare with: {_GIVE_IT}")
    # What is transcribed for the first time has its spec already, and changes nothing of it.
    report = compare(spec, operation, page if kept is None else kept.page(), page)
    left: list[str] = []
    if options.accept:
        left = [f"left to you: {shown_place(text)}" for text in draft(spec, operation, report, page, capture)]
        keep(options.specs, spec.stem, operation, page, options.captured)
        left += [f"left to you: {place.strip()}" for place in _undescribed(spec)]
        if not report.is_empty:
            facts, edit = f"specs/pages/{spec.stem}.yaml", f"specs/{spec.stem}.yaml"
            left.append(f"accepted: {facts} has the facts, {edit} the drafted edit")
    return report, left


def _tell_what_is_left(left: Sequence[str]) -> None:
    """Say below the reports, where it is seen, what was done and what is next; a report for a program stays alone."""
    for text in dict.fromkeys(left):
        print(text, file=sys.stderr)
    if left:
        print("next: edit the spec until `nox -s pages` is content, then `nox -s generate`", file=sys.stderr)


def _operation_of(options: Options, page: PageFacts) -> tuple[Spec, str]:
    """Return the spec and the operation that a page is of, by its path, or by its name."""
    facts = page.by_place()
    named = facts["operation id"].aspects.get("operationId") if "operation id" in facts else None
    for spec in map(read_spec, spec_files(options.specs)):
        kept = kept_pages(options.specs, spec.stem)
        for operation in spec.operations():
            known = kept[operation].page().by_place().get("operation") if operation in kept else None
            same_path = "operation" in facts and known is not None and facts["operation"].aspects == known.aspects
            if options.operation == operation or (options.operation is None and (same_path or named == operation)):
                return spec, operation
    raise PageError("no operation of the specs has this page: name one with --operation")


def hear(source: str, options: Options) -> int:
    """Show what page, spec and a vendor's definition say where they differ; return 1 if spec and definition do.

    Raises:
        PageError: The definition can't be read, or has none of the operations.
    """
    content = content_of(source, LARGEST_DEFINITION)
    heard: dict[str, list[Testimony]] = {}
    for spec in map(read_spec, spec_files(options.specs)):
        for operation in spec.operations():
            if options.operation in {None, operation} and has_operation(content, operation):
                kept = kept_pages(options.specs, spec.stem).get(operation)
                facts = {} if kept is None else kept.page().by_place()
                heard[operation] = testimonies(facts, spec.leaves(operation), read_definition(content, operation))
    if not heard:
        raise PageError("the definition has none of the operations, in no form that is known")
    print(testimonies_as_json(heard) if options.form == "json" else testimonies_as_text(heard))
    return CHANGED if any(one.contradicts for found in heard.values() for one in found) else SAME


def compare_with(revision: str, options: Options) -> int:
    """Tell what the specs change since a revision; return 1 if something breaks callers that isn't announced.

    Raises:
        SpecError: There is no such revision, or a spec can't be read.
    """
    reports = compare_revision([read_spec(file) for file in spec_files(options.specs)], revision)
    print(FORMATS[options.form](reports))
    missing = announced(options.specs.parent, reports)
    print(*(f"not announced: {text}" for text in missing), sep="\n", end="\n" if missing else "", file=sys.stderr)
    return CHANGED if missing else SAME
