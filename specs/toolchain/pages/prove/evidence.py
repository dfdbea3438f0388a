"""A vendor's definition as a second witness: what page, spec and definition each say, side by side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.facts import WORDING, same
from toolchain.pages.safe_text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolchain.pages.facts import Fact
    from toolchain.pages.prove.leaf import Leaf

_OUR_OWN: Final = frozenset({"title", "page", "server", "security", "permission", "example", "operation"})
"""Places that a definition says nothing of, or in other terms."""


@attrs.frozen
class Testimony:
    """What the three witnesses say of one aspect; None of what one of them is silent about."""

    place: str
    aspect: str
    page: Any
    spec: Any
    definition: Any

    @property
    def contradicts(self) -> bool:
        """Whether the definition says otherwise than the spec; silence is no contradiction."""
        return self.definition is not None and not same(self.spec, self.definition)


def testimonies(facts: Mapping[str, Fact], spec: Mapping[str, Leaf], definition: Mapping[str, Leaf]) -> list[Testimony]:
    """Return every aspect of which the three witnesses don't say the same.

    Args:
        facts: What the page says, by place.
        spec: What the spec says.
        definition: What the definition says.
    """
    found: list[Testimony] = []
    for place in dict.fromkeys([*spec, *facts, *definition]):
        if place.partition(" ")[0] not in _OUR_OWN:
            found += _of_place(place, [_said(witness, place) for witness in (facts, spec, definition)])
    return found


def _of_place(place: str, witnesses: Sequence[dict[str, Any]]) -> Iterator[Testimony]:
    """Give the aspects of which the witnesses differ; one that hasn't the place at all only differs in that."""
    for aspect in dict.fromkeys(aspect for witness in witnesses for aspect in witness):
        heard = [witness.get(aspect) for witness in witnesses if witness or aspect == "presence"]
        if not all(same(value, heard[0]) for value in heard):
            yield Testimony(place, aspect, *(witness.get(aspect) for witness in witnesses))


def _said(witness: Mapping[str, Any], place: str) -> dict[str, Any]:
    if place not in witness:
        return {}
    aspects = {
        name: value for name, value in witness[place].aspects.items() if name not in {WORDING, "example", "schema"}
    }
    return {"presence": "present", **aspects}


def testimonies_as_text(heard: Mapping[str, Sequence[Testimony]]) -> str:
    """Return what the witnesses say, side by side, where the definition says something that another doesn't."""
    lines = []
    for operation, found in heard.items():
        told = [one for one in found if one.definition is not None]
        silent = f"of {len(found) - len(told)} more it is silent"
        lines.append(
            f"{operation}: {len(told)} aspects of which the definition says what page or spec doesn't; {silent}"
        )
        for one in told:
            said = zip(("page", "spec", "definition"), (one.page, one.spec, one.definition), strict=True)
            lines.append(f"  {shown(one.place)[1:-1]}: {one.aspect}")
            lines += [f"    {witness:<11}{'silent' if value is None else shown(value)}" for witness, value in said]
    return "\n".join(lines)


def testimonies_as_json(heard: Mapping[str, Sequence[Testimony]]) -> str:
    """Return the same for programs: an object with a list for each operation."""
    return json.dumps({operation: [attrs.asdict(one) for one in found] for operation, found in heard.items()}, indent=2)
