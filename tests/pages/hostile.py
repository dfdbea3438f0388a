"""Pages that are built to take long, or to break the reader, each made in a size that the caller asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

Make: TypeAlias = Callable[[int], str]
HEAD: Final = "Lamps\nURI\nGET /v9/lamps\nTable 1 Query parameters\nParameter\nMandatory\nType\nDescription\n"
ROW: Final = "limit\nNo\nInteger\nHow many.\n"
RESPONSE: Final = "Response Parameters\nStatus code: 200\n"
_BODY: Final = HEAD + ROW + RESPONSE
_EXAMPLES: Final = HEAD + ROW + "Example Responses\n"
_JOINED: Final = "Request parameters\nParameterTypeRequiredDescriptionExample\n"
_FIELDS: Final = "Parameter\nType\nDescription\n"
_MARKED: Final = "# Lamps\n\n## Request parameters\n\n"
_UNDERLINED: Final = "Lamps\n=====\n\n.. note:: a\n\n"
_GRID: Final = "+---+---+\n"


def _fill(text: str, size: int) -> str:
    return text * (size // len(text))


def _numbered(text: str, size: int) -> str:
    return "".join(text.replace("{}", str(number)) for number in range(size // (len(text) + 5)))


def _repeated(before: str, text: str) -> Make:
    return lambda size: before + (_numbered(text, size) if "{}" in text else _fill(text, size))


def _described(text: str) -> Make:
    """Make descriptions as long as they can be, in as many rows as it takes."""

    def make(size: int) -> str:
        row = f"limit\nNo\nString\n{_fill(text, min(size // 3, 19_000))}\n"
        return HEAD + row * max(3, size // len(row))

    return make


def _each_other(size: int) -> str:
    """Make objects whose tables name each other, each with many fields: a body without an end."""
    schemas = [f"S{number}" for number in range(12)]
    row = "".join(f"f{number}\nArray of {schema} objects\nMany.\n" for number, schema in enumerate(schemas))
    tables = "".join(f"Table 2 {schema}\n{_FIELDS}{row}" for schema in schemas)
    return _BODY + f"Table 2 Body\n{_FIELDS}{row}" + _fill(tables, 2 * size)


def _nested(tag: str, depth: int) -> str:
    return f"<html><body>{f'<{tag}>' * depth}limit{f'</{tag}>' * depth}</body></html>"


_REPEATED: Final[dict[str, list[str]]] = {
    "": [
        "{",
        "|",
        "[",
        "-",
        "`",
        "\\",
        "a",
        "A",
        "1",
        "<",
        "表",
        "|\n",
        "a|\n",
        "|a\n",
        "\\|\n",
        "---\n",
        "{\n",
        "Aa\n",
    ],
    _MARKED: ["|a|b|\n", "limit\n\nType: String\n\n", "|--|--|\n", "- limit: a\n", "## Request\n", "```\n{\n```\n"],
    "# Lamps\n": ["[a](" * 1_000 + "\n", "**a* `" * 700 + "\n", "<a " * 1_500 + "\n"],
    _UNDERLINED: ["- a\n\n", "a\n   Type: String\n\n", "a\n-\n\n", ".. code::\n\n   {\n\n", ":ref:`a <b>` ", "*a "],
    _UNDERLINED + _GRID: ["| a | b |\n" + _GRID],
    HEAD: [ROW, "limit{}\nNo\nInteger\nHow many.\n", _FIELDS],
    HEAD + ROW: [
        *("a\n", "limit\nNo\n", "Parameter\n", "-" * 4_999 + "x\n", "Yes\n", "| Parameter | Type |\na\n"),
        *("Request Parameters\nResponse Parameters\n", "Status Codes\nStatus Code\nDescription\n404\nNo lamp.\n"),
    ],
    "URI\n| Parameter | Type |\n": ["\\|\n", "| limit | String |\n"],
    "URI\n|\nParameter |\nType |\n|\nlimit |\n": ["String\n"],
    _BODY: [
        *("Table 1 X{}\n", f"Table 1 X\n{_FIELDS}a\nX object\nb\n", f"Table 1 X{{}}\n{_FIELDS}a\nX{{}} object\nb\n"),
        *(f"{_FIELDS}a\nObject\nb\n", "Status code: 404\n"),
    ],
    _BODY + _FIELDS: ["a{}\nX{} object\nb\n"],
    _JOINED: ["Limit{}stringNo\n\nWhat.\n\n3\n", "arrayobject"],
    _JOINED.replace("Request", "Response"): ["A{}object\n"],
    "Error codes\nHTTP status codeError codeError messageDescription\n": ["400NoPermissionno x-\n"],
    "Authorization Information\n| Action | Access Level |\n": ["| a:b | List |\n"],
    _EXAMPLES: ["{ }\n", "[]\n", '{"a":\n'],
    _EXAMPLES + "{\n": ['"\\"\n'],
    "<html><table><tr>": ["<td>a"],
    "<html><h4>URI</h4><table><tr><th>Parameter<th>Type</tr>": ["<tr><td>a<td>String</tr>"],
    "<html><table><tr><td>": ["<br>"],
    "<html>": ["</p></div>", "<!-- <td> -->", "<b", "<ul><li>a</ul>", "<pre>a</pre>"],
    "<html><p>": ["&amp;&#124;&nbsp;&x;"],
    "<html><pre>": ["a\n"],
}
"""Texts that are repeated, by what stands before them; `{}` is a number."""
_IN_DESCRIPTIONS: Final = (
    *("options ", "a", "a_", "Valid values: a, ", "1,", "1 to ", "is ", "a(", "取值为", "\n• a: b", "A: ", "默认", "{"),
    "。",
)
TEXTS: Final[dict[str, Make]] = {
    **{
        f"{before[-20:]!r}, then {text[:20]!r}": _repeated(before, text)
        for before, texts in _REPEATED.items()
        if not before.startswith("<html>")
        for text in texts
    },
    **{f"descriptions of {text!r}": _described(text) for text in _IN_DESCRIPTIONS},
    "tables that name each other": _each_other,
    "lists in each other": lambda size: (
        _UNDERLINED + "".join(f"{' ' * at}- a\n\n" for at in range(min(900, size // 100)))
    ),
    "dates": lambda size: _fill("Last updated: 2025-01-01\n", size) + HEAD + ROW,
    "a title": lambda size: "Aa" + "B" * min(size, 19_000) + "!\n" + HEAD + ROW,
    "deep examples": lambda size: _EXAMPLES + "[" * min(size, 19_000) + "\n" + "]" * min(size, 19_000),
}
HTML: Final[dict[str, Make]] = {
    **{
        f"{before!r}, then {text!r}": _repeated(before, text)
        for before, texts in _REPEATED.items()
        for text in texts
        if before.startswith("<html>")
    },
    "attributes": lambda size: f"<html><p {_numbered('a{}=1 ', size)}>x</p></html>",
    "tables in tables": lambda size: _nested("table><tr><td", min(size // 20, 5_000)),
    "open tags": lambda size: _nested("div", min(size // 10, 100_000)),
    "nested pre": lambda size: _nested("pre", min(size // 10, 200)),
}
