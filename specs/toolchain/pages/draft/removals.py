"""What a draft takes out of a spec, and what it gives another name or path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from toolchain.document import tokens_of
from toolchain.pages.draft.nodes import own
from toolchain.pages.draft.readings import add_reading
from toolchain.pages.facts import name_of

if TYPE_CHECKING:
    from toolchain.pages.change.changes import Change
    from toolchain.pages.prove.leaf import Leaf

PARAMETERS: Final = frozenset({"path", "query"})
"""The kinds of places that are parameters of an operation, whose names the vendor may change."""
_LISTED: Final = PARAMETERS | {"header", "error"}
"""The kinds of places whose pointers have a number: one less moves those below it."""


def turn(change: Change) -> tuple[int, int]:
    """Return when a change is made, so that each finds what it is about where the spec had it before any.

    A status comes before its error codes, and goes after them. What has another name or place isn't found under the old
    one any more, nor is what stands in a list below something that is gone.

    Args:
        change: The change.
    """
    kind = change.place.split(maxsplit=1)[0]
    if change.kind == "removed":
        return (5 if kind == "status" else 4 if kind in _LISTED else 2), 0
    if change.kind == "renamed":
        return 3, -change.place.count(".")
    if change.place == "operation" and change.aspect == "path":
        return 6, 0
    return int(kind != "status"), 0


def remove(document: Any, operation: Any, leaf: Leaf) -> list[str]:
    """Take a part out of a spec; return what of it is left to a person.

    Args:
        document: The spec, which is edited in place.
        operation: The operation in it.
        leaf: What the page no longer has.
    """
    kind = leaf.place.split(maxsplit=1)[0]
    if kind == "operation":
        # An operation has these whether its page says so or not.
        for aspect, value in leaf.aspects.items():
            add_reading(operation, aspect, None, value)
    elif kind in PARAMETERS | {"header"}:
        name = leaf.place.split(maxsplit=1)[1]
        parameters = operation["parameters"]
        parameters[:] = [one for one in parameters if (one["in"], one["name"]) != (kind, name)]
    else:
        return _remove_below(document, kind, leaf)
    return []


def _remove_below(document: Any, kind: str, leaf: Leaf) -> list[str]:
    """Take a part from what holds it, and that too where nothing of it is left."""
    above, _, key = leaf.pointer.rpartition("/")
    holder = own(document, above)
    if kind == "error":
        code = leaf.place.split(maxsplit=2)[2]
        holder[:] = [one for one in holder if one["code"] != code]
    elif kind == leaf.place and kind != "permission":
        return [f"{kind}: the page has no body here any more: decide what of it the spec keeps"]
    else:
        holder.pop(tokens_of(f"#/{key}")[0], None)
    if not holder and above.endswith(("/examples", "/x-error-codes")):
        above, _, key = above.rpartition("/")
        del own(document, above)[key]
    return []


def rename(document: Any, leaf: Leaf, place: str) -> None:
    """Give a parameter or field the name that its place has now.

    Args:
        document: The spec, which is edited in place.
        leaf: What was renamed.
        place: Its new place.
    """
    kind, _, path = place.partition(" ")
    if kind in PARAMETERS:
        own(document, leaf.pointer)["name"] = path
        return
    above, _, key = leaf.pointer.rpartition("/")
    properties = own(document, above)
    old = tokens_of(f"#/{key}")[0]
    properties.insert(list(properties).index(old), name_of(place), properties.pop(old))


def move(document: Any, operation: Leaf, path: str) -> None:
    """Give an operation another path, and keep its place among the others.

    Args:
        document: The spec, which is edited in place.
        operation: The operation as it was.
        path: Its new path.
    """
    paths, old = document["paths"], tokens_of(operation.pointer)[1]
    position = list(paths).index(old)
    paths.insert(position, path + ("#" + old.split("#")[1] if "#" in old else ""), paths.pop(old))
