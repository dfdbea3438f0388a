"""Remove, rename and move parts of a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from toolchain.document import tokens_of
from toolchain.pages.draft.nodes import unshared
from toolchain.pages.draft.readings import add_reading
from toolchain.pages.facts import name_of

if TYPE_CHECKING:
    from toolchain.pages.change.changes import Change
    from toolchain.pages.prove.leaf import Leaf

PARAMETERS: Final = frozenset({"path", "query"})
"""The kinds of places that are parameters."""
_LISTED: Final = PARAMETERS | {"header", "error"}
"""The kinds of places with numbered pointers: a removal shifts those that follow."""


def edit_order(change: Change) -> tuple[int, int]:
    """Return the sort key of a change, so that each change still finds its place where the unedited spec had it.

    A status is added before its error codes and removed after them. Renames, moves and removals from lists come late:
    they change the pointers of other places.

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
    """Remove a part of a spec; return what is left to do.

    Args:
        document: The spec; edited in place.
        operation: The operation in it.
        leaf: The leaf that the page no longer has.
    """
    kind = leaf.place.split(maxsplit=1)[0]
    if kind == "operation":
        # Every operation has these, even if its page no longer states them.
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
    """Remove a part, and its parent if that is now empty."""
    above, _, key = leaf.pointer.rpartition("/")
    holder = unshared(document, above)
    if kind == "error":
        code = leaf.place.split(maxsplit=2)[2]
        holder[:] = [one for one in holder if one["code"] != code]
    elif kind == leaf.place and kind != "permission":
        return [f"{kind}: the page no longer has this body: decide what the spec keeps"]
    else:
        name = tokens_of(f"#/{key}")[0]
        holder.pop(name, None)
        _replace_required(document, above, name, [])
    if not holder and above.endswith(("/examples", "/x-error-codes")):
        above, _, key = above.rpartition("/")
        del unshared(document, above)[key]
    return []


def _replace_required(document: Any, properties: str, old: str, new: list[str]) -> None:
    """Replace a name where its object lists the required fields, in the schema and in its readings."""
    if not properties.endswith("/properties"):
        return
    schema = unshared(document, properties.rpartition("/")[0])
    taken = [one["taken"] for one in schema.get("x-reading", ()) if one["aspect"] == "required"]
    for names in [schema.get("required", []), *taken]:
        names[:] = [each for name in names for each in (new if name == old else [name])]


def rename(document: Any, leaf: Leaf, place: str) -> None:
    """Rename a parameter or field.

    Args:
        document: The spec; edited in place.
        leaf: The renamed leaf.
        place: Its new place.
    """
    kind, _, path = place.partition(" ")
    if kind in PARAMETERS:
        unshared(document, leaf.pointer)["name"] = path
        return
    above, _, key = leaf.pointer.rpartition("/")
    properties = unshared(document, above)
    old = tokens_of(f"#/{key}")[0]
    properties.insert(list(properties).index(old), name_of(place), properties.pop(old))
    _replace_required(document, above, old, [name_of(place)])


def move(document: Any, operation: Leaf, path: str) -> None:
    """Change the path of an operation, keeping its position among the others.

    Args:
        document: The spec; edited in place.
        operation: The leaf of the unedited operation.
        path: Its new path.
    """
    paths, old = document["paths"], tokens_of(operation.pointer)[1]
    position = list(paths).index(old)
    paths.insert(position, path + ("#" + old.split("#")[1] if "#" in old else ""), paths.pop(old))
