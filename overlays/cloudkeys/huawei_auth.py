"""Which of Huawei Cloud's schemes authenticates the calls of a service, and for which project or account."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cloudkeys.auth.find import find_huawei
from cloudkeys.auth.sdk_hmac import SdkHmacAuth
from cloudkeys.auth.token import PasswordTokenAuth, TokenAuth
from cloudkeys.errors import CredentialsError

if TYPE_CHECKING:
    import httpx

    from cloudkeys.huawei import Huawei


class TokenAuths(dict[tuple[object, ...], PasswordTokenAuth]):
    """The token authentications that a client shares with its copies, so that a token is got once for all of them."""


def auth_for(huawei: Huawei, section: str, base_url: str, iam_base_url: str) -> httpx.Auth:
    """Return what authenticates the calls of one service.

    Args:
        huawei: The settings.
        section: `basic` for a regional service, which wants a project; `global` for IAM, which wants an account.
        base_url: Where the service answers.
        iam_base_url: Where tokens are got.
    """
    if huawei.token is not None:
        return TokenAuth(huawei.token, base_url)
    found_id = scope_id(huawei, section)
    if huawei.password is not None:
        domain = {"id": found_id} if found_id else {"name": huawei.password.domain}
        # Without a project nothing of a regional service is called: secrets want its ID.
        scope = {"project": {"id": found_id}} if section == "basic" else {"domain": domain}
        key = (huawei.password, section, found_id, iam_base_url, base_url)
        return huawei.token_auths.setdefault(key, PasswordTokenAuth(huawei.password, scope, iam_base_url, base_url))
    header = "X-Project-Id" if section == "basic" else "X-Domain-Id"
    source = huawei.credentials or (lambda: find_huawei(section)[0])
    return SdkHmacAuth(source, base_url, {header: found_id} if found_id else {})


def scope_id(huawei: Huawei, section: str) -> str | None:
    """Return the ID of the project or the account: the one given, or the one that is found.

    Args:
        huawei: The settings.
        section: `basic` for the project, `global` for the account.
    """
    given = huawei.project_id if section == "basic" else huawei.domain_id
    if given or any(source is not None for source in (huawei.credentials, huawei.token, huawei.password)):
        return given or os.environ.get(f"HUAWEICLOUD_SDK_{'PROJECT' if section == 'basic' else 'DOMAIN'}_ID")
    try:
        return find_huawei(section)[1]
    except CredentialsError:
        # The call itself says what is missing.
        return None
