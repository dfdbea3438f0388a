"""From a request to the operation that it asks for, and its parameters, held against what the vendor's page allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote

import attrs
import msgspec

from cloudkeys.runtime.types import StrEnum
from cloudkeys.testing import refusals
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors import alibaba_sas, huawei_csms, huawei_iam_v3, huawei_iam_v5

if TYPE_CHECKING:
    from cloudkeys.runtime.operation import Operation
    from cloudkeys.testing.http.messages import ReceivedRequest
    from cloudkeys.testing.refusals import Refusals
    from cloudkeys.testing.vendors.service import FakeService

_JSON: Final = re.compile(r"application/json\s*(;\s*charset=utf-?8\s*)?", re.IGNORECASE)


@attrs.frozen
class Route:
    """Where an operation is found.

    Attributes:
        operation: The operation.
        service: The fake of its service.
    """

    operation: Operation[Any, ..., Any]
    service: FakeService

    def matched(self, path: str) -> dict[str, str] | None:
        """Return the parameters in a path, as they were sent; None if it is the path of something else."""
        pattern = re.sub(r"\\\{([^{}]+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.operation.path))
        found = re.fullmatch(pattern, path)
        return None if found is None else found.groupdict()


_SERVICES: Final = (alibaba_sas.SERVICE, huawei_csms.SERVICE, huawei_iam_v3.SERVICE, huawei_iam_v5.SERVICE)
ROUTES: Final = tuple(Route(operation, service) for service in _SERVICES for operation in service.answers)
TOKENS_PATH: Final = "/v3/auth/tokens"
TOKENS_OPERATION: Final = "KeystoneCreateUserTokenByPassword"
OPERATION_NAMES: Final = (*(route.operation.name for route in ROUTES), TOKENS_OPERATION)


def find_route(request: ReceivedRequest) -> tuple[Route, dict[str, str]]:
    """Return the operation that a request asks for, with the parameters in its path.

    Args:
        request: The request.

    Raises:
        RefusedError: There is no such path, or no such method of it.
    """
    route = _route(request)
    if route is None:
        raise RefusedError(refusals.UNKNOWN_API)
    if request.method != route.operation.method:
        raise RefusedError(refusals.wrong_method(route.operation.method))
    return route, route.matched(request.path) or {}


def _route(request: ReceivedRequest) -> Route | None:
    return next((route for route in ROUTES if route.matched(request.path) is not None), None)


def operation_name(request: ReceivedRequest) -> str:
    """Return the vendor's name of the operation that a request asks for; empty where there is none."""
    if request.path == TOKENS_PATH:
        return TOKENS_OPERATION
    route = _route(request)
    return "" if route is None else route.operation.name


def refusals_for(request: ReceivedRequest) -> Refusals:
    """Return what the service that a request is for answers in place of a result."""
    route = _route(request)
    return refusals.IAM_V3 if route is None else route.service.refusals


def check_headers(route: Route, request: ReceivedRequest) -> None:
    """Raise a RefusedError if a header that is constant for the operation is missing or has another value."""
    for name, value in route.operation.headers.items():
        given = request.headers.get(name, "")
        if name.lower() == "content-type":
            if not _JSON.fullmatch(given):
                raise RefusedError(route.service.refusals.wrong_parameter.about(f"{name}, which must be {value}"))
        elif given != value:
            raise RefusedError(refusals.UNKNOWN_ACTION)


def read_parameters(route: Route, in_path: dict[str, str], query: str) -> Any:  # noqa: ANN401 - one type an operation
    """Return the parameters of a request, as the generated Struct of its operation.

    The services ignore a parameter that they don't know. This refuses it, since a test should find the misspelt filter
    that would list everything.

    Args:
        route: The operation.
        in_path: The parameters in the path, as they were sent.
        query: The query, as it was sent.

    Raises:
        RefusedError: One is missing, comes twice, is unknown, or isn't what the vendor's page allows.
    """
    refusal = route.service.refusals.wrong_parameter
    schema: Any = route.operation.parameters
    sent = _texts(route, in_path, query)
    try:
        asked = msgspec.convert(sent, schema, strict=False)
    except msgspec.ValidationError as error:
        refused = route.service.refusals.wrong_marker if "$.marker" in str(error) else refusal
        raise RefusedError(refused.about(str(error))) from None
    # msgspec takes `1e1` and `10.0` for integers.
    if {name: str(value) for name, value in msgspec.to_builtins(asked).items()} != sent:
        raise RefusedError(refusal.about("a number isn't written as one"))
    for name, value in msgspec.structs.asdict(asked).items():
        if isinstance(value, StrEnum) and not value.documented:
            raise RefusedError(refusal.about(name))
    return asked


def _texts(route: Route, in_path: dict[str, str], query: str) -> dict[str, str]:
    """Return the parameters as they were sent, decoded."""
    refusal = route.service.refusals.wrong_parameter
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
        path = {name: unquote(value, errors="strict") for name, value in in_path.items()}
    except ValueError:
        raise RefusedError(refusal.about("the query or the path can't be read")) from None
    names = {name for name, _ in pairs}
    if len(names) < len(pairs) or not names <= _in_query(route):
        raise RefusedError(refusal.about("the query has a name twice, or one that the operation doesn't know"))
    return dict(pairs) | path


def _in_query(route: Route) -> set[str]:
    schema: Any = route.operation.parameters
    names = {field.encode_name for field in msgspec.structs.fields(schema)}
    return {name for name in names if f"{{{name}}}" not in route.operation.path}
