"""What a page or a spec says, as text of one line that can steer neither a terminal nor a workflow."""

from __future__ import annotations

import json
from typing import Any

from toolchain.document import escaped


def shown(value: Any) -> str:
    """Return a value as JSON, cut where it is long."""
    kept = escaped(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))
    return kept if len(kept) <= 200 else kept[:197] + "..."  # noqa: PLR2004 - a line or two of a terminal


def shown_place(place: str) -> str:
    """Return a place, or any other text, without the quotes of JSON."""
    return shown(place)[1:-1]
