"""Front classes and their APIs: one line declares the sync and the async client of an API."""

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
    """The base class of the fronts, which hold the clients of one vendor's APIs."""

    @classmethod
    def apis(cls) -> dict[str, Api[Any, Any]]:
        """Return the APIs by the names of their attributes."""
        return {name: api for kind in cls.__mro__ for name, api in vars(kind).items() if isinstance(api, Api)}

    @abstractmethod
    def client_settings(self, api: Api[Any, Any]) -> dict[str, Any]:
        """Return the arguments of an API's client.

        Args:
            api: The API.
        """


class Api(Generic[SyncT, AsyncT]):
    """An API as an attribute of the front classes: the client of a sync or an async front.

    Attributes:
        name: The name of the attribute.
        client: The sync client's class.
        scope: The scope of the API's credentials, such as `project`, in the vendor's terms.
        own_settings: The settings of the API's client that other clients don't have, such as `project_id`.
    """

    def __init__(self, client: type[SyncT], async_client: type[AsyncT], scope: str = "") -> None:
        """Take the classes of the two clients, which are created on first use."""
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
        """Return the client, created once for each front."""
        if front is None:
            return self
        settings: dict[str, Any] = front.client_settings(self)
        kind: type[Any] = self.client if isinstance(front, SyncLifetime) else self._async_client
        # From now on, a look-up finds the client instead of this descriptor.
        client = front.__dict__[self.name] = kind(**settings)
        return client
