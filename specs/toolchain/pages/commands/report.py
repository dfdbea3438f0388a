"""Report what newer copies of pages change, and accept them."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from toolchain.document import spec_files
from toolchain.pages.change.report import Report, compare
from toolchain.pages.commands.options import ACCEPT_IT, CHANGED, FORMATS, SAME, UNREADABLE, Options
from toolchain.pages.commands.prove import open_marks
from toolchain.pages.draft.edit import draft
from toolchain.pages.draft.origin import Origin, origin_of
from toolchain.pages.facts import PageError
from toolchain.pages.prove.spec import Spec, read_spec
from toolchain.pages.prove.store import keep, kept_pages
from toolchain.pages.read.page import read_page
from toolchain.pages.read.sources import read_source
from toolchain.pages.safe_text import as_plain_text, error_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolchain.pages.facts import PageFacts


def report_files(sources: Sequence[str], options: Options) -> int:
    """Report what newer copies of pages change; return the exit status. An unreadable page doesn't stop the others.

    Args:
        sources: Files, URLs, or `-` for the standard input.
        options: The options of the command.
    """
    results = _Results(options)
    for source in sources:
        with results.page(f"{source}: " if len(sources) > 1 else ""):
            content = read_source(source)
            page = read_page(content)
            spec, operation = _operation_of(options, page)
            results.take(spec, operation, page, _origin(spec, operation, source, content, options.url))
    return results.status()


def report_fetched(options: Options) -> int:
    """Fetch and report the page of every operation; an unreadable page doesn't stop the others."""
    results = _Results(options)
    for file in spec_files(options.specs):
        for operation in read_spec(file).operations():
            with results.page(f"{file.stem}: "):
                spec = read_spec(file)
                url, content = _fetched(spec, operation)
                results.take(spec, operation, read_page(content), _origin(spec, operation, url, content, None))
    return results.status()


class _Results:
    """The reports of pages, and what is left to do."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._reports: list[Report] = []
        self._todo: list[str] = []
        self._unreadable = False

    @contextmanager
    def page(self, name: str) -> Iterator[None]:
        """Read a page; print the error if it is unreadable."""
        try:
            yield
        except PageError as error:
            print(f"error: {as_plain_text(name)}{error_text(error)}", file=sys.stderr)
            self._unreadable = True

    def take(self, spec: Spec, operation: str, page: PageFacts, origin: Origin) -> None:
        """Compare a page, and accept it if asked to."""
        report, more = _report(spec, operation, page, self._options, origin)
        self._reports.append(report)
        self._todo += more

    def status(self) -> int:
        """Print the reports; return the exit status."""
        shown = FORMATS[self._options.form](self._reports)
        print(shown, end="\n" if shown else "", flush=True)
        _print_todo(self._todo)
        is_same = all(report.is_empty for report in self._reports)
        return UNREADABLE if self._unreadable else SAME if is_same else CHANGED


def _origin(spec: Spec, operation: str, source: str, content: bytes, url: str | None) -> Origin:
    return origin_of(source, content, url, f"{spec.stem}-{operation}.txt")


def _fetched(spec: Spec, operation: str) -> tuple[str, bytes]:
    url = spec.leaves(operation)["operation"].page_url
    if url is None:
        raise PageError(f"{operation} has no url in its x-page")
    return url, read_source(url)


def _report(spec: Spec, operation: str, page: PageFacts, options: Options, origin: Origin) -> tuple[Report, list[str]]:
    """Compare a page with the kept facts, and accept it if asked to; return the report and what is left to do."""
    kept = kept_pages(options.specs, spec.stem).get(operation)
    if kept is None and not options.accept:
        raise PageError(f"no facts of a page of {operation} to compare with: {ACCEPT_IT}")
    # The first page of an existing spec changes nothing, but its unread lines are new.
    before = msgspec.structs.replace(page, unread=()) if kept is None else kept.page()
    report = compare(spec, operation, before, page)
    todo: list[str] = []
    if options.accept:
        todo = [f"to do: {as_plain_text(text)}" for text in draft(spec, operation, report, page, origin)]
        keep(options.specs, spec.stem, operation, page, options.captured)
        todo += [mark.strip() for mark in open_marks(spec)]
        if not report.is_empty:
            facts, edit = f"specs/pages/{spec.stem}.yaml", f"specs/{spec.stem}.yaml"
            todo.append(f"accepted: facts written to {facts}, edit drafted in {edit}")
    return report, todo


def _print_todo(todo: Sequence[str]) -> None:
    """Print what is left to do to the standard error, so that a JSON report stays parseable."""
    for text in dict.fromkeys(todo):
        print(text, file=sys.stderr)
    if todo:
        print("next: edit the spec until `nox -s pages` passes, then run `nox -s generate`", file=sys.stderr)


def _operation_of(options: Options, page: PageFacts) -> tuple[Spec, str]:
    """Return the spec and the operation that a page documents, by its path or its name."""
    facts = page.by_place()
    named = facts["operation id"].aspects.get("operationId") if "operation id" in facts else None
    for spec in map(read_spec, spec_files(options.specs)):
        kept = kept_pages(options.specs, spec.stem)
        for operation in spec.operations():
            known = kept[operation].page().by_place().get("operation") if operation in kept else None
            same_path = "operation" in facts and known is not None and facts["operation"].aspects == known.aspects
            if options.operation == operation or (options.operation is None and (same_path or named == operation)):
                return spec, operation
    raise PageError("no operation of the specs matches this page: name one with --operation")
