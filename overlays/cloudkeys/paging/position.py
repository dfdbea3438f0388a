"""Where a listing stands, and the text of it that survives a restart."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import attrs
import msgspec

from cloudkeys.errors import ParameterError

if TYPE_CHECKING:
    from cloudkeys.paging.styles import Paging


class _Saved(msgspec.Struct, frozen=True):
    operation: str
    arguments: dict[str, Any]
    given: int = 0
    after: str | int | None = None


@attrs.frozen
class Position:
    """Where a listing stands.

    Attributes:
        operation: The full name of the operation.
        parameters: The parameters of the next page to ask for.
        given: How many items of that page were given.
        after: The key of the last of them; None where none was given, or it has no key.
    """

    operation: str
    parameters: msgspec.Struct
    given: int = 0
    after: str | int | None = None

    def token(self) -> str:
        """Return the position as a text to save."""
        saved = _Saved(self.operation, _arguments(self.parameters), self.given, self.after)
        return base64.urlsafe_b64encode(msgspec.json.encode(saved)).decode()


def resumed(token: str, start: Position, paging: Paging[Any, Any]) -> Position:
    """Return the position that a text stands for, if it is of a listing with the same filters.

    Args:
        token: The text.
        start: Where a new listing would begin.
        paging: How the operation is paged.

    Raises:
        ParameterError: It isn't a position, or is of another listing.
    """
    name, kind = paging.operation.name, type(start.parameters)
    try:
        saved = msgspec.json.decode(base64.urlsafe_b64decode(token), type=_Saved)
        if saved.operation != start.operation:
            raise _another(name)
        parameters = msgspec.convert(saved.arguments, kind)
        paging.operation.build_request(parameters)
    except ParameterError:
        raise
    except (ValueError, TypeError, RecursionError, msgspec.MsgspecError):
        raise ParameterError(name, "resume", "isn't a position that a listing gave") from None
    own = {name: getattr(start.parameters, name) for name in (paging.step, paging.size)}
    if _arguments(msgspec.structs.replace(parameters, **own)) != _arguments(start.parameters):
        raise _another(name)
    return Position(start.operation, parameters, saved.given, saved.after)


def _arguments(parameters: msgspec.Struct) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(parameters)
    return {name: value for name, value in found.items() if value is not None}


def _another(operation: str) -> ParameterError:
    return ParameterError(operation, "resume", "is the position of a listing with another operation or other filters")
