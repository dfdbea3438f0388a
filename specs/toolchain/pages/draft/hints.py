"""What examples and names tell of a text: that it is a time, or that it may be a secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from toolchain.gaps import to_decide
from toolchain.pages.draft.readings import add_reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolchain.pages.facts import Fact

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")
_WORDS: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_SECRET: Final = frozenset({"secret", "password", "passwd", "pwd", "credential", "token", "private"})
_ABOUT: Final = frozenset(
    {"id", "name", "type", "state", "status", "time", "urn", "url", "count", "description", "marker"}
)
"""What is said about a secret, and is none itself."""
_IS_IT: Final = to_decide("password, where it is a secret; otherwise delete this line")
_LOOKS: Final = "Each example that the page has of it is a time as RFC 3339 writes it."


def add_hints(schema: Any, place: str, facts: Mapping[str, Fact]) -> None:
    """Draft the format of a text: a time, where its examples are times; a mark, where its name is that of a secret.

    Args:
        schema: The schema, which is edited in place.
        place: The place of its fact.
        facts: What the page states.
    """
    if schema.get("type") != "string" or "format" in schema:
        return
    examples = list(_examples(place, facts))
    if examples and all(isinstance(one, str) and _TIME.fullmatch(one) for one in examples):
        schema["format"] = "date-time"
        add_reading(schema, "format", None, "date-time", _LOOKS)
    elif _may_be_secret(place):
        schema["format"] = _IS_IT


def _may_be_secret(place: str) -> bool:
    words = [word.lower() for word in _WORDS.findall(re.split(r"[ .]", place.removesuffix("[]"))[-1])]
    return bool(_SECRET & set(words)) and words[-1] not in _ABOUT


def _examples(place: str, facts: Mapping[str, Fact]) -> Iterator[Any]:
    """Give what the page's examples have at a place: beside the field, and inside of the body."""
    if place in facts and "example" in facts[place].aspects:
        yield facts[place].aspects["example"]
    root, _, path = place.partition(" ")
    example = facts.get(f"example {root}")
    if example is not None:
        yield from _inside(example.aspects["example"], path.replace("[]", ".[]").split("."))


def _inside(value: Any, names: list[str]) -> Iterator[Any]:
    if not names:
        yield value
    elif names[0] == "[]":
        for one in value if isinstance(value, list) else ():
            yield from _inside(one, names[1:])
    elif isinstance(value, dict) and names[0] in value:
        yield from _inside(value[names[0]], names[1:])
