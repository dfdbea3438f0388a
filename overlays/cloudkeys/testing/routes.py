"""Finds the operation of a request."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from cloudkeys.testing import refusals
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors import alibaba_ims, alibaba_sas, huawei_csms, huawei_iam_v3, huawei_iam_v5

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudkeys.runtime.operation import Operation
    from cloudkeys.testing.http.messages import ReceivedRequest
    from cloudkeys.testing.refusals import Refusals
    from cloudkeys.testing.vendors.service import FakeService


def _pattern_of(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{([^{}]+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def _action_of(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.startswith("x-acs-")}


@attrs.frozen
class Route:
    """The path of an operation, and its service.

    Attributes:
        operation: The operation.
        service: The fake service.
    """

    operation: Operation[Any, ..., Any]
    service: FakeService
    _pattern: re.Pattern[str] = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(lambda self: _pattern_of(self.operation.path), takes_self=True),
    )
    _action: dict[str, str] = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(lambda self: _action_of(self.operation.headers), takes_self=True),
    )

    def matched(self, path: str) -> dict[str, str] | None:
        """Return the parameters in a path, still encoded; None if the path doesn't match."""
        found = self._pattern.fullmatch(path)
        return None if found is None else found.groupdict()

    def is_action_of(self, request: ReceivedRequest) -> bool:
        """Return whether a request has the action of the operation; several operations may share a path."""
        return all(request.headers.get(name, "") == value for name, value in self._action.items())


_MODULES: Final = (alibaba_ims, alibaba_sas, huawei_csms, huawei_iam_v3, huawei_iam_v5)
ROUTES: Final = tuple(
    Route(operation, service) for service in (module.SERVICE for module in _MODULES) for operation in service.handlers
)
TOKENS_PATH: Final = "/v3/auth/tokens"
TOKENS_OPERATION: Final = "KeystoneCreateUserTokenByPassword"
OPERATION_NAMES: Final = (*(route.operation.full_name for route in ROUTES), TOKENS_OPERATION)


def find_route(request: ReceivedRequest) -> tuple[Route, dict[str, str]]:
    """Return the route of a request, and the parameters in its path.

    Args:
        request: The request.

    Raises:
        RefusedError: The path, the method or the action is unknown.
    """
    at_path = _routes_at(request.path)
    if not at_path:
        raise RefusedError(refusals.UNKNOWN_API)
    allowed = sorted({route.operation.method for route in at_path})
    if request.method not in allowed:
        raise RefusedError(refusals.wrong_method(", ".join(allowed)))
    for route in at_path:
        if route.operation.method == request.method and route.is_action_of(request):
            return route, route.matched(request.path) or {}
    raise RefusedError(refusals.UNKNOWN_ACTION)


@functools.lru_cache
def _routes_at(path: str) -> tuple[Route, ...]:
    return tuple(route for route in ROUTES if route.matched(path) is not None)


def _route(request: ReceivedRequest) -> Route | None:
    at_path = _routes_at(request.path)
    asked = [route for route in at_path if route.is_action_of(request)] or at_path
    return next((route for route in asked if route.operation.method == request.method), next(iter(asked), None))


def operation_name(request: ReceivedRequest) -> str:
    """Return the full name of the operation of a request; empty if there is none."""
    if request.path == TOKENS_PATH:
        return TOKENS_OPERATION
    route = _route(request)
    return "" if route is None else route.operation.full_name


def refusals_for(request: ReceivedRequest) -> Refusals:
    """Return the refusals of the service of a request."""
    route = _route(request)
    return refusals.IAM_V3 if route is None else route.service.refusals
