"""A vendor's definition as further evidence: what page, spec and definition each say, side by side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.facts import WORDING, same
from toolchain.pages.safe_text import shown, shown_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolchain.pages.facts import Fact
    from toolchain.pages.prove.leaf import Leaf

_OUR_OWN: Final = frozenset({"title", "page", "server", "security", "permission", "example", "operation"})
"""Places that a definition says nothing of, or in other terms."""


@attrs.frozen
class Evidence:
    """What the three sources say of one aspect; None of what one of them is silent about."""

    place: str
    aspect: str
    page: Any
    spec: Any
    definition: Any

    @property
    def contradicts(self) -> bool:
        """Whether the definition says otherwise than the spec; silence is no contradiction."""
        return self.definition is not None and not same(self.spec, self.definition)


def evidence(facts: Mapping[str, Fact], spec: Mapping[str, Leaf], definition: Mapping[str, Leaf]) -> list[Evidence]:
    """Return every aspect of which the three sources don't say the same.

    Args:
        facts: What the page says, by place.
        spec: What the spec says.
        definition: What the definition says.
    """
    found: list[Evidence] = []
    for place in dict.fromkeys([*spec, *facts, *definition]):
        if place.partition(" ")[0] not in _OUR_OWN:
            found += _of_place(place, [_said(source, place) for source in (facts, spec, definition)])
    return found


def _of_place(place: str, sources: Sequence[dict[str, Any]]) -> Iterator[Evidence]:
    """Give the aspects of which the sources differ; one that hasn't the place at all only differs in that."""
    for aspect in dict.fromkeys(aspect for source in sources for aspect in source):
        values = [source.get(aspect) for source in sources if source or aspect == "presence"]
        if not all(same(value, values[0]) for value in values):
            yield Evidence(place, aspect, *(source.get(aspect) for source in sources))


def _said(source: Mapping[str, Fact | Leaf], place: str) -> dict[str, Any]:
    if place not in source:
        return {}
    aspects = {
        name: value for name, value in source[place].aspects.items() if name not in {WORDING, "example", "schema"}
    }
    return {"presence": "present", **aspects}


def evidence_as_text(by_operation: Mapping[str, Sequence[Evidence]]) -> str:
    """Return what the sources say, side by side, where the definition says something that another doesn't."""
    lines = []
    for operation, found in by_operation.items():
        stated = [one for one in found if one.definition is not None]
        silent = f"of {len(found) - len(stated)} more it is silent"
        lines.append(
            f"{operation}: {len(stated)} aspects of which the definition says what page or spec doesn't; {silent}"
        )
        for one in stated:
            said = zip(("page", "spec", "definition"), (one.page, one.spec, one.definition), strict=True)
            lines.append(f"  {shown_place(one.place)}: {one.aspect}")
            lines += [f"    {source:<11}{'silent' if value is None else shown(value)}" for source, value in said]
    return "\n".join(lines)


def evidence_as_json(by_operation: Mapping[str, Sequence[Evidence]]) -> str:
    """Return the same for programs: an object with a list for each operation."""
    return json.dumps(
        {operation: [attrs.asdict(one) for one in found] for operation, found in by_operation.items()}, indent=2
    )
