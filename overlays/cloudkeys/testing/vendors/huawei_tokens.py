"""The fake of IAM's POST /v3/auth/tokens, which issues a token for a password ("Obtaining a User Token")."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from cloudkeys.testing import refusals
from cloudkeys.testing.http.messages import json_response
from cloudkeys.testing.refusals import RefusedError

if TYPE_CHECKING:
    from cloudkeys.testing.http.messages import FakeResponse, ReceivedRequest
    from cloudkeys.testing.state import CloudState


class _Named(msgspec.Struct):
    id: str | None = None
    name: str | None = None


class _User(msgspec.Struct):
    name: str
    password: str
    domain: _Named


class _Password(msgspec.Struct):
    user: _User


class _Identity(msgspec.Struct):
    methods: list[str]
    password: _Password


class _Scope(msgspec.Struct):
    project: _Named | None = None
    domain: _Named | None = None


class _Auth(msgspec.Struct):
    identity: _Identity
    scope: _Scope | None = None


class _TokenRequest(msgspec.Struct):
    auth: _Auth


def issue_token(cloud: CloudState, request: ReceivedRequest) -> FakeResponse:
    """Respond to a request for a token.

    Args:
        cloud: The passwords, the projects and the account.
        request: The request.

    Raises:
        RefusedError: The request is malformed, the password is wrong, or the project or account is unknown.
    """
    if request.method != "POST":
        raise RefusedError(refusals.wrong_method("POST"))
    try:
        auth = msgspec.json.decode(request.body, type=_TokenRequest).auth
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise RefusedError(refusals.WRONG_TOKEN_REQUEST) from None
    user = auth.identity.password.user
    given = (user.name, user.password, user.domain.name)
    if auth.identity.methods != ["password"] or given not in {
        (known.user, known.password, known.domain) for known in cloud.callers.passwords
    }:
        raise RefusedError(refusals.WRONG_PASSWORD)
    now = cloud.now()
    token = cloud.callers.issue_token(_scope(cloud, auth.scope or _Scope()), now + cloud.token_lifetime)
    times = {"expires_at": token.expires_at, "issued_at": now}
    return json_response(201, {"token": {"methods": ["password"], **times}}, {"X-Subject-Token": token.value})


def _scope(cloud: CloudState, asked: _Scope) -> tuple[str, str]:
    """Return the scope of the token: the requested project, otherwise the account."""
    if asked.project is None:
        domain = asked.domain or _Named(id=cloud.domain_id)
        if cloud.domain_id != domain.id and domain.name not in {known.domain for known in cloud.callers.passwords}:
            raise RefusedError(refusals.WRONG_PASSWORD)
        return "domain", cloud.domain_id
    ids = {name: project_id for project_id, name in cloud.projects.items()}
    project_id = asked.project.id or ids.get(asked.project.name or "")
    if project_id not in cloud.projects:
        raise RefusedError(refusals.WRONG_PASSWORD)
    return "project", project_id
