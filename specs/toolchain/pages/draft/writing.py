"""Write an edited spec as text: unedited parts stay the same, byte for byte."""

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
"""A blank line or a comment."""


class _Line(NamedTuple):
    """A line of content, with the blank lines and comments above it."""

    above: str
    text: str


def text_of(file: Path) -> str:
    """Return the text of a spec, with its line endings."""
    return file.read_bytes().decode("utf-8")


def editable(text: str) -> Any:
    """Return the document of a spec, to edit and pass to `written`; comments stay in the text only."""
    return round_trip().load("".join(line.text for line in _lines(text)))


def written(text: str, document: Any) -> str:
    """Return the text of an edited spec: only changed parts are rewritten, and comments stay in place.

    Args:
        text: The unedited spec.
        document: The edited document from `editable`.

    Raises:
        PageError: The text would differ from the document.
    """
    *lines, end = _lines(text)
    before = [line.text for line in lines]
    after = _with_original_lines(before, *(_split(dumped(one)) for one in (editable(text), document)))
    above = [""] * len(after)
    for old, new in _successors(before, after):
        above[new] += lines[old].above
    result = "".join(itertools.chain(*zip(above, after, strict=True))) + end.above
    if YAML(typ="safe", pure=True).load(result) != document:
        raise PageError("the edit can't be written without changing other parts of the spec")
    return result.replace("\n", "\r\n") if "\r\n" in text else result


def _with_original_lines(before: Sequence[str], unedited: Sequence[str], edited: Sequence[str]) -> list[str]:
    """Return an edited dump, with the original lines where the dump of the unedited document already differs."""
    now, result = dict(_pairs(unedited, edited)), list(edited)
    for kind, first, last, dump_first, dump_last in reversed(list(_compared(before, unedited))):
        # Lines on one side only follow a line that both sides have.
        more = int(kind in {"insert", "delete"} and first > 0)
        places = [now.get(at, -1) for at in range(dump_first - more, dump_last)]
        start = places[0] if places else -1
        if kind != "equal" and start >= 0 and places == list(range(start, start + len(places))):
            result[start : start + len(places)] = before[first - more : last]
    return result


def _successors(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield each line with its successor: the same line, one with its key, or one of its depth."""
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
    """Yield the numbers of the lines that two texts share."""
    for kind, first, last, other_first, other_last in _compared(one, other):
        if kind == "equal":
            yield from zip(range(first, last), range(other_first, other_last), strict=True)


def _compared(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Compare texts line by line, together with the lines around them: many lines are the same without."""
    alike = [list(_within(text)) for text in (one, other)]
    for kind, first, last, other_first, other_last in _opcodes(*alike):
        if kind != "replace":
            yield kind, first, last, other_first, other_last
            continue
        # Parts of something renamed.
        nearly = [
            [line[-2:] for line in alike[0][first:last]],
            [line[-2:] for line in alike[1][other_first:other_last]],
        ]
        for inner, *places in _opcodes(*nearly):
            yield inner, first + places[0], first + places[1], other_first + places[2], other_first + places[3]


def _opcodes(one: Sequence[tuple[str, ...]], other: Sequence[tuple[str, ...]]) -> list[tuple[str, int, int, int, int]]:
    return list(SequenceMatcher(None, one, other, autojunk=False).get_opcodes())


def _within(lines: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield each line, preceded by those that it is part of."""
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
    """Return the lines of content; the last one is empty and holds the comments at the end."""
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
    """Return the numbers of the lines inside multi-line strings, where `#` doesn't start a comment."""
    found: set[int] = set()
    for token in YAML(pure=True).scan(text):
        first, last = token.start_mark.line, token.end_mark.line
        if last > first and hasattr(token, "value"):
            found.update(range(first + 1, last + (token.end_mark.column > 0)))
    return found
