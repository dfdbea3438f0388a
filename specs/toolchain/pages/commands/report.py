"""What newer copies of pages change, and taking them over."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

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
from toolchain.pages.safe_text import shown_error, shown_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolchain.pages.facts import PageFacts


def report_files(sources: Sequence[str], options: Options) -> int:
    """Tell what newer copies of pages change; return the exit status. One that can't be read doesn't stop the others.

    Args:
        sources: Files, URLs, or `-` for the standard input.
        options: What the caller asks for.
    """
    done = _Done(options)
    for source in sources:
        with done.page(f"{source}: " if len(sources) > 1 else ""):
            content = content_of(source)
            page = read_page(content)
            spec, operation = _operation_of(options, page)
            done.take(spec, operation, page, _origin(spec, operation, source, content, options.url))
    return done.status()


def report_fetched(options: Options) -> int:
    """Fetch the page of every operation, and tell what changed; a page that can't be read doesn't stop the others."""
    done = _Done(options)
    for file in spec_files(options.specs):
        for operation in read_spec(file).operations():
            with done.page(f"{file.stem}: "):
                spec = read_spec(file)
                url, content = _fetched(spec, operation)
                done.take(spec, operation, read_page(content), _origin(spec, operation, url, content, None))
    return done.status()


class _Done:
    """What was reported of pages, what is left to a person, and whether all of them could be read."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._reports: list[Report] = []
        self._left: list[str] = []
        self._unreadable = False

    @contextmanager
    def page(self, name: str) -> Iterator[None]:
        """Read a page; say why, if it can't be read."""
        try:
            yield
        except PageError as error:
            print(f"error: {shown_place(name)}{shown_error(error)}", file=sys.stderr)
            self._unreadable = True

    def take(self, spec: Spec, operation: str, page: PageFacts, origin: Origin) -> None:
        """Report what a page changes."""
        report, more = _report(spec, operation, page, self._options, origin)
        self._reports.append(report)
        self._left += more

    def status(self) -> int:
        """Print all of it; return the exit status."""
        shown = FORMATS[self._options.form](self._reports)
        print(shown, end="\n" if shown else "", flush=True)
        _tell_what_is_left(self._left)
        is_same = all(report.is_empty for report in self._reports)
        return UNREADABLE if self._unreadable else SAME if is_same else CHANGED


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
    # What is transcribed for the first time has its spec already, and changes nothing of it but what can't be read.
    before = msgspec.structs.replace(page, unread=()) if kept is None else kept.page()
    report = compare(spec, operation, before, page)
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
