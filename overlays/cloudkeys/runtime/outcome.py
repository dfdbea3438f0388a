"""Whether a call may have taken effect, over all of its attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from cloudkeys.errors import CloudkeysError, NoResponseError, ResponseError

if TYPE_CHECKING:
    from types import TracebackType

    from cloudkeys.runtime.messages import RawResponse, Request

_ADVICE: Final = "the call may have taken effect: list what exists before you make it again"


class Outcome:
    """The possible effect of one call; each attempt runs in its `with` block."""

    def __init__(self, request: Request) -> None:
        """Start a call."""
        self._request, self._may_have_taken_effect = request, False

    def mark_repeat(self, response: RawResponse) -> RawResponse:
        """Set `is_repeat` of a response if an earlier attempt may have taken effect.

        Args:
            response: The response.
        """
        return attrs.evolve(response, is_repeat=True) if self._may_have_taken_effect else response

    def __enter__(self) -> None:
        """Start an attempt."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Record whether a failed attempt may have taken effect; the errors of later attempts report it too."""
        if not isinstance(error, CloudkeysError):
            return
        # Without frames, which have the request and the response: some tracebacks show the values in them.
        error.__traceback__ = None
        if error.__suppress_context__:
            error.__context__ = None
        self._may_have_taken_effect |= error.may_have_taken_effect
        error.may_have_taken_effect = self._may_have_taken_effect
        if not self._may_have_taken_effect or self._request.idempotent:
            return
        if isinstance(error, NoResponseError | ResponseError):
            error.reason = f"{error.reason}; {_ADVICE}" if error.reason else _ADVICE
