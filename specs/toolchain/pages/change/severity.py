"""The severity of a change for callers (breaking, an addition, or wording only) and the version it requires.

Requests and responses mirror each other. A narrower request breaks callers, and so does a response that they can no
longer rely on. A new value in a response doesn't: clients accept any value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from toolchain.document import SPECS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BREAKING: Final = "breaking"
ADDITION: Final = "addition"
WORDING_ONLY: Final = "wording"
ORDER: Final = (WORDING_ONLY, ADDITION, BREAKING)
"""From the least to the most severe."""

VERSION_FILE: Final = "overlays/cloudkeys/_version.py"
_VERSION: Final = re.compile(r'^__version__ = "(\d+)\.(\d+)\.(\d+)"$', re.MULTILINE)
_REQUEST: Final = frozenset({"path", "query", "header", "body"})
_LOWER: Final = frozenset({"minimum", "minItems", "minLength"})
_UPPER: Final = frozenset({"maximum", "maxLength", "maxItems"})
_WIDTHS: Final = frozenset({"int32", "int64"})
_NOT_GENERATED: Final = frozenset({"example", "keys", "valuesOf", "host", "updated", "title", "message"})
"""Aspects without any effect on the generated code."""
_WHOLE_FUNCTIONS: Final = frozenset({"x-paging"})
"""Aspects that functions are generated from; without the aspect, the functions are gone."""
_ALWAYS_BREAKING: Final = frozenset({"type", "schema", "unit", "method", "path", "operationId", "action", "secret"})


def severity_of(place: str, aspect: str, before: Any, after: Any) -> str:
    """Return `breaking`, `addition` or `wording`.

    Args:
        place: The changed place.
        aspect: The changed aspect; `presence` if the whole place was added, removed or renamed.
        before: The old value; None if there was none.
        after: The new value; None if there is none.
    """
    kind = place.split(maxsplit=1)[0]
    if aspect == "presence":
        return _of_presence(place, kind, before, after)
    if kind == "server" or aspect in _NOT_GENERATED:
        return WORDING_ONLY
    if aspect in _ALWAYS_BREAKING or (aspect in _WHOLE_FUNCTIONS and after is None):
        return BREAKING
    if aspect == "format":
        # Python has an int for both widths; only requests are bounded.
        widened = {before, after} == _WIDTHS and (kind not in _REQUEST or after == "int64")
        return ADDITION if widened else BREAKING
    if aspect == "enum":
        return _of_values(before, after, is_request=kind in _REQUEST)
    return _of_request(aspect, before, after) if kind in _REQUEST else _of_response(aspect, before, after)


def _of_presence(place: str, kind: str, before: Any, after: Any) -> str:
    if kind == "example" or kind in {"server", "operation"}:
        return WORDING_ONLY
    if kind in {"status", "error", "permission", "security"}:
        return BREAKING if place.startswith("status 2") and after is None else ADDITION
    if before is not None:
        return BREAKING
    needed = kind in _REQUEST and isinstance(after, dict) and after.get("required")
    return BREAKING if needed else ADDITION


def _of_values(before: Any, after: Any, *, is_request: bool) -> str:
    """A removed value breaks its users; a first list of values narrows a request."""
    if before is None or after is None:
        return BREAKING if before is not None or is_request else ADDITION
    return ADDITION if set(map(repr, before)) <= set(map(repr, after)) else BREAKING


def _of_request(aspect: str, before: Any, after: Any) -> str:
    if aspect == "required":
        return BREAKING if after else ADDITION
    if aspect in {"deprecated", "nullable"}:
        return ADDITION
    if aspect in _LOWER | _UPPER:
        narrower = before is None or (after is not None and (after > before) == (aspect in _LOWER))
        return BREAKING if narrower else ADDITION
    if aspect == "pattern":
        return ADDITION if after is None else BREAKING
    if aspect == "characters":
        return ADDITION if after is None or (before is not None and set(before) <= set(after)) else BREAKING
    # The service applies the default: a request without the parameter now gets another response.
    return BREAKING


def _of_response(aspect: str, before: Any, after: Any) -> str:
    if aspect == "required" and isinstance(before or after, list):
        return ADDITION if set(before or ()) <= set(after or ()) else BREAKING
    return BREAKING if aspect == "required" and not after else ADDITION


def current_version(project: Path) -> str:
    """Return the version of the project."""
    file = project / VERSION_FILE
    # Copies of the specs elsewhere belong to this project too.
    file = file if file.is_file() else SPECS.parent / VERSION_FILE
    found = version_in(file.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{VERSION_FILE} has no __version__ of three numbers")
    return found


def version_in(text: str) -> str | None:
    """Return the version in the text of a module; None if it has none."""
    found = _VERSION.search(text)
    return None if found is None else ".".join(found.groups())


def next_version(version: str, severities: Sequence[str]) -> str:
    """Return the version that changes require; before 1.0, a breaking change raises the second number."""
    major, minor, patch = map(int, version.split("."))
    worst = max(severities, key=ORDER.index, default=None)
    if worst is None:
        return version
    if major == 0:
        return f"0.{minor + 1}.0" if worst == BREAKING else f"0.{minor}.{patch + 1}"
    numbers = {BREAKING: (major + 1, 0, 0), ADDITION: (major, minor + 1, 0)}.get(worst, (major, minor, patch + 1))
    return ".".join(map(str, numbers))
