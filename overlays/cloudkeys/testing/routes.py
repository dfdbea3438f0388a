"""From a request to the operation that it asks for, and its parameters, held against what the vendor's page allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote

import attrs
import msgspec

from cloudkeys.runtime.types import StrEnum
from cloudkeys.testing.vendors import refusals
from cloudkeys.testing.vendors.refusals import RefusedError
from cloudkeys_api.alibaba_sas.api.leaks import describe_accesskey_leak_list
from cloudkeys_api.huawei_csms.api.secrets import list_secrets
from cloudkeys_api.huawei_iam_v3.api.access_keys import show_permanent_access_key
from cloudkeys_api.huawei_iam_v5.api.access_keys import list_access_keys

if TYPE_CHECKING:
    from cloudkeys.runtime.operation import Operation
    from cloudkeys.testing.http.messages import ReceivedRequest
    from cloudkeys.testing.vendors.refusals import Refusals

_JSON: Final = re.compile(r"application/json\s*(;\s*charset=utf-?8\s*)?", re.IGNORECASE)


@attrs.frozen
class Route:
    """Where an operation is found.

    Attributes:
        operation: The operation.
        refusals: What its service answers in place of a result.
        scope: What a token must be for: `project`, `domain`, or nothing where there are no tokens.
    """

    operation: Operation[Any]
    refusals: Refusals
    scope: str

    def matched(self, path: str) -> dict[str, str] | None:
        """Return the parameters in a path, as they were sent; None if it is the path of something else."""
        pattern = re.sub(r"\\\{([^{}]+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.operation.path))
        found = re.fullmatch(pattern, path)
        return None if found is None else found.groupdict()


ROUTES: Final = (
    Route(describe_accesskey_leak_list.OPERATION, refusals.ALIBABA, ""),
    Route(list_access_keys.OPERATION, refusals.IAM_V5, "domain"),
    Route(show_permanent_access_key.OPERATION, refusals.IAM_V3, "domain"),
    Route(list_secrets.OPERATION, refusals.CSMS, "project"),
)
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
    return refusals.IAM_V3 if route is None else route.refusals


def check_headers(route: Route, request: ReceivedRequest) -> None:
    """Raise a RefusedError if a header that is constant for the operation is missing or has another value."""
    for name, value in route.operation.headers.items():
        given = request.headers.get(name, "")
        if name.lower() == "content-type":
            if not _JSON.fullmatch(given):
                raise RefusedError(route.refusals.wrong_parameter.about(f"{name}, which must be {value}"))
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
    refusal = route.refusals.wrong_parameter
    sent = _texts(route, in_path, query)
    try:
        asked = msgspec.convert(sent, route.operation.parameters, strict=False)
    except msgspec.ValidationError as error:
        refused = route.refusals.wrong_marker if "$.marker" in str(error) else refusal
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
    refusal = route.refusals.wrong_parameter
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
        path = {name: unquote(value, errors="strict") for name, value in in_path.items()}
    except ValueError:
        raise RefusedError(refusal.about("the query or the path can't be read")) from None
    names = {name for name, _ in pairs}
    if len(names) < len(pairs) or not names <= set(route.operation.query):
        raise RefusedError(refusal.about("the query has a name twice, or one that the operation doesn't know"))
    return dict(pairs) | path
