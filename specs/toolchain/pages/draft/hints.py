"""Guess the format of a string: a time by its examples, a secret by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from toolchain.gaps import decision_mark
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
"""Last words of names that describe a secret without being one."""
_IS_IT: Final = decision_mark("password if it is a secret; otherwise delete this line")
_LOOKS: Final = "Every example on the page is an RFC 3339 time."


def add_hints(schema: Any, place: str, facts: Mapping[str, Fact]) -> None:
    """Draft the format of a string: a time if its examples are times, a mark if its name suggests a secret.

    Args:
        schema: The schema; edited in place.
        place: The place of its fact.
        facts: The facts of the page.
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
    """Yield the values of a place in the examples: those of the field, and those in the body."""
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
