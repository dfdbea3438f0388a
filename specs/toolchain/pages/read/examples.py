"""Example bodies: where they begin and end, and their JSON."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.facts import is_deeper
from toolchain.pages.read.text import CODE, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from toolchain.pages.read.text import Line

_DEEPEST: Final = 50
"""The most levels of an example, since facts are stored and compared recursively."""
_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]')
_BEGINS: Final = re.compile(r'\{|\[(?:\s{0,9}$|\s{0,9}[\[{"\d\]-])')


@attrs.frozen
class Example:
    """An example body, or text that begins like one but isn't JSON.

    Attributes:
        value: The body.
        first: Its first line.
        last: Its last line.
        problem: Why it can't be read; None if it can.
        is_code: Whether the page marks it as code.
    """

    value: Any
    first: int
    last: int
    problem: str | None = None
    is_code: bool = False


def begins_example(text: str) -> bool:
    """Return whether a line begins like an example body.

    Args:
        text: The line.
    """
    return _BEGINS.match(text) is not None


def read_example(lines: Sequence[Line], at: int, is_end: Callable[[int], bool]) -> tuple[Example, int]:
    """Read the lines up to the closing bracket, or to the end of the section.

    Args:
        lines: The lines of the page.
        at: Where it begins.
        is_end: Whether something else begins at a place.
    """
    end, depth, first = at, 0, lines[at]
    while end < len(lines) and not is_end(end):
        if first.kind == CODE and (lines[end].kind, lines[end].level) != (CODE, first.level):
            break
        for found in _BRACKETS.finditer(lines[end].text):
            depth += (found[0] in "{[") - (found[0] in "}]")
        end += 1
        if depth <= 0:
            break
    try:
        value = _DECODER.raw_decode("\n".join(line.text for line in lines[at:end]))[0]
        problem = "an example that is nested too deeply" if is_deeper(value, _DEEPEST) else None
    except (ValueError, RecursionError) as error:
        value, problem = None, f"not JSON: {error}"[:200]
    shown = None if problem else _printable(value)
    return Example(shown, first.number, lines[end - 1].number, problem, first.kind == CODE), end


def _finite(text: str) -> float:
    """Return a finite number; others can't be compared, or written as JSON."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is no number of JSON")
    return value


_DECODER: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_finite)


def _printable(value: Any) -> Any:
    """Return an example without control characters, which escapes can contain."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_printable(one) for one in value]
    if isinstance(value, dict):
        return {printable(name): _printable(one) for name, one in value.items()}
    return value
