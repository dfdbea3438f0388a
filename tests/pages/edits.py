"""Edits of a page, each with all that a report of it must show; nothing for a cosmetic one.

`SENTENCES` and `REWORDINGS` are tables of edits of descriptions. The functions below edit rows, tables and what is
around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import attrs

from pages.rows import FLAGS, Ended, Page, Row, Together, name_of, page_of
from pages.rulebook import Edit, Expected, changed, edit, meanings, whole
from toolchain.document import spec_files
from toolchain.pages.change.report import Item, compare
from toolchain.pages.facts import Fact, PageError
from toolchain.pages.prove.spec import Spec, read_spec
from toolchain.pages.prove.store import kept_pages
from toolchain.pages.read.page import read_page

REQUEST: Final = ("path", "query", "header", "body")
BOUNDS: Final = ("minimum", "maximum", "minLength", "maxLength", "maxItems")
PLAIN: Final = {"type", "format", "required", "example", "wording"}
"""The aspects of a row whose description states no constraint."""
MOST: Final = 8
"""How many edits of one kind and page are tried."""


class Sentence(NamedTuple):
    """A sentence to add to descriptions that state no constraint, and the aspects that it states."""

    kind: str
    types: str
    english: str
    chinese: str
    rule: str
    stated: dict[str, Any]


SENTENCES: Final = (
    Sentence("default", "string", "Default value: alpha.", "默认值:alpha。", "default", {"default": "alpha"}),
    Sentence("default", "integer", "Default value: 7.", "默认值:7。", "default", {"default": 7}),
    Sentence("default", "boolean", "Default value: true.", "默认值:true。", "default", {"default": True}),
    Sentence("deprecated", "", "This parameter is deprecated.", "该参数已废弃。", "deprecated", {"deprecated": True}),
    Sentence("unit", "integer", "Unit: seconds.", "单位:秒。", "unit", {"unit": "seconds"}),
    Sentence(
        *("range", "integer", "Minimum value: 3. Maximum value: 900.", "取值范围:3~900。", "narrower"),
        {"minimum": 3, "maximum": 900},
    ),
    Sentence(
        *("range", "string", "The value contains 3 to 900 characters.", "长度为3~900个字符。", "narrower"),
        {"minLength": 3, "maxLength": 900},
    ),
    Sentence(
        *("values", "string", "Valid values: east, west.", "取值为:east,west。", "values introduced"),
        {"enum": ["east", "west"]},
    ),
    Sentence("cosmetic: a sentence", "", "See the guide for the console.", "详情请参见用户指南。", "", {}),
)


class Rewording(NamedTuple):
    """Other words for a pattern in descriptions, and the value that its aspects have afterwards."""

    kind: str
    aspects: tuple[str, ...]
    pattern: str
    words: str
    rule: str
    after: Any = None


_DEFAULT: Final = r"((?:[Dd]efault(?: value)?(?:: | is )|默认值[::]\s?))(\w+)"
REWORDINGS: Final = (
    Rewording("default", ("default",), _DEFAULT, r"\g<1>3", "default", lambda old: type(old)(3)),
    Rewording("default", ("default",), _DEFAULT, r"\g<1>15", "default", lambda old: type(old)(15)),
    Rewording("default", ("default",), rf"(?:The )?{_DEFAULT}[.。]?", "", "default"),
    Rewording("default", ("default",), r"\(默认\)", "", "default"),
    Rewording("deprecated", ("deprecated",), "is deprecated", "is as it was", "deprecated"),
    Rewording("unit", ("unit",), "Unit: milliseconds", "Unit: seconds", "unit", "seconds"),
    Rewording("unit", ("unit",), "总秒数", "总毫秒数", "unit", "milliseconds"),
    Rewording(
        *("range", BOUNDS, r"The value ranges from \d+ to \d+\. | ?(?:Minimum|Maximum)(?: value)?: \d+\.?", "", "wider")
    ),
    Rewording("range", BOUNDS, r"contains \d+ to \d+ characters, including", "has", "wider"),
    Rewording("range", BOUNDS, r"约束:范围不超过\d+个字符。", "", "wider"),
    Rewording(*("range", ("range",), r"(?<!\d)6小时", "12小时", "narrower"), lambda old: {**old, "minimum": "12h"}),
    Rewording("range", ("range",), "8,760小时", "4,380小时", "narrower", lambda old: {**old, "maximum": "4380h"}),
    Rewording("values", ("enum",), "or inactive", "or disabled", "value removed", ["active", "disabled"]),
    Rewording(
        *("values", ("enum",), "active or inactive", "active, inactive, or expired", "value added"),
        ["active", "inactive", "expired"],
    ),
    Rewording("values", ("enum",), "fixed as AccessKey", "fixed as SecretKey", "value removed", ["SecretKey"]),
    Rewording("values", ("enum",), "Fill application/json;\\S+", "Fill text", "value removed", ["text"]),
    Rewording("values", ("enum",), " RDS :", " RDS-FG :", "value removed", ["COMMON", "RDS-FG"]),
    Rewording("values", ("enum",), " RDS :", " MYSQL :一种。 RDS :", "value added", ["COMMON", "MYSQL", "RDS"]),
)
TYPES: Final[dict[tuple[Any, Any], tuple[tuple[str, Any, Any], ...]]] = {
    ("string", None): (("Integer", "integer", "int32"), ("Boolean", "boolean", None)),
    ("integer", "int32"): (("Long", "integer", "int64"), ("String", "string", None)),
    ("integer", "int64"): (("Integer", "integer", "int32"), ("String", "string", None)),
    ("boolean", None): (("String", "string", None),),
}
"""Type and format of a page, and others: the word, the type, the format."""


def plain(page: Page, *types: str) -> Iterator[tuple[int, Fact, Row]]:
    """Give the rows of some types whose description states no constraint."""
    rows = [fact for fact in page.plain() if not set(fact.aspects) - PLAIN]
    chosen = [fact for fact in rows if fact.aspects.get("type") in (types or ("string", "integer", "boolean"))]
    for index, fact in enumerate(chosen):
        yield index, fact, page.row(fact)


def sentences(page: Page) -> Iterator[Edit]:
    for sentence in SENTENCES:
        for index, fact, row in plain(page, *sentence.types.split()):
            text = page.with_rows(fact, _extended(page, row, index, sentence))
            expected = [
                changed(page, sentence.rule, fact.place, aspect, None, value)
                for aspect, value in sentence.stated.items()
            ]
            made = edit(sentence.kind, page, f"{fact.place} {sentence.english}", text, *expected)
            yield attrs.evolve(made, reread=frozenset() if expected else meanings(page, fact.place))


def _extended(page: Page, row: Row, index: int, sentence: Sentence) -> Row:
    """Add a sentence to the last line of a description or below it, in turns."""
    is_field = isinstance(page.style, Ended) and sentence.kind == "default"
    english = f"Default: {sentence.stated['default']}".replace("True", "true") if is_field else sentence.english
    said = sentence.chinese if page.chinese else english
    lines = list(row.description)
    last = max(at for at, line in enumerate(lines) if line.strip())
    if index % 2:
        lines[last + 1 : last + 1] = [*page.gap, said]
    else:
        lines[last] += f"{'' if lines[last][-1] == '。' else '。'}{said}" if page.chinese else f" {said}"
    return attrs.evolve(row, description=tuple(lines))


def rewordings(page: Page) -> Iterator[Edit]:
    for fact in page.plain():
        row = page.row(fact)
        for kind, aspects, pattern, words, rule, after in REWORDINGS:
            stated = {aspect: fact.aspects[aspect] for aspect in aspects if aspect in fact.aspects}
            if not stated or not re.search(pattern, row.said()):
                continue
            expected = [
                changed(page, rule, fact.place, aspect, old, after(old) if callable(after) else after)
                for aspect, old in stated.items()
            ]
            text = page.with_rows(fact, reworded(row, pattern, words))
            yield edit(kind, page, f"{fact.place} {words}", text, *expected)


def reworded(row: Row, pattern: str, words: str) -> Row:
    return attrs.evolve(row, description=tuple(re.sub(pattern, words, "\n".join(row.description)).split("\n")))


def bounds(page: Page) -> Iterator[Edit]:
    """Double and halve each bound, whether the page has it in digits or in Chinese words."""
    digits = {1: "一", 2: "二", 3: "三"}
    for fact in page.plain():
        row = page.row(fact)
        for bound in (bound for bound in BOUNDS if bound in fact.aspects):
            before = fact.aspects[bound]
            for after in {before * 2, max(before // 2, 1)} - {before}:
                rule = "narrower" if (after > before) == bound.startswith("min") else "wider"
                figure = rf"(?<!\d){before}(?!\d)"
                in_digits = re.search(figure, row.said()) is not None
                pattern, words = (figure, str(after)) if in_digits else (f"{digits[before]}个", f"{digits[after]}个")
                expected = changed(page, rule, fact.place, bound, before, after)
                text = page.with_rows(fact, reworded(row, pattern, words))
                yield edit("range", page, f"{fact.place} {bound} {after}", text, expected)


def listed_values(page: Page) -> Iterator[Edit]:
    """Of values on lines of their own: add one, remove each, rename each."""
    for fact in page.plain():
        row, old = page.row(fact), fact.aspects.get("enum") or []
        item = rf"\s*(?:• )?({'|'.join(map(re.escape, old))})[::]"
        lines = row.description
        places = [at for at, line in enumerate(lines) if old and re.match(item, line)]
        if not old or len(places) != len(old):
            continue
        last = places[-1]
        more = re.sub(rf"{old[-1]}([::]).*", r"archived\1 put away", lines[last])
        more_lines = (*lines[: last + 1], *page.gap, more, *lines[last + 1 :])
        yield _valued(page, fact, "value added", more_lines, [*old, "archived"])
        for value, at in zip(old, places, strict=True):
            if rest := [one for one in old if one != value]:
                yield _valued(page, fact, "value removed", (*lines[:at], *lines[at + 1 :]), rest)
            other = (*lines[:at], lines[at].replace(value, f"{value}2", 1), *lines[at + 1 :])
            yield _valued(page, fact, "value removed", other, [f"{one}2" if one == value else one for one in old])


def _valued(page: Page, fact: Fact, rule: str, description: tuple[str, ...], after: list[Any]) -> Edit:
    text = page.with_rows(fact, attrs.evolve(page.row(fact), description=description))
    expected = changed(page, rule, fact.place, "enum", fact.aspects["enum"], after)
    return edit("values", page, f"{fact.place} {after}", text, expected)


def types(page: Page) -> Iterator[Edit]:
    for _, fact, row in plain(page):
        old = fact.aspects["type"], fact.aspects.get("format")
        for word, kind, form in TYPES[old]:
            expected = []
            if old[0] != kind:
                expected.append(changed(page, "type", fact.place, "type", old[0], kind))
            if old[1] != form:
                rule = f"{old[1]} to {form}" if old[0] == kind else "type"
                expected.append(changed(page, rule, fact.place, "format", old[1], form))
            example = fact.aspects.get("example")
            if isinstance(example, int) and kind == "string":
                expected.append(changed(page, "example", fact.place, "example", example, str(example)))
            written = word.lower() if isinstance(page.style, Together) else word
            text = page.with_rows(fact, attrs.evolve(row, type=written))
            yield edit("type", page, f"{fact.place} {word}", text, *expected)


def mandatory(page: Page) -> Iterator[Edit]:
    """Set the other flag; where the page lost the flags, either of them."""
    for fact in (fact for fact in page.plain() if fact.place.split()[0] in REQUEST):
        row, before = page.row(fact), fact.aspects.get("required")
        for flag in (flag for flag in FLAGS if flag.isascii() != page.chinese and flag != row.mandatory):
            after = flag in {"Yes", "是"}
            rule = "now mandatory" if after else "now optional"
            expected = changed(page, rule, fact.place, "required", before, after)
            text = page.with_rows(fact, attrs.evolve(row, mandatory=flag))
            yield edit("mandatory flag", page, f"{fact.place} {flag}", text, expected)


def examples(page: Page) -> Iterator[Edit]:
    """Change the samples in rows, and values in the sample of the response."""
    for fact in page.plain():
        row, before = page.row(fact), fact.aspects.get("example")
        if row.example is not None:
            value, said = (4711, "4711") if isinstance(before, int) else ("Some-Sample",) * 2
            expected = changed(page, "example", fact.place, "example", before, value)
            yield edit("example", page, fact.place, page.with_rows(fact, attrs.evolve(row, example=said)), expected)
    for fact in (fact for fact in page.facts.facts if fact.place.startswith("example")):
        for number in range(fact.lines[0], fact.lines[1] + 1):
            line = re.sub(r'(" ?: )("[^"]+"|\d+)(,?)$', r"\g<1>4711\3", page.lines[number - 1])
            if line != page.lines[number - 1]:
                expected = changed(page, "example", fact.place, "example", fact.aspects["example"], ...)
                yield edit("example", page, f"line {number}", page.replaced((number, number), [line]), expected)


def new_name(page: Page, fact: Fact) -> str:
    kind = fact.place.split()[0]
    return "X-Extra-Label" if kind == "header" else "ExtraLabel" if isinstance(page.style, Together) else "extra_label"


def beside(fact: Fact, name: str) -> str:
    """Return the place that a field next to another one has."""
    return fact.place[: -len(name_of(fact.place))] + name


def own_words(page: Page, row: Row) -> Row:
    said = "由用户自行填写的一段文字。" if page.chinese else "A text of the owner's own choice."
    blank = ("",) if isinstance(page.style, Together) else ()
    return attrs.evolve(row, description=(*blank, said, *blank))


def fields(page: Page) -> Iterator[Edit]:
    """Copy each row under a new name, remove it, rename it."""
    ending = "New" if isinstance(page.style, Together) else "_new"
    for fact in page.plain():
        row, name, in_path = page.row(fact), new_name(page, fact), fact.place.startswith("path ")
        for flag in () if in_path else ("Yes", "No") if row.mandatory else ("",):
            copy = attrs.evolve(own_words(page, row), name=name, mandatory=flag)
            expected = whole(page, "added mandatory" if flag == "Yes" else "added", "added", beside(fact, name))
            text, more = _in_example(page, fact, page.with_rows(fact, row, copy), f'"{name}": "one",\n\\g<0>')
            yield edit("field added", page, f"{fact.place} {flag}", text, expected, *more)
        text, more = _in_path(page, fact, page.with_rows(fact), "")
        gone = whole(page, "removed", "removed", fact.place)
        yield edit("field removed", page, fact.place, text, gone, *more)
    for fact in page.fields():
        row = page.row(fact)
        name = f"{row.name}{ending}"
        expected = whole(page, "renamed", "renamed", fact.place, beside(fact, name))
        text = page.with_rows(fact, attrs.evolve(row, name=name))
        text, more = _in_example(page, fact, text, f'"{name}":')
        text, path = _in_path(page, fact, text, f"/{{{name}}}")
        if row.type.lower() == "object":
            # If the type has no name, the caption of the object's table is the name of the field.
            text = re.sub(rf"^((?:表|Table) ?\d+ ){row.name}$", rf"\g<1>{name}", text, flags=re.MULTILINE)
        yield edit("field renamed", page, fact.place, text, expected, *more, *path)


def _in_path(page: Page, fact: Fact, text: str, new: str) -> tuple[str, list[Expected]]:
    """Replace a parameter of the path in the path, too."""
    if not fact.place.startswith("path "):
        return text, []
    old, path = f"/{{{name_of(fact.place)}}}", page.facts.by_place()["operation"].aspects["path"]
    return text.replace(old, new), [changed(page, "operation", "operation", "path", path, path.replace(old, new))]


def _in_example(page: Page, fact: Fact, text: str, line: str) -> tuple[str, list[Expected]]:
    """Edit the example too: a table of all levels can't be read without it."""
    if fact.place.split()[0] in REQUEST or not isinstance(page.style, Together):
        return text, []
    before = page.facts.by_place()["example 200"].aspects["example"]
    other, count = re.subn(rf'"{name_of(fact.place)}" ?:', line, text, count=1)
    return other, [changed(page, "example", "example 200", "example", before, ...)] if count else []


def objects(page: Page) -> Iterator[Edit]:
    """Remove and copy objects with the table of their fields: each is reported as one change."""
    for fact, (first, last) in _tables(page):
        row, name = page.row(fact), new_name(page, fact)
        without = page.with_rows(fact).split("\n")
        shift = len(without) - len(page.lines)
        text = "\n".join(without[: first - 1 + shift] + without[last + shift :])
        yield edit("object removed", page, fact.place, text, whole(page, "removed", "removed", fact.place))
        words = {"array", "list", "of", "object", "objects"}
        old = next((word for word in re.findall(r"\w+", row.type) if word.lower() not in words), row.name)
        other = name if old == row.name else f"Extra{old}"
        table = [re.sub(rf"\b{old}$", other, line) for line in page.lines[first - 1 : last]]
        copy = attrs.evolve(own_words(page, row), name=name, type=row.type.replace(old, other))
        lines = (*page.lines[:last], *page.gap, *table, *page.lines[last:])
        text = attrs.evolve(page, lines=lines).with_rows(fact, row, copy)
        yield edit("object added", page, fact.place, text, whole(page, "added", "added", beside(fact, name)))


def _tables(page: Page) -> Iterator[tuple[Fact, tuple[int, int]]]:
    """Give the objects with a table of their own, each with the lines of its caption, heading and rows."""
    facts, rows = page.facts.by_place(), page.plain()
    found = [fact for fact in page.fields() if fact not in rows and not isinstance(page.style, Together)]
    for fact in found if len(found) > 1 else ():
        parts = [one for place, one in facts.items() if place.startswith((f"{fact.place}.", f"{fact.place}[]."))]
        first = min(one.lines[0] for one in parts)
        before = max(one.lines[1] for one in facts.values() if one.lines[1] < first)
        yield fact, (before + 1, max(one.lines[1] for one in parts))


def statuses(page: Page) -> Iterator[Edit]:
    """Add and remove rows of a table of statuses, with the body of the status."""
    table = [fact for fact in page.facts.facts if fact.place.startswith("status ")]
    if isinstance(page.style, Together):
        return
    last = table[-1].lines
    for status in ("405", "429", "503"):
        row = page.style.cells([status, "未知的情况" if page.chinese else "Something else"])
        text = page.replaced(last, [*page.lines[last[0] - 1 : last[1]], *page.gap, *row])
        yield edit("status", page, f"{status} added", text, whole(page, "status", "added", f"status {status}"))
    for fact in (fact for fact in table if fact.place != "status 200"):
        gone = {*range(fact.lines[0], fact.lines[1] + 1), *_lines_of_body(page, fact.place.split()[1])}
        text = "\n".join(line for number, line in enumerate(page.lines, 1) if number not in gone)
        yield edit("status", page, f"{fact.place} removed", text, whole(page, "status", "removed", fact.place))
    marks = [line for line in page.lines if re.fullmatch(r"(?:状态码|Status code): 200", line)]
    if len(marks) > 1:
        text = re.sub(r"^((?:状态码|Status code): )200$", r"\g<1>202", page.text(), flags=re.MULTILINE)
        text = re.sub(r"^200( \|)?$", r"202\1", text, flags=re.MULTILINE)
        gone_200 = whole(page, "success removed", "removed", "status 200")
        yield edit("status", page, "200 is 202", text, gone_200, whole(page, "status", "added", "status 202"))


def _lines_of_body(page: Page, status: str) -> range:
    rows = [fact.lines[1] for fact in page.facts.facts if fact.place.startswith(f"{status} ")]
    marks = [number for number, line in enumerate(page.lines, 1) if re.fullmatch(rf".{{3,11}}: {status}", line)]
    return range(marks[0], max(rows) + 1) if rows else range(0)


def errors(page: Page) -> Iterator[Edit]:
    """Add, rename and remove rows of error codes; a status comes with its first code and goes with its last."""
    rows = [fact for fact in page.facts.facts if fact.place.startswith("error ")]
    for fact in rows:
        _, status, code = fact.place.split()
        line, said = page.lines[fact.lines[0] - 1], "The request cannot be served."
        gone = whole(page, "error", "removed", fact.place)
        for other in (status, "429"):
            more = page.style.cells([other, "Account.NotFound", said, "-"])
            come = whole(page, "error", "added", f"error {other} Account.NotFound")
            new = [] if other == status else [whole(page, "status", "added", f"status {other}")]
            yield edit("error", page, f"{fact.place} {other}", page.replaced(fact.lines, [line, *more]), come, *new)
        is_last = sum(one.place.split()[1] == status for one in rows) == 1
        lost = [whole(page, "status", "removed", f"status {status}")] if is_last else []
        yield edit("error", page, f"{fact.place} removed", page.replaced(fact.lines, []), gone, *lost)
        name = f"Other{code}"
        text = page.replaced(fact.lines, [line.replace(f"{status}{code}", f"{status}{name}")])
        come = whole(page, "error", "added", f"error {status} {name}")
        yield edit("error", page, f"{fact.place} renamed", text, gone, come)
        text = page.replaced(fact.lines, page.style.cells([status, code, said, "-"]))
        expected = changed(page, "message", fact.place, "message", fact.aspects["message"], said)
        yield edit("error", page, f"{fact.place} message", text, expected)


def names(page: Page) -> Iterator[Edit]:
    """Change method, path, the name of the operation, and the names of object types."""
    facts = page.facts.by_place()
    if "operation" in facts:
        fact = facts["operation"]
        line = page.lines[fact.lines[0] - 1]
        method, path = fact.aspects["method"], fact.aspects["path"]
        for aspect, old, new in (("method", method, "PUT"), ("path", path, f"{path}-2"), ("path", path, f"/v0{path}")):
            expected = changed(page, "operation", "operation", aspect, old, new)
            yield edit("operation", page, new, page.replaced(fact.lines, [line.replace(old, new)]), expected)
    if "operation id" in facts:
        old = facts["operation id"].aspects["operationId"]
        expected = changed(page, "operation", "operation id", "operationId", old, f"{old}Again")
        text = re.sub(rf"\b{old}(?=Request|\n)", f"{old}Again", page.text())
        yield edit("operation", page, f"{old}Again", text, expected)
    for fact in (fact for fact in page.facts.facts if "schema" in fact.aspects):
        old = fact.aspects["schema"]
        line = rf"^(Array of |)?{old}( ?objects?(?: \|)?)$|^((?:表|Table) ?\d+ ){old}$"
        text = re.sub(line, rf"\1\g<3>New{old}\2", page.text(), flags=re.MULTILINE)
        expected = changed(page, "type name", fact.place, "schema", old, f"New{old}")
        yield edit("type name", page, fact.place, text, expected)


def cosmetic_rows(page: Page) -> Iterator[Edit]:
    """Change words that state nothing, the width of punctuation, and the order of rows."""
    for _, fact, row in plain(page):
        made = edit("cosmetic: words", page, fact.place, page.with_rows(fact, own_words(page, row)))
        yield attrs.evolve(made, reread=meanings(page, fact.place))
    wide = {one: one + 0xFEE0 for one in map(ord, ":,;()!?")}
    for fact in page.plain():
        row = page.row(fact)
        for table in (wide, {full: half for half, full in wide.items()}):
            description = tuple(line.translate(table) for line in row.description)
            if description != row.description:
                text = page.with_rows(fact, attrs.evolve(row, description=description))
                yield edit("cosmetic: punctuation", page, fact.place, text)
    listed = [fact for fact in page.facts.facts if fact.place.startswith("error ")]
    for one, other in (*pairwise(page.plain()), *pairwise(listed)):
        is_near = one in listed or other.lines[0] - one.lines[1] <= 2
        if is_near and re.split(r"[. ][^. ]*$", one.place)[0] == re.split(r"[. ][^. ]*$", other.place)[0]:
            texts = [page.lines[fact.lines[0] - 1 : fact.lines[1]] for fact in (one, other)]
            between = page.lines[one.lines[1] : other.lines[0] - 1]
            text = page.replaced((one.lines[0], other.lines[1]), [*texts[1], *between, *texts[0]])
            yield edit("cosmetic: order", page, one.place, text)


def _spaced(space: str) -> Callable[[Page], str]:
    """Return an edit of the spaces between words; not in samples, where they may be values."""

    def edited(page: Page) -> str:
        samples = [fact.lines for fact in page.facts.facts if fact.place.startswith("example")]
        return "\n".join(
            line if any(first <= number <= last for first, last in samples) else re.sub(r"(?<=\S) (?=\S)", space, line)
            for number, line in enumerate(page.lines, 1)
        )

    return edited


_DATE: Final = r"((?:Last Updated|Updated on|更新时间).?)(?:\d{4}-\d\d-\d\d|\w{3} \d\d, \d{4})"
_MENU: Final = "On this page\nURI\nRequest Parameters\nResponse Parameters\nStatus Codes\nError Codes\nFeedback"
SURROUNDINGS: Final[dict[str, Callable[[Page], str]]] = {
    "blank lines": lambda page: "\n".join(f"{line}\n" for line in page.lines),
    "blank lines in the middle": lambda page: page.text()[:1500] + page.text()[1500:].replace("\n", "\n\n   \n", 3),
    "leading tabs": lambda page: "\n".join(f"\t{line}" for line in page.lines),
    "leading wide spaces": lambda page: "\n".join(f"\u3000{line}" for line in page.lines),
    "trailing spaces": lambda page: "\n".join(f"{line} \xa0" for line in page.lines),
    "two spaces": _spaced("  "),
    "no-break spaces": _spaced(" \xa0"),
    "a menu before": lambda page: f"Home > Documentation\n{_MENU}\n\n{page.text()}",
    "a footer": lambda page: f"{page.text()}\n\n{_MENU}\n意见反馈\nCopyright 2030",
    "another date": lambda page: re.sub(_DATE, r"\g<1>2031-10-10", page.text(), count=1),
    "ends of lines": lambda page: "\r\n".join(page.lines),
    "mixed ends of lines": lambda page: "\r\n".join([*page.lines[:40], "\n".join(page.lines[40:])]),
    "a byte order mark": lambda page: f"\ufeff{page.text()}",
    "numbers of captions": lambda page: re.sub(r"(?m)^(表|Table )(\d)(?= )", r"\g<1>3\2", page.text()),
    "more history": lambda page: re.sub(
        r"(?m)^Change time.*", r"\g<0>\n2030-05-06The request parameters has changedView", page.text()
    ),
    "no history": lambda page: re.sub(r"(?ms)^Change time.*", "", page.text()),
}


def surroundings(page: Page) -> Iterator[Edit]:
    for name, change in SURROUNDINGS.items():
        if (text := change(page)) != page.text():
            yield edit("cosmetic: surroundings", page, name, text)


KINDS: Final = (
    *(sentences, rewordings, bounds, listed_values, types, mandatory, examples, fields, objects, statuses, errors),
    *(names, cosmetic_rows, surroundings),
)


def edits_of(page: Page) -> Iterator[Edit]:
    """Give the edits of a page: of those of one kind, evenly chosen ones."""
    made: dict[str, list[Edit]] = {}
    for kind in KINDS:
        for one in kind(page):
            made.setdefault(one.kind, []).append(one)
    for found in made.values():
        yield from found[:: -(-len(found) // MOST)]


def wrong(edit: Edit) -> list[str]:
    """Return what is wrong with the report of an edit; nothing, if it shows all that is expected and no more."""
    page = edit.page
    try:
        report = compare(page.spec, page.operation, page.facts, read_page(edit.content))
    except PageError as error:
        return [f"unreadable: {error}"]
    left, problems = list(report.items), []
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
    found = (change.kind, change.place, change.aspect, item.severity, item.note is not None)
    if found != (expected.kind, expected.place, expected.aspect, expected.severity, expected.noted):
        return False
    if not any(item.pointer == pointer or item.pointer.startswith(f"{pointer}/") for pointer in expected.pointers):
        return False
    is_whole = change.aspect == "presence" and change.kind != "renamed"
    return is_whole or (_same(change.before, expected.before) and _same(change.after, expected.after))


def _same(found: object, expected: object) -> bool:
    return expected is ... or (found == expected and isinstance(found, bool) == isinstance(expected, bool))


def opened(files: Sequence[Path], folder: Path) -> Iterator[Page]:
    """Give each page with its spec from a folder of specs."""
    specs = [read_spec(file) for file in spec_files(folder)]
    for file in files:
        content = file.read_bytes()
        title = read_page(content).by_place()["title"].aspects["title"]
        spec, operation = next(_owners(specs, title))
        yield page_of(spec.stem, spec, operation, content)


def _owners(specs: Sequence[Spec], title: str) -> Iterator[tuple[Spec, str]]:
    for spec in specs:
        for operation, kept in kept_pages(spec.file.parent, spec.stem).items():
            if kept.page().by_place()["title"].aspects["title"] == title:
                yield spec, operation
