"""Tables that list no fields: statuses, errors, permissions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolchain.pages.facts import wording_of
from toolchain.pages.read.words import ACCESS_LEVELS, states_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.read.cells import Row
    from toolchain.pages.read.collected import Collected
    from toolchain.pages.read.layouts import Table


def read_rows(table: Table, found: Collected) -> None:
    """Read a table by its key column; a table of changes has no facts.

    Args:
        table: The table.
        found: The facts so far.
    """
    kind = table.kind
    for row in table.rows:
        if kind == "status":
            _read_status(row, found)
        elif kind == "action":
            _read_permission(row, found)
        elif kind == "code":
            found.report((row.first, row.last), "an error without a status code")


def _read_status(row: Row, found: Collected) -> None:
    status, lines = row.text("status")[:3], (row.first, row.last)
    words = row.text("description") or row.text("message") or row.text("status")[3:]
    if row.text("code"):
        found.add(f"error {status} {row.text('code')}", lines, message=row.text("message") or None)
        words = ""
    found.add_status(status, lines, wording_of(words))


def _read_permission(row: Row, found: Collected) -> None:
    aspects = _permission_of(row)
    if aspects is None:
        found.report((row.first, row.last), "a permission that can't be read")
    else:
        found.add("permission", (row.first, row.last), **aspects)


def _permission_of(row: Row) -> dict[str, Any] | None:
    """Return the aspects of the permission in a row; None if it has none."""
    action = row.text("action").split("\n")
    if "access level" in row.cells:
        level, resources, conditions = (
            row.text(name).split("\n") for name in ("access level", "resource", "condition")
        )
        return _permission(action[0], level[0], resources, conditions)
    # Joined cells: the action ends with its level; then come the types of resources, each with a star, their names,
    # and the condition keys.
    found = re.fullmatch(rf"([\w-]{{1,60}}:[\w*]{{1,100}}?)({ACCESS_LEVELS})", action[0])
    if found is None:
        return None
    types = [text for text in action[1:] if text.startswith("*") and text != "*"]
    names = [text for text in action[1:] if text == "*" or text.startswith("acs:")]
    resources = names or [text.removeprefix("*") for text in types]
    return _permission(found[1], found[2], resources, [text for text in action[1:] if text not in {*types, *names}])


def _permission(action: str, level: str, resources: Sequence[str], conditions: Sequence[str]) -> dict[str, Any]:
    def listed(texts: Sequence[str]) -> list[str]:
        plain = [text.strip(" •-\t") for text in texts]
        return list(dict.fromkeys(text for text in plain if text and not states_nothing(text)))

    # A star at the type of a resource means that it is required.
    named = [text if text == "*" or ":" in text else text.strip("* ") for text in listed(resources)]
    return {"action": action, "access-level": level, "resources": named, "condition-keys": listed(conditions)}
