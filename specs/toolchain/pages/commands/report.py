"""What newer copies of pages change, and taking them over."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from toolchain.document import spec_files
from toolchain.pages.change.report import Report, compare
from toolchain.pages.commands.options import CHANGED, FORMATS, GIVE_IT, SAME, UNREADABLE, Options
from toolchain.pages.commands.prove import undescribed
from toolchain.pages.draft.edit import draft
from toolchain.pages.draft.origin import Origin, origin_of
from toolchain.pages.facts import PageError
from toolchain.pages.prove.spec import Spec, read_spec
from toolchain.pages.prove.store import keep, kept_pages
from toolchain.pages.read.page import read_page
from toolchain.pages.read.sources import content_of
from toolchain.pages.safe_text import shown_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.facts import PageFacts


def report_files(sources: Sequence[str], options: Options) -> int:
    """Tell what newer copies of pages change; return the exit status.

    Raises:
        PageError: One can't be read, or is of no known operation.
    """
    reports: list[Report] = []
    left: list[str] = []
    for source in sources:
        content = content_of(source)
        page = read_page(content)
        spec, operation = _operation_of(options, page)
        report, more = _report(spec, operation, page, options, _origin(spec, operation, source, content, options.url))
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
                url, content = _fetched(spec, operation)
                origin = _origin(spec, operation, url, content, None)
                report, more = _report(spec, operation, read_page(content), options, origin)
                reports.append(report)
                left += more
            except PageError as error:
                print(f"error: {file.stem}: {shown_place(str(error))}", file=sys.stderr)
                unreadable = True
    print(FORMATS[options.form](reports), flush=True)
    _tell_what_is_left(left)
    changed = any(not report.is_empty for report in reports)
    return UNREADABLE if unreadable else CHANGED if changed else SAME


def _origin(spec: Spec, operation: str, source: str, content: bytes, url: str | None) -> Origin:
    return origin_of(source, content, url, f"{spec.stem}-{operation}.txt")


def _fetched(spec: Spec, operation: str) -> tuple[str, bytes]:
    url = spec.leaves(operation)["operation"].page_url
    if url is None:
        raise PageError(f"{operation} has no url in its x-page")
    return url, content_of(url)


def _report(spec: Spec, operation: str, page: PageFacts, options: Options, origin: Origin) -> tuple[Report, list[str]]:
    """Compare a page with the kept one; if it is to be accepted, do that. Return what was done and is left, too."""
    kept = kept_pages(options.specs, spec.stem).get(operation)
    if kept is None and not options.accept:
        raise PageError(f"there are no facts of a page of {operation} to compare with: {GIVE_IT}")
    # What is transcribed for the first time has its spec already, and changes nothing of it.
    report = compare(spec, operation, page if kept is None else kept.page(), page)
    left: list[str] = []
    if options.accept:
        left = [f"left to you: {shown_place(text)}" for text in draft(spec, operation, report, page, origin)]
        keep(options.specs, spec.stem, operation, page, options.captured)
        left += [f"left to you: {place.strip()}" for place in undescribed(spec)]
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
