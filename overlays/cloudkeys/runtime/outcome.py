"""Whether the attempts of a call may have taken effect, and what its error says of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from cloudkeys.errors import CloudkeysError, NoResponseError, ResponseError

if TYPE_CHECKING:
    from types import TracebackType

    from cloudkeys.runtime.messages import RawResponse, Request

_ADVICE: Final = "the call may have taken effect: list, and look, before you make it again"


class Outcome:
    """What the attempts of one call may have done; each attempt runs inside of it."""

    def __init__(self, request: Request) -> None:
        """Begin a call."""
        self._request, self._may_have_taken_effect = request, False

    def marked(self, response: RawResponse) -> RawResponse:
        """Return a response that says whether an earlier attempt may have taken effect.

        Args:
            response: The response.
        """
        return attrs.evolve(response, is_repeat=True) if self._may_have_taken_effect else response

    def __enter__(self) -> None:
        """Begin an attempt."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Note what a failed attempt may have done; an error of a later attempt says it too."""
        if not isinstance(error, CloudkeysError):
            return
        # Without the frames that know what was sent and what came: a traceback may show the values in them.
        error.__traceback__ = None
        if error.__suppress_context__:
            error.__context__ = None
        self._may_have_taken_effect |= error.may_have_taken_effect
        error.may_have_taken_effect = self._may_have_taken_effect
        if not self._may_have_taken_effect or self._request.idempotent:
            return
        if isinstance(error, NoResponseError | ResponseError):
            error.reason = f"{error.reason}; {_ADVICE}" if error.reason else _ADVICE
