"""What the fake of one service is: its answers, its refusals, and what its tokens are for."""

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
        answers: What answers each operation, given the state, the parameters and the ID of the request.
        refusals: What it answers in place of a result.
        scope: What a token must be for: `project`, `domain`, or nothing where there are no tokens.
    """

    answers: Mapping[Operation[Any, ..., Any], Callable[[Any, Any, str], object]]
    refusals: Refusals
    scope: str
