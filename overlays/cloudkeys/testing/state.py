"""The state of a fake cloud: its data, its callers, its clock, and its calls."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from cloudkeys.auth.credentials import AccessKey, Password
from cloudkeys.auth.signing import utc_now
from cloudkeys.testing.callers import Caller, Callers
from cloudkeys.testing.calls import Call
from cloudkeys.testing.repeats import refuse_repeats

if TYPE_CHECKING:
    from cloudkeys.auth.signing import Clock
    from cloudkeys.testing.http.messages import FakeResponse
    from cloudkeys.testing.records import RamAccessKey, SecretHistory
    from cloudkeys_api.alibaba_ims.models import RamUser
    from cloudkeys_api.alibaba_sas.models import AccessKeyLeak
    from cloudkeys_api.huawei_csms.models import Secret
    from cloudkeys_api.huawei_iam_v3.models import Credential
    from cloudkeys_api.huawei_iam_v5.models import User

PROJECT_ID: Final = "2b31ed520aaaaaaaebedb6e57bbbbbbb"
"""The ID of the project of a new fake cloud."""
DOMAIN_ID: Final = "5a1f0c8e2d7b4639a0c1d2e3f4a5b6c7"
"""The ID of its account."""
REGION: Final = "cn-north-4"
"""The region of its project."""
LastMarker: TypeAlias = Literal["name", "absent", "null", "empty"]
"""The next marker on the last page of CSMS; the vendor's page doesn't define it."""

_ALIBABA_KEY: Final = AccessKey("LTAIfakecloud", "fake-cloud-secret-of-alibaba")
_HUAWEI_KEY: Final = AccessKey("FAKECLOUD", "fake-cloud-secret-of-huawei")
_PASSWORD: Final = Password(user="fake-user", password="fake-cloud-password", domain="fake-account")  # noqa: S106 - a fake


@attrs.define(kw_only=True, eq=False)
class CloudState:
    """The state of a fake cloud.

    Attributes:
        leaks: The leaks of the account's AccessKey pairs, in listing order.
        member_leaks: The leaks of each member account of the resource directory, by its ID.
        remarks: The remarks on handled leaks, by the ID of the leak.
        ram_users: The RAM users. The owners of access keys are users too, even if they are missing here.
        ram_access_keys: The access keys of all RAM users.
        restricted: The AccessKey IDs that Alibaba Cloud has restricted after a leak: they can't manage users.
        users: The IAM users. The owners of access keys are users too, even if they are missing here.
        access_keys: The access keys of all IAM users, for IAM v5 and IAM v3.
        projects: The names of the projects, by their IDs.
        secrets: The secrets of each project, by its ID.
        histories: The versions and stages of secrets, by project and name. A secret without an entry has one version.
        domain_id: The ID of the Huawei Cloud account.
        csms_last_marker: The next marker on the last page of secrets: the `name` of the last secret, as in the
            vendor's examples, or `absent`, `null` or `empty`.
        denied: The full names of the operations that nobody may call, such as `huawei_csms.ListSecrets`.
        token_lifetime: The time until a token expires.
        clock: Returns the time, in UTC. Clients still sign with the real time.
        clock_skew: The time by which the cloud is ahead of `clock`.
        caller: The ID of the access key that signed the current request, or `token` for a token.
        alibaba_key: The AccessKey pair of Alibaba Cloud that the cloud accepts.
        huawei_key: The access key of Huawei Cloud that the cloud accepts.
        password: The password for which the cloud issues tokens.
        callers: The other credentials that the cloud accepts, and the issued tokens.
        calls: The calls, in order.
        last_results: The last result of each operation, by its full name.
        lock: Hold it to read or change the state while other threads call.
    """

    leaks: list[AccessKeyLeak] = attrs.field(factory=list["AccessKeyLeak"], repr=False)
    member_leaks: dict[int, list[AccessKeyLeak]] = attrs.field(factory=dict[int, "list[AccessKeyLeak]"], repr=False)
    remarks: dict[int, str] = attrs.field(factory=dict[int, str], repr=False)
    ram_users: list[RamUser] = attrs.field(factory=list["RamUser"], repr=False)
    ram_access_keys: list[RamAccessKey] = attrs.field(factory=list["RamAccessKey"], repr=False)
    restricted: set[str] = attrs.field(factory=set[str])
    users: list[User] = attrs.field(factory=list["User"], repr=False)
    access_keys: list[Credential] = attrs.field(factory=list["Credential"], repr=False)
    projects: dict[str, str] = attrs.field(factory=lambda: {PROJECT_ID: REGION})
    secrets: dict[str, list[Secret]] = attrs.field(factory=lambda: {PROJECT_ID: []}, repr=False)
    histories: dict[tuple[str, str], SecretHistory] = attrs.field(
        factory=dict[tuple[str, str], "SecretHistory"], repr=False
    )
    domain_id: str = DOMAIN_ID
    csms_last_marker: LastMarker = "name"
    denied: set[str] = attrs.field(factory=set[str])
    token_lifetime: timedelta = timedelta(hours=24)
    clock: Clock = attrs.field(default=utc_now, repr=False)
    clock_skew: timedelta = timedelta()
    alibaba_key: AccessKey = _ALIBABA_KEY
    huawei_key: AccessKey = _HUAWEI_KEY
    password: Password = _PASSWORD
    caller: str = attrs.field(default="", init=False)
    callers: Callers = attrs.field(factory=Callers, init=False)
    calls: list[Call] = attrs.field(factory=list[Call], init=False, repr=False)
    last_results: dict[str, FakeResponse] = attrs.field(factory=dict[str, "FakeResponse"], init=False, repr=False)
    lock: threading.RLock = attrs.field(factory=threading.RLock, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Accept the known keys, and refuse items that repeat."""
        refuse_repeats(self)
        self.callers.add([Caller(vendor="alibaba", key=self.alibaba_key), Caller(vendor="huawei", key=self.huawei_key)])
        self.callers.passwords.append(self.password)

    def expire_tokens(self) -> None:
        """Let all issued tokens expire now."""
        with self.lock:
            now = self.now()
            tokens = self.callers.tokens
            tokens.update({value: attrs.evolve(token, expires_at=now) for value, token in tokens.items()})

    def now(self) -> datetime:
        """Return the time by the cloud's clock."""
        return self.clock() + self.clock_skew

    def new_request_id(self) -> str:
        """Return an ID for a request."""
        return uuid.uuid4().hex
