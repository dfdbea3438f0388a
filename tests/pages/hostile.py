"""Pages that are built to take long, or to break the reader, each made in a size that the caller asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import isqrt
from typing import Final, TypeAlias

Make: TypeAlias = Callable[[int], str]
HEAD: Final = "Lamps\nURI\nGET /v9/lamps\nTable 1 Query parameters\nParameter\nMandatory\nType\nDescription\n"
ROW: Final = "limit\nNo\nInteger\nHow many.\n"
RESPONSE: Final = "Response Parameters\nStatus code: 200\n"
_BODY: Final = HEAD + ROW + RESPONSE
_EXAMPLES: Final = HEAD + ROW + "Example Responses\n"
_FIELDS: Final = "Parameter\nType\nDescription\n"
_UNDERLINED: Final = "Lamps\n=====\n\n.. note:: a\n\n"
_REPEATED: Final[dict[str, tuple[str, ...]]] = {
    "": ("{", "|", "[", "`", "\\", "a", "1", "<", "表", "|\n", "|a\n", "---\n", "{\n", "Aa\n"),
    "# Lamps\n\n## Request parameters\n\n": ("|a|b|\n", "limit\n\nType: String\n\n", "- limit: a\n", "```\n{\n```\n"),
    "# Lamps\n": ("[a](" * 1_000 + "\n", "**a* `" * 700 + "\n", "<a " * 1_500 + "\n"),
    _UNDERLINED: ("- a\n\n", "a\n   Type: String\n\n", "a\n-\n\n", ".. code::\n\n   {\n\n", ":ref:`a <b>` ", "*a "),
    f"{_UNDERLINED}+---+---+\n": ("| a | b |\n+---+---+\n",),
    HEAD: ("limit{}\nNo\nInteger\nHow many.\n", _FIELDS),
    HEAD + ROW: ("a\n", "limit\nNo\n", "Parameter\n", "-" * 4_999 + "x\n", "Yes\n", "Request Parameters\n"),
    "URI\n| Parameter | Type |\n": ("\\|\n", "| limit | String |\n"),
    "URI\n|\nParameter |\nType |\n|\nlimit |\n": ("String\n",),
    _BODY: ("Table 1 X{}\n", f"Table 1 X{{}}\n{_FIELDS}a\nX{{}} object\nb\n", "Status code: 404\n"),
    _BODY + _FIELDS: ("a{}\nX{} object\nb\n",),
    "Request parameters\nParameterTypeRequiredDescriptionExample\n": ("Limit{}stringNo\n\nWhat.\n\n3\n",),
    "Response parameters\nParameterTypeRequiredDescriptionExample\n": ("A{}object\n",),
    "Error codes\nHTTP status codeError codeError messageDescription\n": ("400NoPermissionno x-\n",),
    _EXAMPLES: ("{ }\n", "[]\n", '{"a":\n', '{\n"\\"\n'),
    "<html><table><tr>": ("<td>a",),
    "<html><h4>URI</h4><table><tr><th>Parameter<th>Type</tr>": ("<tr><td>a<td>String</tr>",),
    "<html>": ("</p></div>", "<!-- <td> -->", "<b", "<ul><li>a</ul>", "&amp;&#124;&nbsp;&x;"),
    "<html><pre>": ("a\n",),
}
"""Texts that are repeated, by the text above them; `{}` is a number."""
_IN_DESCRIPTIONS: Final = ("options ", "a_", "Valid values: a, ", "1,", "1 to ", "is ", "取值为", "\n• a: b", "A: ")


def _repeated(above: str, text: str, size: int) -> str:
    if "{}" not in text:
        return above + text * (size // len(text))
    return above + "".join(text.replace("{}", str(number)) for number in range(size // (len(text) + 5)))


def _described(text: str, size: int) -> str:
    """Make descriptions as long as they can be, in as many rows as it takes."""
    row = f"limit\nNo\nString\n{_repeated('', text, min(size // 3, 19_000))}\n"
    return HEAD + row * max(3, size // len(row))


def _each_other(size: int) -> str:
    """Make objects whose tables name each other, each with many fields: a body without an end."""
    schemas = [f"S{number}" for number in range(12)]
    row = "".join(f"f{number}\nArray of {schema} objects\nMany.\n" for number, schema in enumerate(schemas))
    tables = "".join(f"Table 2 {schema}\n{_FIELDS}{row}" for schema in schemas)
    return _repeated(f"{_BODY}Table 2 Body\n{_FIELDS}{row}", tables, 4 * size)


def _nested(tag: str, depth: int) -> str:
    return f"<html><body>{f'<{tag}>' * depth}limit{f'</{tag}>' * depth}</body></html>"


_MADE: Final[dict[str, Make]] = {
    f"{above[-20:]!r}, then {text[:20]!r}": partial(_repeated, above, text)
    for above, texts in _REPEATED.items()
    for text in texts
}
TEXTS: Final[dict[str, Make]] = {
    **{name: make for name, make in _MADE.items() if "<html>" not in make(0)},
    **{f"descriptions of {text!r}": partial(_described, text) for text in _IN_DESCRIPTIONS},
    "tables that name each other": _each_other,
    "lists in each other": lambda size: _UNDERLINED + "".join(f"{' ' * at}- a\n\n" for at in range(isqrt(size))),
    "a title": lambda size: f"Aa{'B' * min(size, 19_000)}!\n{HEAD}{ROW}",
    "deep examples": lambda size: f"{_EXAMPLES}{'[' * min(size, 19_000)}\n{']' * min(size, 19_000)}",
}
HTML: Final[dict[str, Make]] = {
    **{name: make for name, make in _MADE.items() if name not in TEXTS},
    "attributes": lambda size: f"<html><p {_repeated('', 'a{}=1 ', size)}>x</p></html>",
    "tables in tables": lambda size: _nested("table><tr><td", size // 20),
    "open tags": lambda size: _nested("div", size // 10),
}
