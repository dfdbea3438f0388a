"""Where a listing stands, and the text of it that survives a restart."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import attrs
import msgspec

from cloudkeys.errors import ListingError, ParameterError

if TYPE_CHECKING:
    from cloudkeys.paging.styles import Paging
    from cloudkeys.runtime.messages import Request


class _Saved(msgspec.Struct, frozen=True):
    operation: str
    arguments: dict[str, Any]
    given: int = 0
    after: str | int | None = None
    before: int = 0


@attrs.frozen
class Position:
    """Where a listing stands.

    Attributes:
        operation: The full name of the operation.
        parameters: The parameters of the next page to ask for.
        given: How many items of that page were given.
        after: The key of the last of them; None where none was given, or it has no key.
        before: How many items the pages before it had.
    """

    operation: str
    parameters: msgspec.Struct
    given: int = 0
    after: str | int | None = None
    before: int = 0

    def token(self) -> str:
        """Return the position as a text to save."""
        saved = _Saved(self.operation, _arguments(self.parameters), self.given, self.after, self.before)
        return base64.urlsafe_b64encode(msgspec.json.encode(saved)).decode()

    def request(self, paging: Paging[Any, Any]) -> Request:
        """Return the request of the next page.

        Args:
            paging: How the operation is paged.

        Raises:
            ParameterError: A parameter isn't what the vendor's page allows.
            ListingError: The service gave a marker that can't be sent.
        """
        # A marker is the service's own, whatever the page says of its form.
        marker = paging.step if isinstance(getattr(self.parameters, paging.step), str) else None
        try:
            return paging.operation.build_request(self.parameters, unchecked=marker)
        except ParameterError as error:
            if marker is None:
                raise
            raise ListingError(error.operation, f"the service's marker can't be sent: {error.reason}") from None


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
        position = _read(saved, kind, paging.step)
        position.request(paging)
    except ParameterError:
        raise
    except (ListingError, ValueError, TypeError, RecursionError, msgspec.MsgspecError):
        raise ParameterError(name, "resume", "isn't a position that a listing gave") from None
    own = {name: getattr(start.parameters, name) for name in (paging.step, paging.size)}
    if _arguments(msgspec.structs.replace(position.parameters, **own)) != _arguments(start.parameters):
        raise _another(name)
    return position


def _read(saved: _Saved, kind: type[msgspec.Struct], step: str) -> Position:
    """Return a saved position; a marker is taken as it is, since the service gave it."""
    (field,) = (each for each in msgspec.structs.fields(kind) if each.name == step)
    marker = saved.arguments.get(field.encode_name)
    is_marker = isinstance(marker, str) and not field.required and field.default in {None, msgspec.UNSET}
    given = {name: value for name, value in saved.arguments.items() if not (is_marker and name == field.encode_name)}
    parameters = msgspec.convert(given, kind)
    if is_marker:
        parameters = msgspec.structs.replace(parameters, **{step: marker})
    return Position(saved.operation, parameters, saved.given, saved.after, saved.before)


def _arguments(parameters: msgspec.Struct) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(parameters)
    return {name: value for name, value in found.items() if value is not None}


def _another(operation: str) -> ParameterError:
    return ParameterError(operation, "resume", "is the position of a listing with another operation or other filters")
