"""What calls are authenticated with, given or supplied by a function; `find_credentials` looks for it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import NoReturn, TypeAlias

import attrs

from cloudkeys.errors import CredentialsError
from cloudkeys.runtime.headers import check_header_value, check_text
from cloudkeys.runtime.types import SecretStr


def hidden(value: SecretStr | str) -> SecretStr:
    """Hide a value from every tool that shows the fields of an object.

    Args:
        value: The value; the object's own check tells whether it is a text.
    """
    return value if isinstance(value, SecretStr) else SecretStr(value)


@attrs.frozen
class AccessKey:
    """An access key with its secret. Only `secret` and `security_token` give these, and it can't be pickled.

    Attributes:
        access_key_id: The ID: AccessKey ID with Alibaba Cloud, AK with Huawei Cloud.

    Raises:
        ValueError: One of them isn't printable ASCII, or has spaces or line breaks at its ends.
    """

    access_key_id: str
    _secret: SecretStr = attrs.field(repr=False, converter=hidden, alias="secret")
    _security_token: SecretStr | None = attrs.field(
        default=None, repr=False, converter=attrs.converters.optional(hidden), alias="security_token"
    )

    def __attrs_post_init__(self) -> None:
        """Check that all of them can be sent in a header."""
        check_header_value("access_key_id", self.access_key_id)
        check_header_value("secret", self.secret)
        if self.security_token is not None:
            check_header_value("security_token", self.security_token)

    @property
    def secret(self) -> str:
        """The secret: AccessKey secret, SK."""
        return self._secret.reveal()

    @property
    def security_token(self) -> str | None:
        """The token that belongs to temporary keys; None for permanent ones."""
        return None if self._security_token is None else self._security_token.reveal()

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError("an AccessKey holds a secret, and isn't pickled")


@attrs.frozen(kw_only=True)
class Password:
    """What a Huawei Cloud token is fetched with. Only `password` gives the password, and it can't be pickled.

    Attributes:
        user: The name of the IAM user.
        domain: The name of the account that the IAM user belongs to.

    Raises:
        ValueError: One of them is empty, or has a character that isn't printable.
    """

    user: str
    _password: SecretStr = attrs.field(repr=False, converter=hidden, alias="password")
    domain: str

    def __attrs_post_init__(self) -> None:
        """Check that all of them are texts that somebody could have meant."""
        for name in ("user", "password", "domain"):
            check_text(name, getattr(self, name))

    @property
    def password(self) -> str:
        """The password of the IAM user."""
        return self._password.reveal()

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError("a Password holds a secret, and isn't pickled")


AccessKeySource: TypeAlias = AccessKey | Callable[[], AccessKey | Awaitable[AccessKey]]
"""An access key, or a function that returns the current one, sync or async; it is asked for each attempt."""


def current(source: AccessKeySource) -> AccessKey:
    """Return the access key that is current, for a sync call.

    Args:
        source: The access key, or what returns it.

    Raises:
        CredentialsError: The source is async, or returns something else.
    """
    key = source() if callable(source) else source
    if inspect.isawaitable(key):
        if inspect.iscoroutine(key):
            key.close()
        raise CredentialsError("the credentials come from an async function, which a sync call can't wait for")
    return _checked(key)


async def current_async(source: AccessKeySource) -> AccessKey:
    """Return the access key that is current, for an async call; raises as `current` does."""
    key = source() if callable(source) else source
    return _checked(await key if inspect.isawaitable(key) else key)


def _checked(key: object) -> AccessKey:
    if not isinstance(key, AccessKey):
        raise CredentialsError(f"the credentials must be an AccessKey, not {type(key).__name__}")
    return key
