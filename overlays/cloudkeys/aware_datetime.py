"""The type of all moments in generated models: a datetime that always has its time zone.

The name is the one that the model generator imports.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, TypeAlias

import msgspec

datetime: TypeAlias = Annotated[dt.datetime, msgspec.Meta(tz=True)]  # noqa: PYI042 - the generator's name
"""A datetime with a time zone; a moment without one is not what a spec's `format: date-time` says."""
