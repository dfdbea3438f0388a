"""Refuses items that repeat in a fake cloud: a listing would silently drop one of them."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KEYS: Final = {
    "leaks": "id",
    "users": "user_id",
    "access_keys": "access",
    "ram_users": "user_principal_name",
    "ram_access_keys": "access_key_id",
}
_KEYS_IN_EACH: Final = {"member_leaks": "id", "secrets": "name"}


def refuse_repeats(state: object) -> None:
    """Check that no item repeats in its list. Items without an ID are all different.

    Args:
        state: The `CloudState` that holds the lists.

    Raises:
        ValueError: An item repeats; the message names the list and the item.
    """
    for place, items, key in _lists(state):
        keys = [*map(attrgetter(key), items)]
        if len(set(keys)) < len(keys):
            _refuse_repeated(place, key, [each for each in keys if each is not None and each is not UNSET])


def _refuse_repeated(place: str, key: str, values: list[Any]) -> None:
    for number, value in enumerate(values):
        if value in values[:number]:
            raise ValueError(f"{place} contains the {key} {value!r} more than once; the services list an item once")


def _lists(state: object) -> Iterator[tuple[str, Iterable[Any], str]]:
    for name, key in _KEYS.items():
        yield name, getattr(state, name), key
    for name, key in _KEYS_IN_EACH.items():
        for owner, items in getattr(state, name).items():
            yield f"{name}[{owner!r}]", items, key
