"""Compare page, spec and a vendor's definition side by side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.facts import WORDING, is_same_value
from toolchain.pages.safe_text import as_json_text, as_plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolchain.pages.facts import Fact
    from toolchain.pages.prove.leaf import Leaf

_NOT_IN_DEFINITIONS: Final = frozenset({"title", "page", "server", "security", "permission", "example", "operation"})
"""Places that definitions don't describe, or describe in other terms."""


@attrs.frozen
class Evidence:
    """The values of one aspect in the three sources; None if a source doesn't state it."""

    place: str
    aspect: str
    page: Any
    spec: Any
    definition: Any

    @property
    def contradicts(self) -> bool:
        """Whether the definition states another value than the spec."""
        return self.definition is not None and not is_same_value(self.spec, self.definition)


def evidence(facts: Mapping[str, Fact], spec: Mapping[str, Leaf], definition: Mapping[str, Leaf]) -> list[Evidence]:
    """Return every aspect in which the three sources differ.

    Args:
        facts: The facts of the page, by place.
        spec: The leaves of the spec.
        definition: The leaves of the definition.
    """
    found: list[Evidence] = []
    for place in dict.fromkeys([*spec, *facts, *definition]):
        if place.partition(" ")[0] not in _NOT_IN_DEFINITIONS:
            found += _of_place(place, [_aspects(source, place) for source in (facts, spec, definition)])
    return found


def _of_place(place: str, sources: Sequence[dict[str, Any]]) -> Iterator[Evidence]:
    """Yield the aspects in which the sources differ; a source without the place differs in its presence only."""
    for aspect in dict.fromkeys(aspect for source in sources for aspect in source):
        values = [source.get(aspect) for source in sources if source or aspect == "presence"]
        if not all(is_same_value(value, values[0]) for value in values):
            yield Evidence(place, aspect, *(source.get(aspect) for source in sources))


def _aspects(source: Mapping[str, Fact | Leaf], place: str) -> dict[str, Any]:
    if place not in source:
        return {}
    aspects = {
        name: value for name, value in source[place].aspects.items() if name not in {WORDING, "example", "schema"}
    }
    return {"presence": "present", **aspects}


def evidence_as_text(by_operation: Mapping[str, Sequence[Evidence]]) -> str:
    """Return the aspects that the definition states and another source doesn't, side by side."""
    lines = []
    for operation, found in by_operation.items():
        stated = [one for one in found if one.definition is not None]
        missing = f"{len(found) - len(stated)} more aren't in the definition"
        lines.append(f"{operation}: {len(stated)} aspects of the definition differ from page or spec; {missing}")
        for one in stated:
            values = zip(("page", "spec", "definition"), (one.page, one.spec, one.definition), strict=True)
            lines.append(f"  {as_plain_text(one.place)}: {one.aspect}")
            lines += [
                f"    {source:<11}{'not stated' if value is None else as_json_text(value)}" for source, value in values
            ]
    return "\n".join(lines)


def evidence_as_json(by_operation: Mapping[str, Sequence[Evidence]]) -> str:
    """Return the evidence as JSON: an object with a list for each operation."""
    return json.dumps(
        {operation: [attrs.asdict(one) for one in found] for operation, found in by_operation.items()}, indent=2
    )
