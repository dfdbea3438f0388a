"""Prove every spec against the facts of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolchain.checks import check
from toolchain.document import spec_files
from toolchain.gaps import gaps
from toolchain.pages.commands.options import ACCEPT_IT, CHANGED, SAME
from toolchain.pages.facts import line_range
from toolchain.pages.prove.leaf import operation_readings
from toolchain.pages.prove.proof import Finding, prove
from toolchain.pages.prove.spec import Spec, read_spec
from toolchain.pages.prove.store import kept_pages
from toolchain.pages.safe_text import as_json_text, as_plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolchain.pages.facts import PageFacts, Unread
    from toolchain.pages.prove.leaf import Leaf


def prove_all(specs: Path) -> int:
    """Prove every spec of a folder against its pages; print the differences, and return the exit status."""
    failed = False
    for spec in map(read_spec, spec_files(specs)):
        left = list(open_marks(spec))
        # The checks can't judge a value that is still a mark.
        problems = [*_differences(spec), *left, *([] if left else _failed_checks(spec))]
        print(*problems, sep="\n", end="\n" if problems else "")
        failed = failed or bool(problems)
    print("not proved: specs and pages differ" if failed else "proved: specs and pages agree, apart from the readings")
    return CHANGED if failed else SAME


def _differences(spec: Spec) -> Iterator[str]:
    kept = kept_pages(spec.file.parent, spec.stem)
    for operation in sorted({*kept, *spec.operations()}):
        if operation not in kept:
            yield f"{spec.stem}: {operation}: no facts of its page: {ACCEPT_IT}"
        elif operation not in spec.operations():
            yield f"{spec.stem}: {operation}: facts of a page, but no such operation"
        else:
            leaves, page = spec.leaves(operation), kept[operation].page()
            print(_summary(spec, operation, page, leaves), *map(_unread, page.unread), sep="\n")
            yield from (_finding(spec, finding) for finding in prove(page.by_place(), leaves))
    yield from _stray_readings(spec)


def _stray_readings(spec: Spec) -> Iterator[str]:
    """Yield the readings of an operation that doesn't exist or doesn't reach them."""
    found = {one.pointer for name in spec.operations() for leaf in spec.leaves(name).values() for one in leaf.readings}
    for pointer, reading in operation_readings(spec.document):
        if pointer not in found:
            yield (
                f"  specs/{spec.stem}.yaml:{spec.line(pointer)} {pointer}: {as_plain_text(reading['operation'])}"
                " doesn't reach this reading: remove it"
            )


def _summary(spec: Spec, operation: str, page: PageFacts, leaves: Mapping[str, Leaf]) -> str:
    readings = len({reading.pointer for leaf in leaves.values() for reading in leaf.readings})
    coverage = f"{page.understood_lines} of {page.stated_lines} lines understood"
    return f"{spec.stem}: {operation}: {len(page.facts)} facts ({coverage}), {len(leaves)} leaves, {readings} readings"


def _unread(one: Unread) -> str:
    """Return unread lines as text; a person accepted the page with them, so they don't fail the proof."""
    return f"  page lines {line_range(one.lines)} are unread: {as_plain_text(one.why)}"


def _failed_checks(spec: Spec) -> Iterator[str]:
    """Yield the problems that also stop `nox -s generate`."""
    yield from (f"  {problem}" for problem in check(spec.file, spec.document))


def _finding(spec: Spec, finding: Finding) -> str:
    where = f"specs/{spec.stem}.yaml:{spec.line(finding.pointer)} {finding.pointer}" if finding.pointer else "no leaf"
    lines = "no line" if finding.lines is None else f"line {finding.lines[0]}"
    said = f"page {as_json_text(finding.page)}, spec {as_json_text(finding.spec)}"
    return (
        f"  {as_plain_text(finding.place)}: {finding.aspect}: {finding.message} ({said}; {lines} of the page; {where})"
    )


def open_marks(spec: Spec) -> Iterator[str]:
    """Yield the marks that a draft left in a spec."""
    for line, message in gaps(spec.file):
        yield f"  specs/{spec.stem}.yaml:{line}: {as_plain_text(message)}"
