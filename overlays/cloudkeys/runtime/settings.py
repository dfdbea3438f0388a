"""The settings that all clients have, and the end of a client's life."""

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
"""Seconds for a call as a whole."""
DEFAULT_LARGEST_RESPONSE: Final = 32 * 1024 * 1024
"""Bytes of a body: many times the size of the largest page of any operation."""


def of_type(*kinds: type[Any]) -> Callable[[Any, attrs.Attribute[Any], Any], None]:
    """Return an attrs validator that refuses a value of another type; otherwise the mistake would show during a call.

    The message doesn't repeat the value, since it may be a secret.

    Args:
        *kinds: The types that a value may have.
    """

    def check(_instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, kinds):
            wanted = " or ".join("None" if kind is NoneType else kind.__name__ for kind in kinds)
            raise TypeError(f"{attribute.name} must be {wanted}, not {type(value).__name__}")

    return check


@attrs.frozen(kw_only=True, eq=False, slots=False)
class ClientSettings:
    """The settings of every client.

    Attributes:
        allow_http: Whether requests may go over http to other machines. Then anybody on the way can read them.
        timeout: How long each step of an attempt may wait, in seconds, more than 0; by default 10 to connect and 60 to
            read. None has no bound of its own.
        total: How long a call may take as a whole, in seconds, more than 0, with all its attempts, logins and waits;
            each call of a listing has as long. None has no bound. Sync calls over a transport or an httpx client of
            your own notice it between two parts of a response; over ours, at any moment but in the midst of DNS.
        retry: When a failed attempt is repeated.
        largest_response: How many bytes a body may have, 1 or more.
        connections: How requests travel: proxy, TLS settings, transport or an httpx client of your own.
        owns_connections: Whether the end of a `with` block closes the connections; a copy leaves that to its original.

    Raises:
        TypeError: A setting is of another type.
        ValueError: A number is out of its range, infinite or none.
    """

    allow_http: bool = False
    timeout: httpx.Timeout | float | None = attrs.field(
        default=DEFAULT_TIMEOUT, validator=of_type(httpx.Timeout, int, float, NoneType)
    )
    total: float | None = attrs.field(default=DEFAULT_TOTAL, validator=of_type(int, float, NoneType))
    retry: RetryPolicy = attrs.field(factory=RetryPolicy, validator=of_type(RetryPolicy))
    largest_response: int = DEFAULT_LARGEST_RESPONSE
    connections: Connections = attrs.field(factory=Connections, validator=of_type(Connections))
    owns_connections: bool = attrs.field(default=True, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check the settings."""
        if self.largest_response < 1:
            raise ValueError("largest_response must be 1 or more")
        for name, seconds in {"total": self.total, **_steps(self.timeout)}.items():
            if seconds is not None and not 0 < seconds <= LONGEST:
                raise ValueError(f"{name} must be more than 0 seconds and {LONGEST} at most; None means no bound")

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


def _steps(timeout: httpx.Timeout | float | None) -> dict[str, float | None]:
    if isinstance(timeout, httpx.Timeout):
        return {f"timeout, {name},": seconds for name, seconds in timeout.as_dict().items()}
    return {"timeout": timeout}


class SyncLifetime:
    """What ends with a `with` block.

    Attributes:
        connections: How requests travel.
        owns_connections: Whether the end of the block closes them.
    """

    connections: Connections
    owns_connections: bool

    def close(self) -> None:
        """Close the connections.

        A call under way fails with `cloudkeys.errors.ConnectionFailedError`, and one that waits for its repetition when
        the wait ends; neither opens a connection again. A later call opens new ones.
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
    """What ends with an `async with` block.

    Attributes:
        connections: How requests travel.
        owns_connections: Whether the end of the block closes them.
    """

    connections: Connections
    owns_connections: bool

    async def aclose(self) -> None:
        """Close the connections of the running event loop; otherwise as the sync clients do.

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
        self.connections.async_client()  # the first call may come late, and the end of the block would hide its error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.aclose()
