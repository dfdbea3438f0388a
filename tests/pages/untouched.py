"""Which lines of a spec an edit may touch: those of the places whose values differ, and no other."""

from __future__ import annotations

import contextlib
import json
import random
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from toolchain.document import at_pointer, extend_pointer
from toolchain.pages.prove.spec import Spec

_PLAIN: Final = re.compile(
    r" +(?:- )?(?:name|in|type|schema|required|responses|properties|content|maximum|enum|code): ?.*"
)
Places = tuple[set[str], set[str]]


def decorated(text: str) -> str:
    """Return a spec with comments, blank lines and quotes as people may write them; it says the same."""
    chosen = random.Random(text)  # noqa: S311 - the same for each run
    rows: list[str] = []
    for number, row in enumerate(text.split("\n")):
        if _PLAIN.fullmatch(row):
            indent = row[: len(row) - len(row.lstrip(" "))]
            rows += [[], [""], [f"{indent}# Note {number}"], ["", f"{indent}#  Note {number}", ""]][chosen.randrange(4)]
        quoted = re.fullmatch(r"( +(?:- )?(?:name|type|in)): ([A-Za-z_]+)", row)
        styles = ["{0}: {1}", "{0}: '{1}'", '{0}:  "{1}"', "{0}: {1}   # as it is"]
        rows.append(chosen.choice(styles).format(*quoted.groups()) if quoted else row)
    return "\n".join(rows)


def remains(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines of two versions of a spec without those of the places that differ: they must be the same."""
    old, new = (Spec(Path(), YAML(typ="safe").load(text), text) for text in (before, after))
    gone, come = differing(old.document, new.document)
    shared = {*_shared(old.marked), *_shared(new.marked)}
    return _without(old, gone | shared), _without(new, come | shared)


def differing(old: Any, new: Any, where: str = "#") -> Places:
    """Return the deepest places that differ, in an older and in a newer document."""
    if isinstance(old, dict) and isinstance(new, dict) and bool(old) == bool(new):
        return _together(
            [({extend_pointer(where, key)}, set()) for key in old.keys() - new.keys()]
            + [(set(), {extend_pointer(where, key)}) for key in new.keys() - old.keys()]
            + [differing(old[key], new[key], extend_pointer(where, key)) for key in old.keys() & new.keys()]
        )
    if isinstance(old, list) and isinstance(new, list) and bool(old) == bool(new):
        return _together(_of_lists(old, new, where))
    return ({where}, {where}) if old != new or type(old) is not type(new) else (set(), set())


def _of_lists(old: list[Any], new: list[Any], where: str) -> Iterator[Places]:
    known, now = ([json.dumps(item, sort_keys=True) for item in items] for items in (old, new))
    for kind, first, last, new_first, new_last in SequenceMatcher(None, known, now, autojunk=False).get_opcodes():
        if kind == "replace" and last - first == new_last - new_first:
            for at, at_new in zip(range(first, last), range(new_first, new_last), strict=True):
                gone, _ = differing(old[at], new[at_new], extend_pointer(where, at))
                _, come = differing(old[at], new[at_new], extend_pointer(where, at_new))
                yield gone, come
        elif kind != "equal":
            yield (
                {extend_pointer(where, at) for at in range(first, last)},
                {extend_pointer(where, at) for at in range(new_first, new_last)},
            )


def _together(parts: Any) -> Places:
    found: Places = set(), set()
    for gone, come in parts:
        found[0].update(gone)
        found[1].update(come)
    return found


def _shared(node: Any, where: str = "#") -> Iterator[str]:
    """Give the places that have an alias: an edit of one of them writes it out."""
    if getattr(getattr(node, "anchor", None), "value", None) is not None:
        yield where
    for key, part in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from _shared(part, extend_pointer(where, key))


def _without(spec: Spec, places: set[str]) -> list[str]:
    rows = (spec.text or "").split("\n")
    taken = set[int]()
    for place in places:
        with contextlib.suppress(LookupError):
            at_pointer(spec.document, place)
            first, last = spec.lines(place)
            taken.update(range(first, last + 1))
    return [row for number, row in enumerate(rows, 1) if number not in taken]
