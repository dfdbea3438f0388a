"""Marks of what no rule can place: comments above an operation, and nothing is generated before they are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from toolchain.gaps import to_decide
from toolchain.pages.facts import span
from toolchain.pages.prove.proof import prove
from toolchain.pages.prove.spec_facts import leaves
from toolchain.pages.safe_text import shown_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ruamel.yaml.comments import CommentedMap

    from toolchain.pages.facts import Fact, PageFacts

_INDENT: Final = 6
"""How deep an operation stands in a spec."""


def unread_of(page: PageFacts) -> list[str]:
    """Return what no rule could read, a reason each: it may be what the service asks for."""
    lines: dict[str, list[str]] = {}
    for one in page.unread:
        lines.setdefault(one.why, []).append(span(one.lines))
    return [f"lines {', '.join(found)} of the page: {why}" for why, found in lines.items()]


def unplaced(document: Any, operation: str, facts: Mapping[str, Fact]) -> list[str]:
    """Return what a page states and a draft has nothing of, for whatever reason.

    Args:
        document: The spec with the draft.
        operation: The operation.
        facts: What its page states.
    """
    found = prove(facts, leaves(document, operation))
    return [f"{one.place}: {one.message}" for one in found if one.pointer is None]


def mark(node: CommentedMap, left: Sequence[str]) -> None:
    """Write into a draft what no rule can place, so that it is seen, and nothing is generated before it is settled."""
    if left:
        text = "\n".join(to_decide(shown_place(one)) for one in left)
        node.yaml_set_comment_before_after_key("operationId", before=text, indent=_INDENT)
