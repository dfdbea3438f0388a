"""Every spec against the facts of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolchain.checks import check
from toolchain.document import spec_files
from toolchain.gaps import gaps
from toolchain.pages.commands.options import CHANGED, GIVE_IT, SAME
from toolchain.pages.facts import span
from toolchain.pages.prove.leaf import readings_of_one
from toolchain.pages.prove.proof import Finding, prove
from toolchain.pages.prove.spec import Spec, read_spec
from toolchain.pages.prove.store import kept_pages
from toolchain.pages.safe_text import shown, shown_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolchain.pages.facts import PageFacts, Unread
    from toolchain.pages.prove.leaf import Leaf


def prove_all(specs: Path) -> int:
    """Prove every spec of a folder against the facts of its pages; print what differs, and return the exit status."""
    failed = False
    for spec in map(read_spec, spec_files(specs)):
        left = list(undescribed(spec))
        # What a draft left open is no value yet that the checks could judge.
        problems = [*_unproved(spec), *left, *([] if left else _ungenerated(spec))]
        print(*problems, sep="\n", end="\n" if problems else "")
        failed = failed or bool(problems)
    print("pages and specs differ" if failed else "proved: pages and specs say the same, but for the readings")
    return CHANGED if failed else SAME


def _unproved(spec: Spec) -> Iterator[str]:
    kept = kept_pages(spec.file.parent, spec.stem)
    for operation in sorted({*kept, *spec.operations()}):
        if operation not in kept:
            yield f"{spec.stem}: {operation}: there are no facts of its page: {GIVE_IT}"
        elif operation not in spec.operations():
            yield f"{spec.stem}: {operation}: facts of a page without an operation"
        else:
            leaves, page = spec.leaves(operation), kept[operation].page()
            print(_counted(spec, operation, page, leaves), *map(_unread, page.unread), sep="\n")
            yield from (_finding(spec, finding) for finding in prove(page.by_place(), leaves))
    yield from _astray(spec)


def _astray(spec: Spec) -> Iterator[str]:
    """Give the readings of one operation that it doesn't come to, since it has no such leaf, or isn't there."""
    found = {one.pointer for name in spec.operations() for leaf in spec.leaves(name).values() for one in leaf.readings}
    for pointer, reading in readings_of_one(spec.document):
        if pointer not in found:
            yield (
                f"  specs/{spec.stem}.yaml:{spec.line(pointer)} {pointer}: {shown_place(reading['operation'])}"
                " has nothing here: remove the reading"
            )


def _counted(spec: Spec, operation: str, page: PageFacts, leaves: Mapping[str, Leaf]) -> str:
    readings = len({reading.pointer for leaf in leaves.values() for reading in leaf.readings})
    coverage = f"{page.understood_lines} of {page.stated_lines} lines understood"
    return f"{spec.stem}: {operation}: {len(page.facts)} facts ({coverage}), {len(leaves)} leaves, {readings} readings"


def _unread(one: Unread) -> str:
    """Return lines that no rule could read when the page was accepted: a person has seen them, so they fail nothing."""
    return f"  lines {span(one.lines)} of the page couldn't be read: {shown_place(one.why)}"


def _ungenerated(spec: Spec) -> Iterator[str]:
    """Give what nothing can be generated from, in the words of `nox -s generate`."""
    yield from (f"  {problem}" for problem in check(spec.file, spec.document))


def _finding(spec: Spec, finding: Finding) -> str:
    where = f"specs/{spec.stem}.yaml:{spec.line(finding.pointer)} {finding.pointer}" if finding.pointer else "no leaf"
    lines = "no line" if finding.lines is None else f"line {finding.lines[0]}"
    said = f"page {shown(finding.page)}, spec {shown(finding.spec)}"
    return f"  {shown_place(finding.place)}: {finding.aspect}: {finding.message} ({said}; {lines} of the page; {where})"


def undescribed(spec: Spec) -> Iterator[str]:
    """Give what a draft left to a person, and no person wrote."""
    for line, message in gaps(spec.file):
        yield f"  specs/{spec.stem}.yaml:{line}: {shown_place(message)}"
