"""Where a listing stands, as a text that survives a restart."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import msgspec

from cloudkeys.errors import ParameterError

if TYPE_CHECKING:
    from cloudkeys.paging.cursor import PagingRule


class Position(msgspec.Struct, frozen=True):
    """Where a listing stands.

    Attributes:
        operation: The name of the operation.
        arguments: The arguments of the next page to ask for.
        given: How many items of that page were given.
        after: The key of the last of them; None where none was given, or it has no key.
    """

    operation: str
    arguments: dict[str, Any]
    given: int = 0
    after: str | int | None = None

    def token(self) -> str:
        """Return the position as a text to save."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode()


def resumed(token: str, start: Position, rule: PagingRule[Any]) -> Position:
    """Return the position that a text stands for, if it is of a listing with the same filters.

    Args:
        token: The text.
        start: Where a new listing would begin.
        rule: How the operation is paged.

    Raises:
        ParameterError: It isn't a position, or is of another listing.
    """
    operation = start.operation
    try:
        position = msgspec.json.decode(base64.urlsafe_b64decode(token), type=Position)
        rule.operation.build_request(position.arguments)
    except (ValueError, TypeError, RecursionError, msgspec.MsgspecError):
        raise ParameterError(operation, "resume", "isn't a position that a listing gave") from None
    here, there = ({k: v for k, v in p.arguments.items() if k not in rule.own} for p in (start, position))
    if position.operation != operation or msgspec.to_builtins(here) != there:
        raise ParameterError(
            operation, "resume", "is the position of a listing with another operation or other filters"
        )
    return position
