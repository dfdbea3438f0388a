"""Edits beside the rows of fields: status and error codes, the request line, the names of operations and objects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pages.rows import Page, Together
from pages.rulebook import Edit, changed, edit, whole
from toolchain.pages.facts import Fact

NEW_STATUSES = ("405", "409", "412", "413", "429", "503")


def statuses(page: Page) -> Iterator[Edit]:
    table = [fact for fact in page.facts.facts if fact.place.startswith("status ")]
    yield from _error_rows_of_statuses(page) if isinstance(page.style, Together) else _status_rows(page, table)


def _status_rows(page: Page, table: list[Fact]) -> Iterator[Edit]:
    last, said = table[-1], "未知的情况" if page.chinese else "Something else"
    for status in NEW_STATUSES:
        text = page.replaced(
            last.lines, [*page.lines[last.lines[0] - 1 : last.lines[1]], *page.gap, *page.style.cells([status, said])]
        )
        yield edit("status", page, f"{status} added", text, whole(page, "status", "added", f"status {status}"))
    for fact in table:
        status = fact.place.split()[1]
        if status != "200":
            body = _body_of_status(page, status)
            lines = [
                line
                for number, line in enumerate(page.lines, 1)
                if number not in body | set(range(fact.lines[0], fact.lines[1] + 1))
            ]
            expected = whole(page, "status", "removed", fact.place)
            yield edit("status", page, f"{status} removed", "\n".join(lines), expected)
    mark = r"^((?:状态码|Status code): )200$"
    if any("." in fact.place and fact.place.startswith("200 ") for fact in page.facts.facts) and _marks_before_tables(
        page
    ):
        text = re.sub(mark, r"\g<1>202", page.text(), flags=re.MULTILINE)
        text = re.sub(r"^200( \|)?$", r"202\1", text, flags=re.MULTILINE)
        gone, come = (
            whole(page, "success removed", "removed", "status 200"),
            whole(page, "status", "added", "status 202"),
        )
        yield edit("status", page, "200 is 202", text, gone, come)


def _marks_before_tables(page: Page) -> bool:
    return sum(bool(re.fullmatch(r"(?:状态码|Status code): 200", line)) for line in page.lines) > 1


def _body_of_status(page: Page, status: str) -> set[int]:
    """Return the lines of the table with the body of a status: from its mark to its last row."""
    rows = [fact.lines[1] for fact in page.facts.facts if fact.place.startswith(f"{status} ")]
    marks = [number for number, line in enumerate(page.lines, 1) if re.fullmatch(rf".{{3,11}}: {status}", line)]
    return set(range(marks[0], max(rows) + 1)) if rows else set()


def _errors(page: Page) -> list[Fact]:
    return [fact for fact in page.facts.facts if fact.place.startswith("error ")]


def _error_rows_of_statuses(page: Page) -> Iterator[Edit]:
    """A status comes with its first error code, and goes with its last one."""
    rows = _errors(page)
    for status in NEW_STATUSES:
        last = rows[-1].lines
        line = page.style.cells([status, "Throttling.User", "Request was denied due to user flow control.", "-"])
        text = page.replaced(last, [*page.lines[last[0] - 1 : last[1]], *line])
        expected = [whole(page, "status", "added", f"status {status}")]
        expected.append(whole(page, "error", "added", f"error {status} Throttling.User"))
        yield edit("status", page, f"{status} added", text, *expected)
    for status in {fact.place.split()[1] for fact in rows}:
        mine = [fact for fact in rows if fact.place.split()[1] == status]
        gone = {fact.lines[0] for fact in mine}
        text = "\n".join(line for number, line in enumerate(page.lines, 1) if number not in gone)
        expected = [whole(page, "error", "removed", fact.place) for fact in mine]
        expected.append(whole(page, "status", "removed", f"status {status}"))
        yield edit("status", page, f"{status} removed", text, *expected)


def errors(page: Page) -> Iterator[Edit]:
    rows = _errors(page)
    for fact in rows:
        _, status, code = fact.place.split()
        line = page.lines[fact.lines[0] - 1]
        for other in ("InvalidParameter", "Account.NotFound"):
            more = page.style.cells([status, other, "The request cannot be served.", "-"])
            expected = whole(page, "error", "added", f"error {status} {other}")
            yield edit("error code", page, f"{fact.place} {other}", page.replaced(fact.lines, [line, *more]), expected)
        gone = whole(page, "error", "removed", fact.place)
        if sum(one.place.split()[1] == status for one in rows) > 1:
            yield edit("error code", page, f"{fact.place} removed", page.replaced(fact.lines, []), gone)
        name = f"Other{code}"
        come = whole(page, "error", "added", f"error {status} {name}")
        text = page.replaced(fact.lines, [line.replace(f"{status}{code}", f"{status}{name}")])
        yield edit("error code", page, f"{fact.place} renamed", text, gone, come)
        message = "The request cannot be served."
        text = page.replaced(fact.lines, page.style.cells([status, code, message, "-"]))
        expected = changed(page, "message", fact.place, "message", fact.aspects["message"], message)
        yield edit("error message", page, fact.place, text, expected)


def operations(page: Page) -> Iterator[Edit]:
    facts = page.facts.by_place()
    if "operation" in facts:
        fact = facts["operation"]
        (number, _), line = fact.lines, page.lines[fact.lines[0] - 1]
        method, path = fact.aspects["method"], fact.aspects["path"]
        for other in ("POST", "PUT", "PATCH"):
            text = page.replaced((number, number), [line.replace(method, other)])
            expected = changed(page, "operation", "operation", "method", method, other)
            yield edit("method or path", page, other, text, expected)
        segments = [segment for segment in path.split("/") if segment and "{" not in segment]
        for segment in segments:
            there = path.replace(f"/{segment}", f"/{segment}-2", 1)
            text = page.replaced((number, number), [line.replace(path, there)])
            expected = changed(page, "operation", "operation", "path", path, there)
            yield edit("method or path", page, there, text, expected)
    if "operation id" in facts:
        old = facts["operation id"].aspects["operationId"]
        new = f"{old}Again"
        expected = changed(page, "operation", "operation id", "operationId", old, new)
        yield edit("method or path", page, new, re.sub(rf"\b{old}(?=Request|\n)", new, page.text()), expected)


def type_names(page: Page) -> Iterator[Edit]:
    """The name of an object's type, in the row that has it and in the caption of its table."""
    for fact in page.facts.facts:
        old = fact.aspects.get("schema")
        if old is None:
            continue
        for new in (f"{old}Data", f"New{old}"):
            line = rf"^(Array of |)?{old}( ?objects?(?: \|)?)$|^((?:表|Table) ?\d+ ){old}$"
            text = re.sub(line, rf"\1\g<3>{new}\2", page.text(), flags=re.MULTILINE)
            expected = changed(page, "type name", fact.place, "schema", old, new)
            yield edit("type name", page, f"{fact.place} {new}", text, expected)
