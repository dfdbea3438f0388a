"""Positions in a listing, and their text form that survives a restart."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import attrs
import msgspec

from cloudkeys.errors import ListingError, ParameterError

if TYPE_CHECKING:
    from cloudkeys.paging.styles import Paging
    from cloudkeys.runtime.messages import Request


class _SavedPosition(msgspec.Struct, frozen=True):
    """The saved form. Its field names must not change: saved positions outlive a version."""

    operation: str
    arguments: dict[str, Any]
    given: int = 0
    after: str | int | None = None
    before: int = 0


@attrs.frozen
class Position:
    """A position in a listing.

    Attributes:
        operation: The full name of the operation.
        parameters: The parameters of the next page to request.
        read: The number of items of that page before the position, including dropped repeats.
        after: The key of the last of them; None if there is none or it has no key.
        before: The number of items on the pages before it.
    """

    operation: str
    parameters: msgspec.Struct
    read: int = 0
    after: str | int | None = None
    before: int = 0

    def to_text(self) -> str:
        """Return the position as text to save."""
        arguments = _present_arguments(self.parameters)
        saved = _SavedPosition(self.operation, arguments, self.read, self.after, self.before)
        return base64.urlsafe_b64encode(msgspec.json.encode(saved)).decode()

    def build_request(self, paging: Paging[Any, Any]) -> Request:
        """Return the request for the next page.

        Args:
            paging: How the operation is paged.

        Raises:
            ParameterError: A parameter violates the vendor's documentation.
            ListingError: The marker from the service can't be sent.
        """
        # The service issued the marker, so it's valid even if it doesn't match the documented format.
        marker = paging.step if isinstance(getattr(self.parameters, paging.step), str) else None
        try:
            return paging.operation.build_request(self.parameters, unchecked=marker)
        except ParameterError as error:
            if marker is None:
                raise
            raise ListingError(error.operation, f"the service's marker can't be sent: {error.reason}") from None


def load_position(text: str, start: Position, paging: Paging[Any, Any]) -> Position:
    """Load a saved position of a listing with the same filters.

    Args:
        text: The saved position.
        start: The start of a new listing.
        paging: How the operation is paged.

    Raises:
        ParameterError: The text isn't a position, or is a position of another listing.
    """
    name, struct = paging.operation.name, type(start.parameters)
    try:
        saved = msgspec.json.decode(base64.urlsafe_b64decode(text), type=_SavedPosition)
        if saved.operation != start.operation:
            raise _other_listing(name)
        position = _from_saved(saved, struct, paging.step)
        position.build_request(paging)
    except ParameterError:
        raise
    except (ListingError, ValueError, TypeError, RecursionError, msgspec.MsgspecError):
        raise ParameterError(name, "resume", "isn't a saved position of a listing") from None
    page = {name: getattr(start.parameters, name) for name in (paging.step, paging.size)}
    filters = msgspec.structs.replace(position.parameters, **page)
    if _present_arguments(filters) != _present_arguments(start.parameters):
        raise _other_listing(name)
    return position


def _from_saved(saved: _SavedPosition, struct: type[msgspec.Struct], step: str) -> Position:
    """Convert a saved position; its marker isn't validated, since the service issued it."""
    (field,) = (each for each in msgspec.structs.fields(struct) if each.name == step)
    marker = saved.arguments.get(field.encode_name)
    is_marker = isinstance(marker, str) and not field.required and field.default in {None, msgspec.UNSET}
    checked = {name: value for name, value in saved.arguments.items() if not (is_marker and name == field.encode_name)}
    parameters = msgspec.convert(checked, struct)
    if is_marker:
        parameters = msgspec.structs.replace(parameters, **{step: marker})
    return Position(saved.operation, parameters, saved.given, saved.after, saved.before)


def _present_arguments(parameters: msgspec.Struct) -> dict[str, Any]:
    arguments: dict[str, Any] = msgspec.to_builtins(parameters)
    return {name: value for name, value in arguments.items() if value is not None}


def _other_listing(operation: str) -> ParameterError:
    return ParameterError(operation, "resume", "is the position of a listing with another operation or other filters")
