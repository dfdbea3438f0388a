"""cloudkeys with its extra for many calls in flight."""

from __future__ import annotations

from functools import partial

from contenders import ours

calls = ours.calls
call_async = partial(ours.call_async, aiohttp=True)
