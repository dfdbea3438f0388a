"""How a front class holds the clients of several APIs, sync and async from one line each."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Generic, Self, TypeVar, overload

import attrs

from cloudkeys.runtime.client import ApiClient, AsyncClient, SyncClient
from cloudkeys.runtime.settings import AsyncLifetime, ClientSettings, SyncLifetime

SyncT = TypeVar("SyncT", bound=SyncClient[Any])
AsyncT = TypeVar("AsyncT", bound=AsyncClient[Any])
_SHARED = frozenset(attrs.fields_dict(ApiClient))


class Front(ClientSettings):
    """The base of the classes that hold the clients of one vendor's APIs."""

    @classmethod
    def apis(cls) -> dict[str, Api[Any, Any]]:
        """Return the APIs, by the names of their attributes."""
        return {name: api for kind in cls.__mro__ for name, api in vars(kind).items() if isinstance(api, Api)}

    @abstractmethod
    def settings_of(self, api: Api[Any, Any]) -> dict[str, Any]:
        """Return the arguments of an API's client.

        Args:
            api: The API.
        """


class Api(Generic[SyncT, AsyncT]):
    """One API of a vendor, as an attribute of its front classes: the sync class has the sync client, and so on.

    Attributes:
        name: The name of the attribute.
        client: The sync client's class.
        scope: What the API's credentials are for, such as `project`; what it means is the vendor's.
        own_settings: The settings that the API's client has beside those of every client, such as `project_id`.
    """

    def __init__(self, client: type[SyncT], async_client: type[AsyncT], scope: str = "") -> None:
        """Hold the classes of the two clients; they are made when they are first used."""
        self.name = ""
        self.client, self._async_client, self.scope = client, async_client, scope
        self.own_settings = tuple(name for name in attrs.fields_dict(client) if name not in _SHARED)

    def __set_name__(self, owner: type[Any], name: str) -> None:
        """Take the name of the attribute."""
        self.name = name

    @overload
    def __get__(self, front: None, owner: type[Any]) -> Self: ...

    @overload
    def __get__(self, front: SyncLifetime, owner: type[Any]) -> SyncT: ...

    @overload
    def __get__(self, front: AsyncLifetime, owner: type[Any]) -> AsyncT: ...

    def __get__(self, front: Any, owner: type[Any]) -> Any:
        """Return the client, made once for each front."""
        if front is None:
            return self
        settings: dict[str, Any] = front.settings_of(self)
        kind: type[Any] = self.client if isinstance(front, SyncLifetime) else self._async_client
        # The next look-up finds the client, and not this descriptor.
        client = front.__dict__[self.name] = kind(**settings)
        return client
