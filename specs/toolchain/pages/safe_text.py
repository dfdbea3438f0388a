"""Shows texts of a page or a spec in one line that can't steer a terminal or a workflow."""

from __future__ import annotations

import json
from typing import Any, Final

from toolchain.document import escaped

_LONGEST_ERROR: Final = 4_000
"""Characters; a page can make an error as long as itself."""


def as_json_text(value: Any) -> str:
    """Return a value as JSON, shortened if it is long."""
    kept = escaped(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))
    return kept if len(kept) <= 200 else kept[:197] + "..."  # noqa: PLR2004 - a line or two of a terminal


def error_text(error: Exception) -> str:
    """Return the full message of an error: it may name what a page has instead of what was expected."""
    return escaped(str(error))[:_LONGEST_ERROR]


def as_plain_text(place: str) -> str:
    """Return a place, or any other text, without the quotes of JSON."""
    return as_json_text(place)[1:-1]
