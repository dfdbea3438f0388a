"""The permission that a caller needs, from a row of the table of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolchain.pages.outline import says_nothing
from toolchain.pages.words import ACCESS_LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.cells import Row


def permission_of(row: Row) -> dict[str, Any] | None:
    """Return the aspects of the permission that a row names; None where it names none."""
    action = row.text("action").split("\n")
    if "access level" in row.cells:
        level, resources, conditions = (
            row.text(name).split("\n") for name in ("access level", "resource", "condition")
        )
        return _aspects(action[0], level[0], resources, conditions)
    # Run together: the action ends with its level; then the types of resources, each with a star, their names, and
    # the condition keys.
    found = re.fullmatch(rf"([\w-]{{1,60}}:[\w*]{{1,100}}?)({'|'.join(ACCESS_LEVELS)})", action[0])
    if found is None:
        return None
    types = [text for text in action[1:] if text.startswith("*") and text != "*"]
    names = [text for text in action[1:] if text == "*" or text.startswith("acs:")]
    resources = names or [text.removeprefix("*") for text in types]
    return _aspects(found[1], found[2], resources, [text for text in action[1:] if text not in {*types, *names}])


def _aspects(action: str, level: str, resources: Sequence[str], conditions: Sequence[str]) -> dict[str, Any]:
    def listed(texts: Sequence[str]) -> list[str]:
        plain = [text.strip(" •-\t") for text in texts]
        return list(dict.fromkeys(text for text in plain if text and not says_nothing(text)))

    # The star behind the type of a resource says that it must be named.
    named = [text if text == "*" or ":" in text else text.removesuffix("*").strip() for text in listed(resources)]
    return {"action": action, "access-level": level, "resources": named, "condition-keys": listed(conditions)}
