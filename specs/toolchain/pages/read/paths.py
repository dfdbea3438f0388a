"""Names that are paths, such as `a.b`, `a[].b`, `a[0].b`, `a.N.b`."""

from __future__ import annotations

import re
from typing import Final

_STEP: Final = re.compile(r"[^.\[\]\s]{1,120}(?:\[\w{0,9}\]){0,3}")
_NUMBERS: Final = frozenset({"N", "n", "M", "m", "*"})


def split_name(name: str) -> list[str]:
    """Return the steps of a name, with `[]` for arrays; empty if it is no path.

    Args:
        name: The name, such as `a.N.b`, which becomes `a[]` and `b`.
    """
    if not {".", "["} & set(name):
        return []
    found: list[str] = []
    for step in name.split("."):
        if found and (step in _NUMBERS or step.isdigit()):
            found[-1] = f"{inner_name(found[-1])}[]"
        elif _STEP.fullmatch(step):
            found.append(step)
        else:
            return []
    return found


def inner_name(step: str) -> str:
    """Return the name of a step, without the mark of an array."""
    return step.split("[", 1)[0]
