"""The settings that all clients have, and the end of a client's life."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any, Final, Self

import attrs
import httpx

from cloudkeys.runtime.connections import Connections
from cloudkeys.runtime.retries import RetryPolicy

if TYPE_CHECKING:
    from types import TracebackType

DEFAULT_TIMEOUT: Final = httpx.Timeout(60.0, connect=10.0)
"""Seconds: 10 to connect, 60 for each of reading, writing and waiting for a connection."""
DEFAULT_LARGEST_RESPONSE: Final = 32 * 1024 * 1024
"""Bytes of a body: many times the size of a page of 1,000 items."""

_KINDS: Final[dict[str, tuple[tuple[type, ...], str]]] = {
    "timeout": ((httpx.Timeout, int, float, NoneType), "seconds, an httpx.Timeout or None"),
    "retry": ((RetryPolicy,), "a RetryPolicy, such as RetryPolicy(attempts=2)"),
    "connections": ((Connections,), 'Connections, such as Connections(proxy="http://proxy.example.com:3128")'),
}
"""What a setting may be, as types and in words; otherwise the mistake would show in the midst of a call."""


def check_kind(name: str, value: object, kinds: tuple[type, ...], wanted: str) -> None:
    """Raise a TypeError if a setting isn't of one of its types; its value isn't repeated, since it may be a secret.

    Args:
        name: The name of the setting.
        value: Its value.
        kinds: What it may be.
        wanted: The same in words.
    """
    if not isinstance(value, kinds):
        raise TypeError(f"{name} must be {wanted}, not {type(value).__name__}")


@attrs.frozen(kw_only=True, eq=False, slots=False)
class ClientSettings:
    """The settings of every client.

    Attributes:
        allow_http: Whether requests may go over http to other machines. Then anybody on the way can read them.
        timeout: How long an attempt may wait, in seconds; by default 10 to connect and 60 to read. None waits forever.
        retry: When a failed attempt is repeated.
        largest_response: How many bytes a body may have, 1 or more.
        connections: How requests travel: proxy, TLS settings, transport or an httpx client of your own.
        owns_connections: Whether the end of a `with` block closes the connections; a copy leaves that to its original.

    Raises:
        TypeError: A setting is of another type.
        ValueError: largest_response is smaller than that.
    """

    allow_http: bool = False
    timeout: httpx.Timeout | float | None = DEFAULT_TIMEOUT
    retry: RetryPolicy = attrs.field(factory=RetryPolicy)
    largest_response: int = DEFAULT_LARGEST_RESPONSE
    connections: Connections = attrs.field(factory=Connections)
    owns_connections: bool = attrs.field(default=True, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check the settings."""
        for name, (kinds, wanted) in _KINDS.items():
            check_kind(name, getattr(self, name), kinds, wanted)
        if self.largest_response < 1:
            raise ValueError("largest_response must be 1 or more")

    def shared(self) -> dict[str, Any]:
        """Return these settings by name, for a client that gets the same."""
        return {name: getattr(self, name) for name in attrs.fields_dict(ClientSettings)}

    def with_options(self, **changes: Any) -> Self:  # noqa: ANN401 - as many types as there are attributes
        """Return a copy with other settings, which shares the connections unless they are changed.

        Args:
            **changes: New values of attributes, by their names.

        Raises:
            TypeError: There is no such attribute.
        """
        return attrs.evolve(self, **{"owns_connections": "connections" in changes} | changes)


class SyncLifetime:
    """What ends with a `with` block.

    Attributes:
        connections: How requests travel.
        owns_connections: Whether the end of the block closes them.
    """

    connections: Connections
    owns_connections: bool

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        if self.owns_connections:
            self.connections.close()

    def __enter__(self) -> Self:
        """Return the client; leaving the block closes its connections."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()


class AsyncLifetime:
    """What ends with an `async with` block.

    Attributes:
        connections: How requests travel.
        owns_connections: Whether the end of the block closes them.
    """

    connections: Connections
    owns_connections: bool

    async def aclose(self) -> None:
        """Close the connections of the running event loop. A later call opens new ones."""
        if self.owns_connections:
            await self.connections.aclose()

    async def __aenter__(self) -> Self:
        """Return the client; leaving the block closes its connections."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.aclose()
