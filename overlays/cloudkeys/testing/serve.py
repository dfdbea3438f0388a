"""Handles one request: authentication, permission, parameters, and the response of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from cloudkeys.testing.http.messages import FakeResponse, json_response
from cloudkeys.testing.parameters import read_parameters
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.routes import TOKENS_PATH, find_route
from cloudkeys.testing.signatures import check_acs3, check_sdk_hmac, claimed_caller_id
from cloudkeys.testing.vendors.access_keys import record_use
from cloudkeys.testing.vendors.huawei_tokens import issue_token

if TYPE_CHECKING:
    from cloudkeys.testing.http.messages import ReceivedRequest
    from cloudkeys.testing.routes import Route
    from cloudkeys.testing.state import CloudState


def serve(cloud: CloudState, request: ReceivedRequest) -> FakeResponse:
    """Return the response of the service to a request.

    Args:
        cloud: The data and the callers.
        request: The request.
    """
    request_id = cloud.new_request_id()
    try:
        return issue_token(cloud, request) if request.path == TOKENS_PATH else _result(cloud, request, request_id)
    except RefusedError as error:
        return error.refusal.respond(request_id)


def _result(cloud: CloudState, request: ReceivedRequest, request_id: str) -> FakeResponse:
    route, in_path = find_route(request)
    _authenticate(cloud, route, request, in_path)
    cloud.caller = claimed_caller_id(request)
    record_use(cloud, route.operation.full_name)
    if route.operation.full_name in cloud.denied:
        raise RefusedError(route.service.refusals.not_permitted)
    asked = read_parameters(route, in_path, request)
    result = route.service.handlers[route.operation](cloud, asked, request_id)
    headers = {"X-Request-Id": request_id} if route.service.scope else {}
    status = next(iter(route.operation.success))
    return FakeResponse(status, b"", headers) if result is None else json_response(status, result, headers)


def _authenticate(cloud: CloudState, route: Route, request: ReceivedRequest, in_path: dict[str, str]) -> None:
    if not route.service.scope:
        check_acs3(request, cloud.callers, cloud.now())
        return
    wanted = unquote(in_path["project_id"]) if route.service.scope == "project" else cloud.domain_id
    token = request.headers.get("x-auth-token")
    if token is not None:
        cloud.callers.check_token(token, (route.service.scope, wanted), route.service.refusals, cloud.now())
    elif "authorization" in request.headers:
        check_sdk_hmac(request, cloud.callers, cloud.now())
        given = request.headers.get(f"x-{route.service.scope}-id", wanted)
        if given != wanted or (route.service.scope == "project" and wanted not in cloud.projects):
            raise RefusedError(route.service.refusals.wrong_scope)
    else:
        raise RefusedError(route.service.refusals.no_token)
