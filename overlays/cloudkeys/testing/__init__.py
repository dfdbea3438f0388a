"""Test programs that call these APIs, without an account and without a network.

`FakeCloud` imitates the vendors as an httpx transport, as the pytest fixture `fake_cloud`, and as a server:
`python -m cloudkeys.testing`. `cloudkeys.testing.faults` makes calls fail; `cloudkeys.testing.recording` reads and
writes recorded responses.
"""

from cloudkeys.testing.callers import Caller
from cloudkeys.testing.calls import Call
from cloudkeys.testing.examples import (
    example_access_key,
    example_leak,
    example_ram_access_key,
    example_ram_user,
    example_secret,
    example_user,
)
from cloudkeys.testing.fake_cloud import WITHOUT_WAITS, FakeCloud
from cloudkeys.testing.http.messages import FakeResponse, ReceivedRequest

__all__ = [
    "WITHOUT_WAITS",
    "Call",
    "Caller",
    "FakeCloud",
    "FakeResponse",
    "ReceivedRequest",
    "example_access_key",
    "example_leak",
    "example_ram_access_key",
    "example_ram_user",
    "example_secret",
    "example_user",
]
