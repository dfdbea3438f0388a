"""Pages that are built to take long, or to break something: each of a size that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

HEAD: Final = "Lamps\nURI\nGET /v9/lamps\nTable 1 Query parameters\nParameter\nMandatory\nType\nDescription\n"
ROW: Final = "limit\nNo\nInteger\nHow many.\n"
RESPONSE: Final = "Response Parameters\nStatus code: 200\n"
_FLAT: Final = "Request parameters\nParameterTypeRequiredDescriptionExample\n"
_FIELDS: Final = "Parameter\nType\nDescription\n"


def _fill(text: str, size: int) -> str:
    return text * (size // len(text))


def _numbered(text: str, size: int) -> str:
    return "".join(text.replace("{}", str(number)) for number in range(size // (len(text) + 5)))


def _described(text: str) -> Callable[[int], str]:
    """Give descriptions as long as they can be, in as many rows as it takes."""

    def made(size: int) -> str:
        row = f"limit\nNo\nString\n{_fill(text, min(size // 3, 19_000))}\n"
        return HEAD + row * max(3, size // len(row))

    return made


def _within(before: str, text: str, after: str = "") -> Callable[[int], str]:
    return lambda size: before + _fill(text, size) + after


def _each_other(size: int) -> str:
    """Give objects whose tables name each other, each with many fields: a body without an end."""
    schemas = [f"S{number}" for number in range(12)]
    row = "".join(f"f{number}\nArray of {schema} objects\nMany.\n" for number, schema in enumerate(schemas))
    tables = "".join(f"Table 2 {schema}\n{_FIELDS}{row}" for schema in schemas)
    return HEAD + ROW + RESPONSE + f"Table 2 Body\n{_FIELDS}{row}" + _fill(tables, size)


_MARKED: Final = "# Lamps\n\n## Request parameters\n\n"
_UNDERLINED: Final = "Lamps\n=====\n\n.. note:: a\n\n"
_GRID: Final = "+---+---+\n"


def _nested(tag: str, depth: int) -> str:
    return f"<html><body>{f'<{tag}>' * depth}limit{f'</{tag}>' * depth}</body></html>"


TEXTS: Final[dict[str, Callable[[int], str]]] = {
    **{
        f"Markdown of {text!r}": _within(_MARKED, text)
        for text in (
            "|a|b|\n",
            "limit\n\nType: String\n\n",
            "a\n\n",
            "|--|--|\n",
            "- limit: a\n",
            "## Request\n",
            "```\n{\n```\n",
        )
    },
    **{
        f"reStructuredText of {text!r}": _within(_UNDERLINED, text)
        for text in ("- a\n\n", "a\n   Type: String\n\n", "a\n-\n\n", ".. code::\n\n   {\n\n", ":ref:`a <b>` ", "*a ")
    },
    "a grid": _within(_UNDERLINED + _GRID, "| a | b |\n" + _GRID),
    "lists in each other": lambda size: (
        _UNDERLINED + "".join(f"{' ' * at}- a\n\n" for at in range(min(900, size // 100)))
    ),
    **{f"only {text!r}": _within("", text) for text in ("{", "|", "[", "-", "`", "\\", "a", "A", "1", "<", "#", "表")},
    **{
        f"lines of {text!r}": _within("", text)
        for text in ("|\n", "a\n", "a|\n", "|a\n", "\\|\n", "---\n", "{\n", "Aa\n")
    },
    **{
        f"a page, then {text!r}": _within(HEAD + ROW, text)
        for text in ("a\n", "limit\nNo\n", "String\n", "Parameter\n", "Parameter\nType\n", "-" * 9_999 + "x\n", "Yes\n")
    },
    "headings": _within(HEAD, "Parameter\nMandatory\nType\nDescription\n"),
    "headings between pipes": _within(HEAD + ROW, "| Parameter | Type |\n"),
    "headings and lines": _within(HEAD + ROW, "| Parameter | Type |\na\n"),
    "a table of escaped pipes": _within("URI\n| Parameter | Type |\n", "\\|\n"),
    "rows between pipes": _within("URI\n| Parameter | Type |\n", "| limit | String |\n"),
    "cells over many lines": _within("URI\n|\nParameter |\nType |\n|\nlimit |\n", "String\n"),
    "sections": _within(HEAD + ROW, "Request Parameters\nResponse Parameters\n"),
    "captions": lambda size: HEAD + ROW + RESPONSE + _numbered("Table 1 X{}\n", size),
    "tables of one name": _within(HEAD + ROW + RESPONSE, f"Table 1 X\n{_FIELDS}a\nX object\nb\n"),
    "tables of many names": lambda size: (
        HEAD + ROW + RESPONSE + _numbered(f"Table 1 X{{}}\n{_FIELDS}a\nX{{}} object\nb\n", size)
    ),
    "tables without names": _within(HEAD + ROW + RESPONSE, f"{_FIELDS}a\nObject\nb\n"),
    "objects without tables": lambda size: HEAD + ROW + RESPONSE + _FIELDS + _numbered("a{}\nX{} object\nb\n", size),
    "tables that name each other": _each_other,
    "statuses": _within(HEAD + ROW + RESPONSE, "Status code: 404\n"),
    "status codes": _within(HEAD + ROW + "Status Codes\nStatus Code\nDescription\n", "404\nNo such lamp.\n"),
    "dates": lambda size: _fill("Last updated: 2025-01-01\n", size) + HEAD + ROW,
    "a title": lambda size: "Aa" + "B" * min(size, 19_000) + "!\n" + HEAD + ROW,
    "titles": _within("", "Aa" + "B" * 5_000 + "!\nURI\n"),
    "parameters": lambda size: HEAD + _numbered("limit{}\nNo\nInteger\nHow many.\n", size),
    "one parameter, many times": _within(HEAD, ROW),
    "rows run together": lambda size: _FLAT + _numbered("Limit{}stringNo\n\nWhat.\n\n3\n", size),
    "words run together": _within(_FLAT, "arrayobject"),
    "objects in objects": lambda size: _FLAT.replace("Request", "Response") + _numbered("A{}object\n", size),
    "errors run together": _within(
        "Error codes\nHTTP status codeError codeError messageDescription\n", "400NoPermissionno x-\n"
    ),
    "examples": _within(HEAD + ROW + "Example Responses\n", "{}\n"),
    "examples of arrays": _within(HEAD + ROW + "Example Responses\n", "[]\n"),
    "an example without an end": _within(HEAD + ROW + "Example Responses\n", '{"a":\n'),
    "an example of texts": _within(HEAD + ROW + "Example Responses\n{\n", '"\\"\n'),
    "deep examples": lambda size: (
        HEAD + ROW + "Example Responses\n" + "[" * min(size, 19_000) + "\n" + "]" * min(size, 19_000)
    ),
    "permissions": _within("Authorization Information\n| Action | Access Level |\n", "| a:b | List |\n"),
    "links": _within("# Lamps\n", "[a](" * 4_000 + "\n"),
    "marks": _within("# Lamps\n", "**a* `" * 3_000 + "\n"),
    "tags in Markdown": _within("# Lamps\n", "<a " * 6_000 + "\n"),
    **{
        f"descriptions of {text!r}": _described(text)
        for text in (
            "options ",
            "a",
            "a_",
            "Valid values: a, ",
            "1,",
            "1 to ",
            "is ",
            "a(",
            "取值为",
            "\n• a: b",
            "A: ",
            "默认",
            "{",
            "。",
        )
    },
}
HTML: Final[dict[str, Callable[[int], str]]] = {
    "attributes": lambda size: f"<html><p {_numbered('a{}=1 ', size)}>x</p></html>",
    "cells": _within("<html><table><tr>", "<td>a"),
    "rows": _within("<html><h4>URI</h4><table><tr><th>Parameter<th>Type</tr>", "<tr><td>a<td>String</tr>"),
    "breaks": _within("<html><table><tr><td>", "<br>"),
    "tables in tables": lambda size: _nested("table><tr><td", min(size // 20, 5_000)),
    "tags that are closed twice": _within("<html>", "</p></div>"),
    "entities": _within("<html><p>", "&amp;&#124;&nbsp;&x;"),
    "comments": _within("<html>", "<!-- <td> -->"),
    "tags without an end": _within("<html>", "<b"),
    "lists": _within("<html>", "<ul><li>a</ul>"),
    "open tags": lambda size: _nested("div", min(size // 10, 100_000)),
    "pre": _within("<html><pre>", "a\n"),
    "many pre": _within("<html>", "<pre>a</pre>"),
    "nested pre": lambda size: _nested("pre", min(size // 10, 200)),
}
