"""Finds how a program calls each operation: the methods of the generated clients in the front classes."""

from __future__ import annotations

import inspect
import re
import sys
from typing import TYPE_CHECKING, Final

import attrs

import cloudkeys
from cloudkeys.runtime.service import Front
from cloudkeys.runtime.settings import SyncLifetime

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXPORTED: Final = [getattr(cloudkeys, name) for name in cloudkeys.__all__]
FRONTS: Final = [kind for kind in _EXPORTED if inspect.isclass(kind) and issubclass(kind, Front)]
"""The front classes that the package exports, sync and async."""


@attrs.frozen
class Method:
    """A method of a generated client.

    Attributes:
        front: The name of the front class that holds the client.
        call: How a program calls it, with the arguments that it must give.
        symbol: Its full name, which is also its anchor on the site.
        result: What the call returns.
    """

    front: str
    call: str
    symbol: str
    result: str


def methods(package: str, operation: str) -> Iterator[Method]:
    """Yield the methods that call an operation, sync before async.

    Args:
        package: The full name of the generated package.
        operation: The name of the operation's module.
    """
    for front in sorted(FRONTS, key=lambda kind: not issubclass(kind, SyncLifetime)):
        for name, api in front.apis().items():
            if api.client.__module__ == f"{package}.client":
                kind = api.client if issubclass(front, SyncLifetime) else sys.modules[api.client.__module__].AsyncClient
                yield _method(front.__name__, name, kind, operation)


def _method(front: str, api: str, kind: type, operation: str) -> Method:
    function = getattr(kind, operation)
    signature = inspect.signature(function)
    needed = [one.name for one in signature.parameters.values() if one.name != "self" and one.default is one.empty]
    call = f"{front.removeprefix('Async').lower()}.{api}.{operation}({', '.join(needed)})"
    return Method(
        front,
        f"await {call}" if inspect.iscoroutinefunction(function) else call,
        f"{kind.__module__}.{kind.__name__}.{operation}",
        re.sub(r"\w+\.", "", inspect.formatannotation(signature.return_annotation)),
    )
