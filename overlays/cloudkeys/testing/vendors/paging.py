"""Finds the beginning of a page from its marker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType

from cloudkeys.testing.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudkeys.testing.refusals import Refusal


def index_after(markers: Iterable[str], marker: str | UnsetType | None, refusal: Refusal) -> int:
    """Return the index of the item after the one that a marker refers to; 0 without a marker.

    Args:
        markers: The markers of all items, in their order.
        marker: The requested marker.
        refusal: The refusal of an unknown marker.
    """
    if marker is UNSET or marker is None:
        return 0
    found = next((number for number, each in enumerate(markers, 1) if each == marker), None)
    if found is None:
        raise RefusedError(refusal)
    return found
