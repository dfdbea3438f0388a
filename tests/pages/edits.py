"""Proves on pages of documentation that what changes the API is reported, as what it is, and that nothing else is.

Run as `python tests/pages/edits.py PAGE...`: edits each page in memory in many ways, and holds what is reported of each
edit against a rule book of its own.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

if __name__ == "__main__":
    sys.path[:1] = [str(Path(__file__).parents[2] / folder) for folder in ("specs", "tests", "generated", "overlays")]

from pages import aspect_edits, bound_edits, cosmetic_edits, field_edits, page_edits, surrounding_edits
from pages.rows import Page, page_of
from pages.rulebook import Edit, Expected
from toolchain.document import SPECS, spec_files
from toolchain.pages.change.report import Item, compare
from toolchain.pages.facts import PageError
from toolchain.pages.prove.spec import Spec, read_spec
from toolchain.pages.prove.store import kept_pages
from toolchain.pages.read.page import read_page

SEMANTIC = (
    field_edits.added,
    field_edits.removed,
    field_edits.renamed,
    field_edits.objects_added,
    field_edits.objects_removed,
    aspect_edits.types,
    aspect_edits.defaults,
    bound_edits.ranges,
    bound_edits.values,
    page_edits.statuses,
    page_edits.errors,
    aspect_edits.mandatory,
    aspect_edits.deprecated,
    aspect_edits.units,
    page_edits.type_names,
    aspect_edits.examples,
    page_edits.operations,
)
COSMETIC = (
    cosmetic_edits.words,
    cosmetic_edits.sentences,
    cosmetic_edits.punctuation,
    cosmetic_edits.order,
    surrounding_edits.blank_lines,
    surrounding_edits.spaces,
    surrounding_edits.surroundings,
    surrounding_edits.dates,
    surrounding_edits.ends_of_lines,
    surrounding_edits.captions,
    surrounding_edits.code,
    surrounding_edits.history,
)


def edits_of(page: Page) -> Iterator[Edit]:
    for kind in (*SEMANTIC, *COSMETIC):
        yield from kind(page)


def wrong(edit: Edit) -> list[str]:
    """Return what is wrong with the report of an edit; nothing, where all is reported, and nothing else."""
    page = edit.page
    try:
        report = compare(page.spec, page.operation, page.facts, read_page(edit.content))
    except PageError as error:
        return [f"unreadable: {error}"]
    left = list(report.items)
    problems = []
    for expected in edit.expected:
        found = next((item for item in left if _is(item, expected)), None)
        if found is None:
            problems.append(f"not reported: {expected}")
        else:
            left.remove(found)
    problems += [f"reported too: {item}" for item in left]
    problems += [f"unread: {unread}" for unread in report.unread]
    reread = {why for why, _ in report.reread}
    return problems + ([] if edit.expected or reread == edit.reread else [f"to be read again: {reread}"])


def _is(item: Item, expected: Expected) -> bool:
    change = item.change
    same = (change.kind, change.place, change.aspect, item.severity, item.note is not None) == (
        *(expected.kind, expected.place, expected.aspect, expected.severity, expected.noted),
    )
    there = any(item.pointer == pointer or item.pointer.startswith(f"{pointer}/") for pointer in expected.pointers)
    said = change.aspect == "presence" and change.kind != "renamed"
    return same and there and (said or (_same(change.before, expected.before) and _same(change.after, expected.after)))


def _same(said: object, expected: object) -> bool:
    return expected is ... or (said == expected and isinstance(said, bool) == isinstance(expected, bool))


def table(results: Iterable[tuple[Edit, list[str]]]) -> tuple[list[str], bool]:
    """Return the lines of a table of kinds, and whether all is right."""
    made, right, pages = Counter[str](), Counter[str](), dict[str, dict[str, None]]()
    for edit, problems in results:
        kind = edit.kind if edit.expected else f"({edit.kind})"
        made[kind] += 1
        right[kind] += not problems
        pages.setdefault(kind, {})[edit.page.label] = None
    lines = [f"{'kind':<28}{'edits':>6}{'right':>7}  pages; in parentheses, where nothing may be reported"]
    lines += [f"{kind:<28}{made[kind]:>6}{right[kind]:>7}  {', '.join(pages[kind])}" for kind in made]
    lines.append(f"{'all':<28}{made.total():>6}{right.total():>7}")
    return lines, made == right


def opened(files: Sequence[Path], folder: Path) -> Iterator[Page]:
    """Give each page, with its spec out of a folder of specs."""
    specs = [read_spec(file) for file in spec_files(folder)]
    for file in files:
        content = file.read_bytes()
        facts = read_page(content).by_place()
        spec, operation = next(_owners(specs, facts["title"].aspects["title"]))
        yield page_of(spec.stem, spec, operation, content)


def _owners(specs: Sequence[Spec], title: str) -> Iterator[tuple[Spec, str]]:
    for spec in specs:
        for operation, kept in kept_pages(spec.file.parent, spec.stem).items():
            if kept.page().by_place()["title"].aspects["title"] == title:
                yield spec, operation


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", nargs="+", type=Path, help="a page that a spec was transcribed from")
    results = [
        (edit, wrong(edit)) for page in opened(parser.parse_args(arguments).page, SPECS) for edit in edits_of(page)
    ]
    for edit, problems in results:
        print(
            *(f"{edit.page.label}: {edit.kind}: {edit.what}: {problem}" for problem in problems),
            sep="\n",
            end="\n" * bool(problems),
        )
    lines, fine = table(results)
    print(*lines, sep="\n")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
