"""Render a report: text for people, Markdown for a pull request, JSON for programs."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from toolchain.pages.change.severity import ORDER
from toolchain.pages.facts import line_range
from toolchain.pages.safe_text import as_json_text, as_plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolchain.pages.change.report import Item, Report
    from toolchain.pages.facts import Unread

_SIDES: Final = {False: ("page", "kept"), True: ("spec", "base")}
"""What the lines of a change refer to, after and before: copies of a page, or versions of a spec."""
_MOST_DIFFERENCES: Final = 4
"""How many differences of two example bodies are shown."""
_DEEPEST: Final = 50
"""How many levels of them are compared."""


def as_text(reports: Sequence[Report]) -> str:
    """Return reports as text."""
    return "\n".join(line for report in reports for line in _lines(report))


def _lines(report: Report) -> list[str]:
    lines = [f"{report.spec}: {report.operation}: {_summary(report)}"]
    for item in report.by_severity():
        lines += ["", f"{item.severity:<9} {_what(item)}", *(f"{'':<9} {detail}" for detail in _details(report, item))]
    for why, line in report.reread:
        lines += [
            "",
            f"look at   specs/{report.spec}.yaml:{line}: the wording changed that the spec interprets: {why}",
        ]
    for unread, is_known in _unread(report):
        was = ", as when it was accepted" if is_known else ""
        lines += ["", f"unread    page lines {line_range(unread.lines)}{was}: {as_json_text(unread.why)}"]
    return lines


def _unread(report: Report) -> list[tuple[Unread, bool]]:
    """Return the unread lines in the order of the page, each with whether it was known."""
    found = [*((one, False) for one in report.unread), *((one, True) for one in report.known_unread)]
    return sorted(found, key=lambda one: one[0].lines)


def _summary(report: Report) -> str:
    lines, understood = report.coverage
    covered = f"; {understood} of {lines} lines understood" if understood < lines else ""
    if not report.items:
        words = ", but the wording changed that the spec interprets" if report.reread else ""
        return ("no readable change" if report.unread else f"no change{words}") + covered
    counted = Counter(item.severity for item in report.items)
    parts = [f"{counted[severity]} {severity}" for severity in reversed(ORDER) if counted[severity]]
    many = f"{len(report.items)} change{'s' if len(report.items) > 1 else ''}"
    return f"{many} ({', '.join(parts)}); version {report.version} becomes {report.next_version}{covered}"


def _what(item: Item) -> str:
    change = item.change
    if change.kind == "renamed":
        return f"{as_plain_text(change.before)}: renamed to {as_plain_text(change.after)}"
    if change.aspect == "presence":
        return f"{as_plain_text(change.place)}: {change.kind}"
    if isinstance(change.before, dict | list) and isinstance(change.after, dict) and change.aspect == "example":
        return f"{as_plain_text(change.place)}: {change.aspect}: {_where_bodies_differ(change.before, change.after)}"
    return f"{as_plain_text(change.place)}: {change.aspect}: {_from_to(change.before, change.after)}"


def _from_to(before: Any, after: Any) -> str:
    return " -> ".join("nothing" if value is None else as_json_text(value) for value in (before, after))


def _where_bodies_differ(before: Any, after: Any) -> str:
    """Return the differences of two example bodies; printed whole, they would look the same."""
    found = list(itertools.islice(_differences("$", before, after), _MOST_DIFFERENCES + 1))
    texts = [f"{as_plain_text(path)} {_from_to(old, new)}" for path, old, new in found[:_MOST_DIFFERENCES]]
    return "; ".join(texts) + ("; and more" if len(found) > _MOST_DIFFERENCES else "")


def _differences(path: str, before: Any, after: Any, depth: int = 0) -> Iterator[tuple[str, Any, Any]]:
    if depth > _DEEPEST:
        yield path, "nested too deeply", "to be compared"
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            yield from _differences(f"{path}.{key}", before.get(key), after.get(key), depth + 1)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differences(f"{path}[{index}]", old, new, depth + 1)
    elif before != after or type(before) is not type(after):
        yield path, before, after


def _details(report: Report, item: Item) -> list[str]:
    change = item.change
    details = []
    if change.after_lines or change.before_lines:
        of_newer, of_older = _SIDES[report.of_spec]
        newer = f"{of_newer} lines {line_range(change.after_lines)}" if change.after_lines else "gone"
        older = f"{of_older} lines {line_range(change.before_lines)}" if change.before_lines else "new"
        details.append(f"{newer} ({older})")
    details.append(f"specs/{report.spec}.yaml:{item.line} {item.pointer}")
    return details + [text for text in (item.symbol, item.note) if text]


def as_markdown(reports: Sequence[Report]) -> str:
    """Return reports for a pull request. What came from a page stands between backticks, so that it can't be markup."""
    lines: list[str] = []
    for report in reports:
        lines += [f"### `{report.spec}`: `{report.operation}`", "", _summary(report).capitalize() + ".", ""]
        if report.items:
            lines += [f"| | what | {_SIDES[report.of_spec][0]} lines | to edit | Python |", "|---|---|---|---|---|"]
            lines += [_row(report, item) for item in report.by_severity()]
            lines.append("")
        notes = [f"{_code(_what(item))}: {_code(item.note)}" for item in report.by_severity() if item.note]
        notes += [
            f"`specs/{report.spec}.yaml:{line}`: the wording changed that the spec interprets: {why}"
            for why, line in report.reread
        ]
        notes += [
            f"Lines {line_range(unread.lines)} of the page can't be read{', as before' if is_known else ''}:"
            f" {_code(as_json_text(unread.why))}"
            for unread, is_known in _unread(report)
        ]
        lines += [*(f"- {note}" for note in notes), *([""] if notes else [])]
    return "\n".join(lines).rstrip()


def _row(report: Report, item: Item) -> str:
    newer, older = item.change.after_lines, item.change.before_lines
    lines = line_range(newer) if newer else f"gone ({_SIDES[report.of_spec][1]} {line_range(older)})" if older else ""
    cells = [
        item.severity,
        _code(_what(item)),
        lines,
        f"`specs/{report.spec}.yaml:{item.line}`",
        f"`{item.symbol}`" if item.symbol else "",
    ]
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").replace("|", "¦") + "`"


def as_json(reports: Sequence[Report]) -> str:
    """Return reports as JSON: a list with one object per page."""
    return json.dumps([_object(report) for report in reports], indent=2, ensure_ascii=True)


def _object(report: Report) -> dict[str, Any]:
    newer, older = _SIDES[report.of_spec]
    return {
        "spec": report.spec,
        "operation": report.operation,
        "version": report.version,
        "next_version": report.next_version,
        "changes": [
            {"severity": item.severity}
            | {name: getattr(item.change, name) for name in ("kind", "place", "aspect", "before", "after")}
            | {f"{newer}_lines": item.change.after_lines, f"{older}_lines": item.change.before_lines}
            | {"pointer": item.pointer, "file": f"specs/{report.spec}.yaml"}
            | {"line": item.line, "symbol": item.symbol, "note": item.note}
            for item in report.by_severity()
        ],
        "reread": [{"reading": why, "line": line} for why, line in report.reread],
        "unread": [{"lines": one.lines, "why": one.why, "known": is_known} for one, is_known in _unread(report)],
        "lines": report.coverage[0],
        "understood_lines": report.coverage[1],
    }
