"""The fake of one service: its handlers, its refusals, and the scope of its tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudkeys.runtime.operation import Operation
    from cloudkeys.testing.refusals import Refusals


@attrs.frozen
class FakeService:
    """The fake of one service.

    Attributes:
        handlers: The handler of each operation; it takes the state, the parameters and the request ID.
        refusals: Its refusals.
        scope: The scope of its tokens: `project` or `domain`; empty if it accepts no tokens.
    """

    handlers: Mapping[Operation[Any, ..., Any], Callable[[Any, Any, str], object]]
    refusals: Refusals
    scope: str
