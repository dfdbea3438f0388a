"""Credentials: access keys, functions that supply them, and passwords. `find` searches for access keys."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import NoReturn, TypeAlias

import attrs

from cloudkeys.errors import CredentialsError
from cloudkeys.runtime.headers import check_header_value, check_text
from cloudkeys.runtime.types import SecretStr


def wrap_secret(value: SecretStr | str) -> SecretStr:
    """Wrap a value so that no tool that shows the fields of an object shows it.

    Args:
        value: The value; it isn't validated.
    """
    return value if isinstance(value, SecretStr) else SecretStr(value)


@attrs.frozen
class AccessKey:
    """An access key and its secret. Only `secret` and `security_token` return the secrets; pickling is refused.

    Attributes:
        access_key_id: The AccessKey ID of Alibaba Cloud, or the AK of Huawei Cloud.

    Raises:
        ValueError: A value isn't printable ASCII, or begins or ends with a space or a line break.
    """

    access_key_id: str
    _secret: SecretStr = attrs.field(repr=False, converter=wrap_secret, alias="secret")
    _security_token: SecretStr | None = attrs.field(
        default=None, repr=False, converter=attrs.converters.optional(wrap_secret), alias="security_token"
    )

    def __attrs_post_init__(self) -> None:
        """Check that each value can be sent in a header."""
        check_header_value("access_key_id", self.access_key_id)
        check_header_value("secret", self.secret)
        if self.security_token is not None:
            check_header_value("security_token", self.security_token)

    @property
    def secret(self) -> str:
        """The AccessKey secret of Alibaba Cloud, or the SK of Huawei Cloud."""
        return self._secret.reveal()

    @property
    def security_token(self) -> str | None:
        """The security token of a temporary key; None for a permanent one."""
        return None if self._security_token is None else self._security_token.reveal()

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError("an AccessKey holds a secret and can't be pickled")


@attrs.frozen(kw_only=True)
class Password:
    """A password for fetching Huawei Cloud tokens. Only `password` returns it; pickling is refused.

    Attributes:
        user: The name of the IAM user.
        domain: The name of the account the IAM user belongs to.

    Raises:
        ValueError: A value is empty or contains an unprintable character.
    """

    user: str
    _password: SecretStr = attrs.field(repr=False, converter=wrap_secret, alias="password")
    domain: str

    def __attrs_post_init__(self) -> None:
        """Check that each value is printable text."""
        for name in ("user", "password", "domain"):
            check_text(name, getattr(self, name))

    @property
    def password(self) -> str:
        """The password of the IAM user."""
        return self._password.reveal()

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError("a Password holds a secret and can't be pickled")


AccessKeySource: TypeAlias = AccessKey | Callable[[], AccessKey | Awaitable[AccessKey]]
"""An access key, or a sync or async function that returns the current one; it is called for each attempt."""


def resolve_access_key(source: AccessKeySource) -> AccessKey:
    """Return the current access key for a sync call.

    Args:
        source: The access key, or a function that returns it.

    Raises:
        CredentialsError: The function is async, or doesn't return an access key.
    """
    key = source() if callable(source) else source
    if inspect.isawaitable(key):
        if inspect.iscoroutine(key):
            key.close()
        raise CredentialsError("the credentials come from an async function, which a sync call can't await")
    return _checked(key)


async def resolve_access_key_async(source: AccessKeySource) -> AccessKey:
    """Return the current access key for an async call; raises the same errors as `resolve_access_key`."""
    key = source() if callable(source) else source
    return _checked(await key if inspect.isawaitable(key) else key)


def _checked(key: object) -> AccessKey:
    if not isinstance(key, AccessKey):
        raise CredentialsError(f"the credentials must be an AccessKey, not {type(key).__name__}")
    return key
