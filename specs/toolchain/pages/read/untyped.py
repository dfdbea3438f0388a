"""Finds the types that the page doesn't state, from the rows below and from the example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.facts import Unread
from toolchain.pages.read.samples import fits, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from toolchain.pages.read.fields import Field
    from toolchain.pages.read.samples import Sample

_ARTICLES: Final = {"object": "an object", "array": "an array"}


def with_types(placed: Sequence[tuple[str, Field]], sample: Sample) -> tuple[list[tuple[str, Field]], list[Unread]]:
    """Return fields with the types that the structure of the page shows, and report those without one.

    A row without a type has the type of its value in the example.

    Args:
        placed: The fields with their places.
        sample: The example.
    """
    parents = _parents(placed)
    found: list[tuple[str, Field]] = []
    unread: list[Unread] = []
    for place, field in placed:
        typed, problem = _typed(place, field, sample, parents)
        found += typed
        problem = problem or _contradiction(typed[0][1], sample)
        if problem is not None:
            unread.append(Unread(field.lines, f"{field.name}: {problem}"))
    return found, unread


def _parents(placed: Sequence[tuple[str, Field]]) -> set[str]:
    """Return all places that contain others."""
    found: set[str] = set()
    for place, field in placed:
        above = place[: -len(field.name) - 1] if field.name and not place.endswith("[]") else ""
        while above and above not in found:
            found.add(above)
            cut = max(above.rfind("."), above.rfind(" "))
            above = above.removesuffix("[]") if above.endswith("[]") else above[: max(cut, 0)]
    return found


def _typed(
    place: str, field: Field, sample: Sample, parents: AbstractSet[str]
) -> tuple[list[tuple[str, Field]], str | None]:
    """Return a field with its type, and its elements if it is an array; and the problem, if any."""
    value = sample.at(field.shown_at)
    if place.endswith("[]"):
        aspects, problem = _of_elements(place, field, value, parents)
        return [(place, attrs.evolve(field, aspects=aspects))], problem
    if field.stated is None:
        return [(place, field)], None
    schema = field.schemas()[0]
    if f"{place}[]" in parents or (isinstance(value, list) and not (schema and place in parents)):
        return _array(place, field, sample, parents)
    kind, problem = _kind(place, field, value, parents)
    named = {"schema": schema} if schema and kind == "object" else {}
    typed = attrs.evolve(field, aspects={**field.aspects, **({"type": kind} if kind else {}), **named})
    return [(place, typed)], problem


def _array(
    place: str, field: Field, sample: Sample, parents: AbstractSet[str]
) -> tuple[list[tuple[str, Field]], str | None]:
    """Return an array without a stated type, and its elements."""
    items = {"type": "object"} if f"{place}[]" in parents else {}
    (_, whole), (at, element) = attrs.evolve(
        field, aspects={**field.aspects, "type": "array"}, items=items, stated=None
    ).with_elements(place)
    aspects, problem = _of_elements(at, element, sample.at(element.shown_at), parents)
    return [(place, whole), (at, attrs.evolve(element, aspects=aspects))], problem


def _kind(place: str, field: Field, value: Any, parents: AbstractSet[str]) -> tuple[str | None, str | None]:
    """Return the type of a field that is no array, and the problem, if any."""
    shown = kind_of(value)
    if place in parents or (isinstance(value, dict) and value):
        is_certain = shown == "object" or (shown is None and bool(field.schemas()[0]))
        return "object", None if is_certain else "no example shows whether it is an object or an array of objects"
    if field.stated:
        return None, "the type can't be read"
    if shown is None or shown == "object":
        return None, "the page states no type"
    return shown, None


def _of_elements(place: str, field: Field, value: Any, parents: AbstractSet[str]) -> tuple[dict[str, Any], str | None]:
    """Return the aspects of an array's elements, and the problem, if any."""
    if "type" in field.aspects:
        return field.aspects, None
    if place in parents or (isinstance(value, dict) and value) or place.removesuffix("[]") in parents:
        return {**field.aspects, "type": "object"}, None
    rest = {name: aspect for name, aspect in field.aspects.items() if name != "schema"}
    if "schema" in field.aspects:
        return rest, "the type of its elements can't be read"
    kind = kind_of(value)
    if kind is None or isinstance(value, dict):
        return rest, "the page states no type of its elements"
    return {**rest, "type": kind}, None


def _contradiction(field: Field, sample: Sample) -> str | None:
    """Return how the example contradicts the structure that a row states."""
    value = sample.at(field.shown_at)
    shown = kind_of(value)
    if shown is None or fits(field.kind, value):
        return None
    is_stated, is_shown = (_ARTICLES.get(kind or "", f"a value ({kind})") for kind in (field.kind, shown))
    return f"{is_stated} in the table, {is_shown} in the example"
