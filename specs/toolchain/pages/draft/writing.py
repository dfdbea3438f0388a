"""A spec that was edited as text again: what the edit didn't touch stays as it was, byte for byte."""

from __future__ import annotations

import itertools
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ruamel.yaml import YAML

from toolchain.pages.facts import PageError
from toolchain.pages.prove.round_trip import dumped, round_trip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_NOTHING: Final = re.compile(r"\s*(?:#.*)?")
"""A line that says nothing: it is blank, or a comment."""


class _Line(NamedTuple):
    """A line that says something, with the blank lines and comments above it."""

    above: str
    text: str


def text_of(file: Path) -> str:
    """Return the text of a spec, with the ends of its lines as they are."""
    return file.read_bytes().decode("utf-8")


def editable(text: str) -> Any:
    """Return what a spec says, for an edit that `written` writes; its comments aren't in it, but stay in the text."""
    return round_trip().load("".join(line.text for line in _lines(text)))


def written(text: str, document: Any) -> str:
    """Return the text of a spec after an edit: only what changed is written anew, and comments stay where they stood.

    Args:
        text: The spec as it was.
        document: What `editable` returned of it, edited.

    Raises:
        PageError: The text would say something else than the document.
    """
    *lines, end = _lines(text)
    before = [line.text for line in lines]
    after = _as_it_was(before, *(_split(dumped(one)) for one in (editable(text), document)))
    above = [""] * len(after)
    for old, new in _successors(before, after):
        above[new] += lines[old].above
    result = "".join(itertools.chain(*zip(above, after, strict=True))) + end.above
    if YAML(typ="safe", pure=True).load(result) != document:
        raise PageError("this can't be put into the spec without touching something else in it")
    return result.replace("\n", "\r\n") if "\r\n" in text else result


def _as_it_was(before: Sequence[str], unedited: Sequence[str], edited: Sequence[str]) -> list[str]:
    """Return an edited dump, with the lines of before where the dump differs from them without any edit."""
    now, result = dict(_pairs(unedited, edited)), list(edited)
    for kind, first, last, dump_first, dump_last in reversed(list(_compared(before, unedited))):
        # What has lines on one side alone stands below a line that both have.
        more = int(kind in {"insert", "delete"} and first > 0)
        places = [now.get(at, -1) for at in range(dump_first - more, dump_last)]
        start = places[0] if places else -1
        if kind != "equal" and start >= 0 and places == list(range(start, start + len(places))):
            result[start : start + len(places)] = before[first - more : last]
    return result


def _successors(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give each line with the one that it became: the same, one of its key, or one as deep; none of what is gone."""
    for _, first, last, new_first, new_last in _compared(before, after):
        left = list(range(new_first, new_last))
        for old in range(first, last):
            alike = [new for new in left if after[new] == before[old]]
            alike += [new for new in left if _key(after[new]) == _key(before[old])]
            alike += [new for new in left[:1] if _depth(after[new]) == _depth(before[old])]
            if alike:
                yield old, alike[0]
                left = [new for new in left if new > alike[0]]


def _key(line: str) -> str:
    return line.partition(":")[0]


def _pairs(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give the numbers of the lines that two texts have in common."""
    for kind, first, last, other_first, other_last in _compared(one, other):
        if kind == "equal":
            yield from zip(range(first, last), range(other_first, other_last), strict=True)


def _compared(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Compare texts line by line, first with all that a line is a part of: many lines are the same without it."""
    alike = [list(_within(text)) for text in (one, other)]
    for kind, first, last, other_first, other_last in _opcodes(*alike):
        if kind != "replace":
            yield kind, first, last, other_first, other_last
            continue
        # What is a part of something with another name.
        nearly = [
            [line[-2:] for line in alike[0][first:last]],
            [line[-2:] for line in alike[1][other_first:other_last]],
        ]
        for inner, *places in _opcodes(*nearly):
            yield inner, first + places[0], first + places[1], other_first + places[2], other_first + places[3]


def _opcodes(one: Sequence[tuple[str, ...]], other: Sequence[tuple[str, ...]]) -> list[tuple[str, int, int, int, int]]:
    return list(SequenceMatcher(None, one, other, autojunk=False).get_opcodes())


def _within(lines: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Give each line, after those that it is a part of."""
    outer: tuple[str, ...] = ()
    for line in lines:
        while outer and _depth(outer[-1]) >= _depth(line):
            outer = outer[:-1]
        outer = (*outer, line)
        yield outer


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _split(text: str) -> list[str]:
    return [f"{line}\n" for line in text.removesuffix("\n").split("\n")]


def _lines(text: str) -> list[_Line]:
    """Return the lines that say something; the last one is empty, and below it is nothing but the end."""
    found, above = list[_Line](), ""
    text = text.replace("\r\n", "\n")
    inside = _lines_of_texts(text)
    for number, row in enumerate(_split(text)):
        if number not in inside and _NOTHING.fullmatch(row.rstrip("\n")):
            above += row
        else:
            found.append(_Line(above, row))
            above = ""
    return [*found, _Line(above, "")]


def _lines_of_texts(text: str) -> set[int]:
    """Return the numbers of the lines inside of texts, where what looks like a comment is none."""
    found: set[int] = set()
    for token in YAML(pure=True).scan(text):
        first, last = token.start_mark.line, token.end_mark.line
        if last > first and hasattr(token, "value"):
            found.update(range(first + 1, last + (token.end_mark.column > 0)))
    return found
