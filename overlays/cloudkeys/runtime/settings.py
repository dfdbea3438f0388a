"""The common settings of all clients, and their `with` blocks."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any, Final, Self

import attrs
import httpx

from cloudkeys.runtime.connections import Connections
from cloudkeys.runtime.retries import LONGEST, RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

DEFAULT_TIMEOUT: Final = httpx.Timeout(60.0, connect=10.0)
"""Seconds: 10 to connect, 60 for each of reading, writing and waiting for a connection."""
DEFAULT_TOTAL: Final = 120.0
"""Seconds for a whole call."""
DEFAULT_LARGEST_RESPONSE: Final = 32 * 1024 * 1024
"""Bytes of a body; many times the largest page of any operation."""


def instance_validator(*kinds: type[Any]) -> Callable[[Any, attrs.Attribute[Any], Any], None]:
    """Return an attrs validator that accepts only values of some types.

    Otherwise the mistake would show only during a call. The message doesn't show the value, which may be a secret.

    Args:
        *kinds: The accepted types.
    """

    def check(_instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, kinds):
            wanted = " or ".join("None" if kind is NoneType else kind.__name__ for kind in kinds)
            raise TypeError(f"{attribute.name} must be {wanted}, not {type(value).__name__}")

    return check


@attrs.frozen(kw_only=True, eq=False, slots=False)
class ClientSettings:
    """The settings that every client has.

    Attributes:
        allow_http: Whether to send requests to other machines over http, where anybody in between can read them.
        timeout: The seconds that each step of an attempt may take, more than 0; by default 10 to connect and 60 for the
            others. None sets no limit.
        total: The seconds that a whole call may take, more than 0, with all attempts, logins and waits. Each call of a
            listing has its own. None sets no limit. Sync calls over a transport or an httpx client of your own check it
            between two parts of a response; over ours, always, except during a DNS look-up.
        retry: When to retry a failed attempt.
        largest_response: The most bytes of a body, 1 or more.
        connections: Proxy, TLS settings, and a transport or an httpx client of your own.
        owns_connections: Whether closing the client closes the connections; a copy leaves that to its original.

    Raises:
        TypeError: A setting has the wrong type.
        ValueError: A number is out of range, infinite or NaN.
    """

    allow_http: bool = False
    timeout: httpx.Timeout | float | None = attrs.field(
        default=DEFAULT_TIMEOUT, validator=instance_validator(httpx.Timeout, int, float, NoneType)
    )
    total: float | None = attrs.field(default=DEFAULT_TOTAL, validator=instance_validator(int, float, NoneType))
    retry: RetryPolicy = attrs.field(factory=RetryPolicy, validator=instance_validator(RetryPolicy))
    largest_response: int = DEFAULT_LARGEST_RESPONSE
    connections: Connections = attrs.field(factory=Connections, validator=instance_validator(Connections))
    owns_connections: bool = attrs.field(default=True, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check the settings."""
        if self.largest_response < 1:
            raise ValueError("largest_response must be 1 or more")
        for name, seconds in {"total": self.total, **_steps(self.timeout)}.items():
            if seconds is not None and not 0 < seconds <= LONGEST:
                raise ValueError(f"{name} must be more than 0 seconds and {LONGEST} at most; None means no bound")

    def common_settings(self) -> dict[str, Any]:
        """Return these settings by name, for another client."""
        return {name: getattr(self, name) for name in attrs.fields_dict(ClientSettings)}

    def with_options(self, **changes: Any) -> Self:  # noqa: ANN401 - as many types as there are attributes
        """Return a copy with changed settings, which shares the connections unless they are changed.

        Args:
            **changes: New values of attributes, by their names.

        Raises:
            TypeError: There is no such attribute.
        """
        return attrs.evolve(self, **{"owns_connections": "connections" in changes} | changes)


def _steps(timeout: httpx.Timeout | float | None) -> dict[str, float | None]:
    if isinstance(timeout, httpx.Timeout):
        return {f"timeout, {name},": seconds for name, seconds in timeout.as_dict().items()}
    return {"timeout": timeout}


class SyncLifetime:
    """The `with` block of a sync client.

    Attributes:
        connections: The connections.
        owns_connections: Whether closing the client closes them.
    """

    connections: Connections
    owns_connections: bool

    def close(self) -> None:
        """Close the connections.

        A running call fails with `cloudkeys.errors.ConnectionFailedError`; one that waits for a retry fails after the
        wait. Neither opens a connection again. A later call opens new ones.
        """
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
    """The `async with` block of an async client.

    Attributes:
        connections: The connections.
        owns_connections: Whether closing the client closes them.
    """

    connections: Connections
    owns_connections: bool

    async def aclose(self) -> None:
        """Close the connections of the running event loop, like `close` of a sync client.

        Raises:
            EventLoopError: No asyncio event loop is running.
        """
        if self.owns_connections:
            await self.connections.aclose()

    async def __aenter__(self) -> Self:
        """Return the client; leaving the block closes its connections.

        Raises:
            EventLoopError: No asyncio event loop is running.
        """
        self.connections.async_client()  # raises now: at the end of the block, the error would hide others
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.aclose()
