"""Testing programs that call these APIs, without an account and without a network.

`FakeCloud` plays the vendors, as an httpx transport, as the pytest fixture `fake_cloud`, and as a server:
`python -m cloudkeys.testing`. `cloudkeys.testing.faults` has what can go wrong, `cloudkeys.testing.recording` recorded
responses. Everything named here is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cloudkeys.testing.callers import Caller
    from cloudkeys.testing.calls import Call
    from cloudkeys.testing.examples import example_access_key, example_leak, example_secret
    from cloudkeys.testing.fake_cloud import FakeCloud
    from cloudkeys.testing.http.messages import Answer, ReceivedRequest

__all__ = [
    "Answer",
    "Call",
    "Caller",
    "FakeCloud",
    "ReceivedRequest",
    "example_access_key",
    "example_leak",
    "example_secret",
]

_HOMES: Final = {
    "Answer": "http.messages",
    "Call": "calls",
    "Caller": "callers",
    "FakeCloud": "fake_cloud",
    "ReceivedRequest": "http.messages",
    "example_access_key": "examples",
    "example_leak": "examples",
    "example_secret": "examples",
}


# Hidden from type checkers, which would otherwise take any name for one of this package.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
