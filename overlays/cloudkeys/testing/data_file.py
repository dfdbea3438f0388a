"""Load data and faults into a fake cloud from a TOML file.

    [[leaks]]
    Id = 1
    AccesskeyId = "LTAIexample"

    [[access_keys]]
    user_id = "example-user"
    access = "EXAMPLE"
    status = "active"
    create_time = "2024-01-01T00:00:00Z"
    last_use_time = "2024-01-01T00:00:00Z"

    [[users]]
    user_id = "another-user"
    user_name = "ada"
    is_root_user = false
    created_at = "2024-01-01T00:00:00Z"
    urn = "iam::5a1f0c8e2d7b4639a0c1d2e3f4a5b6c7:user:another-user"
    enabled = true

    [[ram_access_keys]]
    UserPrincipalName = "ada@example.onaliyun.com"
    AccessKeyId = "LTAIexample"

    [[secrets.2b31ed520aaaaaaaebedb6e57bbbbbbb]]
    name = "example-secret"

    [[faults]]
    fault = "throttled"
    operation = "huawei_csms.ListSecrets"
    after = 1
    times = 2

The fields have the vendors' names.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

import msgspec

from cloudkeys.testing import faults
from cloudkeys.testing.records import RamAccessKey
from cloudkeys.testing.repeats import refuse_repeats
from cloudkeys_api.alibaba_ims.models import RamUser
from cloudkeys_api.alibaba_sas.models import AccessKeyLeak
from cloudkeys_api.huawei_csms.models import Secret
from cloudkeys_api.huawei_iam_v3.models import Credential
from cloudkeys_api.huawei_iam_v5.models import User

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cloudkeys.testing.fake_cloud import FakeCloud

_FAULTS: Final[dict[str, Callable[..., faults.Fault]]] = {
    "throttled": faults.throttled,
    "failed": faults.failed,
    "gateway_page": faults.gateway_page,
    "malformed": faults.malformed,
    "slow": faults.slow,
    "broken_connection": faults.broken_connection,
    "repeated_page": faults.repeated_page,
}


_Value: TypeAlias = dict[str, Any] | list[Any] | str | float


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    status: int | msgspec.UnsetType = msgspec.UNSET
    retry_after: float | msgspec.UnsetType = msgspec.UNSET
    seconds: float | msgspec.UnsetType = msgspec.UNSET
    ending: Literal["reset", "cut off"] | msgspec.UnsetType = msgspec.UNSET


class FaultEntry(msgspec.Struct, forbid_unknown_fields=True):
    """A fault to inject, by the names of `cloudkeys.testing.faults` and `FakeCloud.inject`.

    Attributes:
        fault: The function that makes the fault.
        settings: Its arguments.
        operation: The full name of the operation that the fault affects; None for every call.
        after: The number of its calls that succeed first, 0 or more.
        times: The number of calls that the fault affects, 1 or more; None for all.
    """

    fault: Literal["throttled", "failed", "gateway_page", "malformed", "slow", "broken_connection", "repeated_page"]
    settings: _Settings = _Settings()
    operation: str | None = None
    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    times: Annotated[int, msgspec.Meta(ge=1)] | None = 1


class _Data(msgspec.Struct, forbid_unknown_fields=True):
    leaks: list[AccessKeyLeak] = []
    member_leaks: dict[int, list[AccessKeyLeak]] = {}
    access_keys: list[Credential] = []
    users: list[User] = []
    ram_users: list[RamUser] = []
    ram_access_keys: list[RamAccessKey] = []
    secrets: dict[str, list[Secret]] = {}
    faults: list[FaultEntry] = []


def fill(cloud: FakeCloud, file: Path) -> None:
    """Add the data and the faults of a file to a fake cloud.

    Args:
        cloud: The fake cloud.
        file: The TOML file.

    Raises:
        OSError: The file can't be read.
        ValueError: It isn't TOML, contains an unknown field, or repeats an item; the message names the file and the
            position.
    """
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
        data = msgspec.convert(given, _Data, str_keys=True)
        _refuse_dropped(given, msgspec.to_builtins(data, str_keys=True), "$")
        for entry in data.faults:
            inject(cloud, entry)
        _add(cloud, data)
        refuse_repeats(cloud)
    except (ValueError, TypeError, RecursionError, msgspec.MsgspecError) as error:
        raise ValueError(f"{file}: {error}") from error


def inject(cloud: FakeCloud, entry: FaultEntry) -> None:
    """Inject a fault into a fake cloud.

    Args:
        cloud: The fake cloud.
        entry: The fault, and the calls that it affects.

    Raises:
        TypeError: A setting is missing or unknown.
        ValueError: The operation is unknown.
    """
    fault = _FAULTS[entry.fault](**msgspec.to_builtins(entry.settings))
    cloud.inject(fault, operation=entry.operation, after=entry.after, times=entry.times)


def _add(cloud: FakeCloud, data: _Data) -> None:
    cloud.leaks += data.leaks
    cloud.member_leaks |= data.member_leaks
    cloud.access_keys += data.access_keys
    cloud.users += data.users
    cloud.ram_users += data.ram_users
    cloud.ram_access_keys += data.ram_access_keys
    for project_id, secrets in data.secrets.items():
        cloud.projects.setdefault(project_id, project_id)
        cloud.secrets.setdefault(project_id, []).extend(secrets)


def _refuse_dropped(given: _Value, kept: Any, place: str) -> None:  # noqa: ANN401 - as given
    """Raise a ValidationError for a field that the models ignore because they don't know it."""
    if isinstance(given, dict):
        for name, value in given.items():
            if name not in kept:
                raise msgspec.ValidationError(f"Object contains unknown field `{name}` - at `{place}`")
            _refuse_dropped(value, kept[name], f"{place}.{name}")
    elif isinstance(given, list):
        for number, (value, its) in enumerate(zip(given, kept, strict=False)):
            _refuse_dropped(value, its, f"{place}[{number}]")
