"""The credentials that the fake cloud accepts: access keys, passwords, and the tokens that it has issued."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

import attrs

from cloudkeys.testing import refusals
from cloudkeys.testing.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudkeys.auth.credentials import AccessKey, Password
    from cloudkeys.testing.refusals import Refusals

_NONCE_LIFE: Final = timedelta(minutes=30)
WRONG_SIGNATURES: Final = 5
"""The number of wrong signatures that Huawei Cloud tolerates; one more locks the access key."""
_LOCKED_FOR: Final = timedelta(minutes=5)


@attrs.frozen(kw_only=True)
class Caller:
    """An access key that a vendor accepts.

    Attributes:
        vendor: The vendor that accepts it.
        key: The access key; a temporary one has a security token.
        active: Whether it is active.
        expires_at: The expiry time of a temporary key; None for never.
    """

    vendor: Literal["alibaba", "huawei"]
    key: AccessKey
    active: bool = True
    expires_at: datetime | None = None


@attrs.frozen
class Token:
    """An issued token.

    Attributes:
        value: The token.
        scope: `project` or `domain`, and its ID.
        expires_at: Its expiry time.
    """

    value: str = attrs.field(repr=False)
    scope: tuple[str, str]
    expires_at: datetime


@attrs.define
class Callers:
    """The accepted credentials, and their state: used nonces, wrong signatures, issued tokens.

    Attributes:
        access_keys: The access keys, by their vendors and IDs.
        passwords: The passwords for which tokens are issued.
        tokens: The issued tokens, by their values.
    """

    access_keys: dict[tuple[str, str], Caller] = attrs.field(factory=dict[tuple[str, str], Caller])
    passwords: list[Password] = attrs.field(factory=list["Password"])
    tokens: dict[str, Token] = attrs.field(factory=dict[str, Token], repr=False)
    _nonces: dict[str, datetime] = attrs.field(factory=dict[str, datetime], init=False, repr=False)
    _wrong: dict[str, list[datetime]] = attrs.field(factory=dict[str, "list[datetime]"], init=False, repr=False)

    def secrets(self) -> set[str]:
        """Return all secrets: of access keys, security tokens, passwords and tokens."""
        keys = [caller.key for caller in self.access_keys.values()]
        of_keys = {secret for key in keys for secret in (key.secret, key.security_token) if secret}
        return of_keys | {password.password for password in self.passwords} | self.tokens.keys()

    def add(self, callers: Iterable[Caller]) -> None:
        """Accept more access keys."""
        self.access_keys.update({(caller.vendor, caller.key.access_key_id): caller for caller in callers})

    def switch(self, vendor: Literal["alibaba", "huawei"], access_key_id: str, *, active: bool) -> None:
        """Activate or deactivate an access key, if its secret is known."""
        if caller := self.access_keys.get((vendor, access_key_id)):
            self.add([attrs.evolve(caller, active=active)])

    def remove(self, vendor: Literal["alibaba", "huawei"], access_key_id: str) -> None:
        """Accept an access key no longer."""
        self.access_keys.pop((vendor, access_key_id), None)

    def alibaba(self, access_key_id: str, security_token: str | None, now: datetime) -> Caller:
        """Return the caller with an AccessKey ID; raises a RefusedError if it is unknown or can't be used."""
        caller = self.access_keys.get(("alibaba", access_key_id))
        if caller is None:
            raise RefusedError(refusals.UNKNOWN_ACCESS_KEY)
        if not caller.active:
            raise RefusedError(refusals.INACTIVE_ACCESS_KEY)
        if caller.key.security_token != security_token:
            raise RefusedError(refusals.WRONG_SECURITY_TOKEN)
        if caller.expires_at is not None and now >= caller.expires_at:
            raise RefusedError(refusals.EXPIRED_SECURITY_TOKEN)
        return caller

    def huawei(self, access_key_id: str, security_token: str | None, now: datetime) -> Caller:
        """Return the caller with an access key; raises a RefusedError if it is unknown, locked, or can't be used."""
        caller = self.access_keys.get(("huawei", access_key_id))
        if len(self._recent_wrong(access_key_id, now)) > WRONG_SIGNATURES:
            raise RefusedError(refusals.LOCKED_KEY)
        expired = caller is not None and caller.expires_at is not None and now >= caller.expires_at
        if caller is None or not caller.active or expired:
            raise RefusedError(refusals.WRONG_KEY)
        if caller.key.security_token != security_token:
            raise RefusedError(refusals.WRONG_KEY)
        return caller

    def use_nonce(self, nonce: str, now: datetime) -> None:
        """Record a nonce; raises a RefusedError if it was used before."""
        # The oldest come first.
        while self._nonces and now - next(iter(self._nonces.values())) > _NONCE_LIFE:
            del self._nonces[next(iter(self._nonces))]
        if nonce in self._nonces:
            raise RefusedError(refusals.USED_NONCE)
        self._nonces[nonce] = now

    def count_wrong_signature(self, access_key_id: str, now: datetime) -> None:
        """Record a wrong signature; too many lock the access key for five minutes."""
        self._wrong[access_key_id] = [*self._recent_wrong(access_key_id, now), now]

    def forget_wrong_signatures(self, access_key_id: str) -> None:
        """Reset the count of wrong signatures."""
        self._wrong.pop(access_key_id, None)

    def _recent_wrong(self, access_key_id: str, now: datetime) -> list[datetime]:
        wrong = self._wrong.get(access_key_id, [])
        return wrong if wrong and now - wrong[-1] < _LOCKED_FOR else []

    def issue_token(self, scope: tuple[str, str], expires_at: datetime) -> Token:
        """Issue a token for a project or an account."""
        token = Token(secrets.token_urlsafe(64), scope, expires_at)
        self.tokens[token.value] = token
        return token

    def check_token(self, value: str, scope: tuple[str, str], service: Refusals, now: datetime) -> None:
        """Raise a RefusedError if a token isn't valid for a project or an account.

        Args:
            value: The token.
            scope: `project` or `domain`, and its ID.
            service: The refusals of the service.
            now: The current time.
        """
        token = self.tokens.get(value)
        if token is None:
            raise RefusedError(service.wrong_token)
        if now >= token.expires_at:
            raise RefusedError(service.expired_token)
        if token.scope != scope:
            raise RefusedError(service.wrong_scope)
