"""The example of a body as evidence: which object has which field, and what no row describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

Steps: TypeAlias = "tuple[str, ...]"
"""The path to a value of an example: names of fields, and `[]` for the elements of an array."""
_ELEMENTS: Final = "[]"
_MOST_PLACES: Final = 20
"""The most places of one name."""
_KINDS: Final = {dict: "object", list: "array", bool: "boolean", int: "integer", float: "number", str: "string"}
_STRUCTURES: Final = frozenset({"object", "array"})


def kind_of(value: Any) -> str | None:
    """Return the OpenAPI type of a value; None for null."""
    return _KINDS.get(type(value))


def fits(kind: str | None, value: Any) -> bool:
    """Return whether a value has the structure of a type: object, array, or neither.

    Args:
        kind: The type; None if unknown.
        value: The value.
    """
    shown = kind_of(value)
    return kind is None or shown is None or kind == shown or not {kind, shown} & _STRUCTURES


def shown_way(way: Steps) -> str:
    """Return the path to an object of an example as text."""
    return ".".join(way).replace(".[]", "[]") or "the body"


class Sample:
    """An example of a body, with the elements of each array merged, and the fields that rows describe.

    Attributes:
        described: The names of described fields, by the path to their object.
    """

    def __init__(self, *bodies: Any) -> None:
        """Merge the examples of a body.

        Args:
            bodies: The bodies.
        """
        self._value = _condensed(list(bodies))[0] if bodies else None
        self._places: dict[str, list[Steps]] = {}
        self._names: dict[Steps, dict[str, str]] = {}
        self._index(self._value, ())
        self.described: dict[Steps, set[str]] = {}
        self._rows: set[Steps] = set()

    def at(self, way: Steps | None) -> Any:
        """Return the value at a path; None if there is none."""
        value = None if way is None else self._value
        for step in way or ():
            if step == _ELEMENTS:
                value = value[0] if isinstance(value, list) and value else None
            else:
                value = value.get(step) if isinstance(value, dict) else None
        return value

    def called(self, way: Steps | None, name: str) -> str | None:
        """Return the spelling of a field's name in an object of the example; None if it has no such field."""
        names = self.at(way)
        if not isinstance(names, dict):
            return None
        return name if name in names else self._names.get(way or (), {}).get(name.casefold())

    def free(self, way: Steps | None, name: str, kind: str | None) -> str | None:
        """Return the same for a field that no row describes yet, if its value fits the type."""
        shown = self.called(way, name)
        if shown is None or way is None or shown in self.described.get(way, ()):
            return None
        return shown if fits(kind, self.at((*way, shown))) else None

    def below(self, way: Steps | None, name: str, kind: str | None, known: AbstractSet[str]) -> Steps | None:
        """Return the path to the one object below another that has an undescribed field; None if several or none do.

        Args:
            way: The place.
            name: The name.
            kind: The type of the field.
            known: The names of rows, in lower case: the path may lead through such an object only if no row describes
                it, and it is the only field.
        """
        found = [
            place[:-1]
            for place in self._places.get(name.casefold(), ())
            if way is not None
            if place[: len(way)] == way and len(place) > len(way) + 1
            if not any(
                step.casefold() in known and not self._is_wrapper(place, at)
                for at, step in enumerate(place[:-1])
                if at >= len(way)
            )
            if self.free(place[:-1], place[-1], kind) is not None
        ]
        return found[0] if len(found) == 1 else None

    def describe(self, way: Steps | None, name: str, *, is_row: bool = True) -> None:
        """Mark a field as described, by a row or by the fields in it.

        Args:
            way: The path to its object.
            name: Its spelling in the example.
            is_row: Whether a row describes it.
        """
        if way is not None:
            self.described.setdefault(way, set()).add(name)
            if is_row:
                self._rows.add((*way, name))

    def left(self) -> Iterator[tuple[Steps, list[str]]]:
        """Yield the undescribed fields of the body and of each object with a described field."""
        for way, names in {(): set[str](), **self.described}.items():
            shown = self.at(way)
            if isinstance(shown, dict) and (missing := [name for name in shown if name not in names]):
                yield way, missing

    def _is_wrapper(self, place: Steps, at: int) -> bool:
        """Return whether a field is the only one of its object, and no row describes it."""
        return place[: at + 1] not in self._rows and len(self._names.get(place[:at], ())) == 1

    def _index(self, value: Any, way: Steps) -> None:
        if isinstance(value, list):
            for element in value[:1]:
                self._index(element, (*way, _ELEMENTS))
        elif isinstance(value, dict):
            self._names[way] = {name.casefold(): name for name in value}
            for name, inner in value.items():
                places = self._places.setdefault(name.casefold(), [])
                if len(places) < _MOST_PLACES:
                    places.append((*way, name))
                self._index(inner, (*way, name))


def _condensed(value: Any) -> Any:
    """Return a value with the elements of each array merged into one that has the fields of all."""
    if isinstance(value, dict):
        return {name: _condensed(inner) for name, inner in value.items()}
    if not isinstance(value, list):
        return value
    merged: Any = None
    for element in value:
        merged = _merged(merged, _condensed(element))
    return [merged] if value else []


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: _merged(one.get(name), other.get(name)) for name in {**one, **other}}
    if isinstance(one, list) and isinstance(other, list):
        return [_merged(one[0], other[0])] if one and other else one or other
    return other if one is None or one in ({}, []) else one
