"""The fake of IAM version 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from cloudkeys.runtime.types import SecretStr
from cloudkeys.testing import refusals
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors import iam_users
from cloudkeys.testing.vendors.service import FakeService
from cloudkeys_api.huawei_iam_v3.api.access_keys import (
    create_permanent_access_key,
    delete_permanent_access_key,
    list_permanent_access_keys,
    show_permanent_access_key,
    update_permanent_access_key,
)
from cloudkeys_api.huawei_iam_v3.models import (
    CreatedCredential,
    CreatePermanentAccessKeyResponse,
    CredentialMetadata,
    ListPermanentAccessKeysResponse,
    ShowPermanentAccessKeyResponse,
    UpdatePermanentAccessKeyResponse,
)

if TYPE_CHECKING:
    from cloudkeys.testing.state import CloudState
    from cloudkeys_api.huawei_iam_v3.models import (
        CreatePermanentAccessKeyParameters,
        Credential,
        DeletePermanentAccessKeyParameters,
        ListPermanentAccessKeysParameters,
        ShowPermanentAccessKeyParameters,
        UpdatePermanentAccessKeyParameters,
    )

_NO_KEY: Final = refusals.IAM_V3.not_found


def _show(
    cloud: CloudState, asked: ShowPermanentAccessKeyParameters, _request_id: str
) -> ShowPermanentAccessKeyResponse:
    return ShowPermanentAccessKeyResponse(credential=iam_users.find_key(cloud, asked.access_key, _NO_KEY))


def _list(
    cloud: CloudState, asked: ListPermanentAccessKeysParameters, _request_id: str
) -> ListPermanentAccessKeysResponse:
    """List the keys of a user, by default those of the caller."""
    user_id = asked.user_id or iam_users.caller_id(cloud)
    if user_id not in iam_users.user_ids(cloud) and asked.user_id:
        raise RefusedError(refusals.keystone(404, "There is no such user."))
    keys = [key for key in cloud.access_keys if key.user_id == user_id]
    return ListPermanentAccessKeysResponse(credentials=[_metadata(key) for key in keys])


def _create(
    cloud: CloudState, asked: CreatePermanentAccessKeyParameters, _request_id: str
) -> CreatePermanentAccessKeyResponse:
    wanted = asked.credential
    if wanted.user_id not in iam_users.user_ids(cloud):
        raise RefusedError(refusals.IAM_V3.wrong_parameter.about("no user has this credential.user_id"))
    key, secret = iam_users.new_key(cloud, wanted.user_id, refusals.KEYS_OF_V3, wanted.description or "")
    return CreatePermanentAccessKeyResponse(
        credential=CreatedCredential(
            create_time=key.create_time,
            access=key.access,
            secret=SecretStr(secret),
            status=key.status,
            user_id=key.user_id,
            description=key.description,
        )
    )


def _update(
    cloud: CloudState, asked: UpdatePermanentAccessKeyParameters, _request_id: str
) -> UpdatePermanentAccessKeyResponse:
    given = {"status": asked.credential.status, "description": asked.credential.description}
    changes = {name: value for name, value in given.items() if value is not UNSET}
    if not changes:
        raise RefusedError(refusals.IAM_V3.wrong_parameter.about("credential changes nothing"))
    iam_users.find_key(cloud, asked.access_key, _NO_KEY)
    return UpdatePermanentAccessKeyResponse(
        credential=_metadata(iam_users.update_key(cloud, asked.access_key, **changes))
    )


def _delete(cloud: CloudState, asked: DeletePermanentAccessKeyParameters, _request_id: str) -> None:
    iam_users.delete_key(cloud, iam_users.find_key(cloud, asked.access_key, _NO_KEY))


def _metadata(key: Credential) -> CredentialMetadata:
    return CredentialMetadata(
        user_id=key.user_id,
        access=key.access,
        status=key.status,
        create_time=key.create_time,
        description=key.description,
    )


SERVICE: Final = FakeService(
    {
        show_permanent_access_key.OPERATION: _show,
        list_permanent_access_keys.OPERATION: _list,
        create_permanent_access_key.OPERATION: _create,
        update_permanent_access_key.OPERATION: _update,
        delete_permanent_access_key.OPERATION: _delete,
    },
    refusals.IAM_V3,
    "domain",
)
