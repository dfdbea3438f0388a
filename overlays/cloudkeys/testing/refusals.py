"""The refusals of the services: status, code and form of the body, as the vendors document them.

The codes come from the vendors' pages and their guides to errors; the messages are our own.
"""

from __future__ import annotations

from http.client import responses
from typing import TYPE_CHECKING, Any, Final

import attrs

from cloudkeys.testing.http.messages import FakeResponse, json_response

if TYPE_CHECKING:
    from collections.abc import Callable


@attrs.frozen
class Refusal:
    """The refusal of a request.

    Attributes:
        status: The status code.
        code: The vendor's code; empty if the vendor has none.
        message: The reason.
        form: Makes the body, given the refusal and the request ID.
        headers: Additional headers.
    """

    status: int
    code: str
    message: str
    form: Callable[[Refusal, str], dict[str, Any]] = attrs.field(repr=False)
    headers: dict[str, str] = attrs.field(factory=dict[str, str])

    def about(self, detail: str) -> Refusal:
        """Return the refusal with a detail in its message."""
        return attrs.evolve(self, message=f"{self.message} {detail}")

    def respond(self, request_id: str) -> FakeResponse:
        """Return the response."""
        in_header = {} if self.form is _alibaba_form else {"X-Request-Id": request_id}
        return json_response(self.status, self.form(self, request_id), in_header | self.headers)


class RefusedError(Exception):
    """The service refuses a request.

    Attributes:
        refusal: The refusal.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def _alibaba_form(refusal: Refusal, request_id: str) -> dict[str, Any]:
    return {
        "RequestId": request_id,
        "HostId": "tds.cn-shanghai.aliyuncs.com",
        "Code": refusal.code,
        "Message": refusal.message,
    }


def _huawei_form(refusal: Refusal, request_id: str) -> dict[str, Any]:
    return {"error_code": refusal.code, "error_msg": refusal.message, "request_id": request_id}


def _keystone_form(refusal: Refusal, _request_id: str) -> dict[str, Any]:
    title = responses.get(refusal.status, "")
    return {"error": {"code": refusal.status, "message": refusal.message, "title": title}}


def alibaba(status: int, code: str, message: str) -> Refusal:
    """Return a refusal of Alibaba Cloud."""
    return Refusal(status, code, message, _alibaba_form)


def huawei(status: int, code: str, message: str) -> Refusal:
    """Return a refusal of Huawei Cloud's gateway, IAM v5 or CSMS."""
    return Refusal(status, code, message, _huawei_form)


def keystone(status: int, message: str) -> Refusal:
    """Return a refusal of Huawei Cloud's IAM v3, which has no codes."""
    return Refusal(status, "", message, _keystone_form)


INCOMPLETE_SIGNATURE: Final = alibaba(400, "IncompleteSignature", "The signature or one of its parts is missing.")
UNKNOWN_ACCESS_KEY: Final = alibaba(404, "InvalidAccessKeyId.NotFound", "The AccessKey ID doesn't exist.")
INACTIVE_ACCESS_KEY: Final = alibaba(400, "InvalidAccessKeyId.Inactive", "The AccessKey pair is disabled.")
WRONG_SIGNATURE: Final = alibaba(400, "SignatureDoesNotMatch", "The signature doesn't match the calculated one.")
WRONG_TIME: Final = alibaba(
    400, "InvalidTimeStamp.Expired", "The time of the request differs too much from the current time."
)
USED_NONCE: Final = alibaba(400, "SignatureNonceUsed", "The nonce has already been used.")
WRONG_SECURITY_TOKEN: Final = alibaba(
    400, "InvalidSecurityToken.MismatchWithAccessKey", "The security token belongs to another AccessKey."
)
EXPIRED_SECURITY_TOKEN: Final = alibaba(400, "InvalidSecurityToken.Expired", "The security token has expired.")
UNKNOWN_ACTION: Final = alibaba(404, "InvalidAction.NotFound", "This version has no such action.")
NOT_A_MEMBER: Final = alibaba(
    400, "RdCheckNoPermission", "The account isn't a member of the caller's resource directory."
)

WRONG_KEY: Final = huawei(401, "APIGW.0301", "The access key or its signature is wrong.")
LOCKED_KEY: Final = WRONG_KEY.about("It is locked for 5 minutes after too many wrong signatures.")
WRONG_DATE: Final = huawei(401, "APIGW.0303", "The time of the request differs too much from the current time.")
UNKNOWN_API: Final = huawei(404, "APIGW.0101", "There is no such API.")
WRONG_PASSWORD: Final = keystone(401, "The user name or the password is wrong.")
WRONG_TOKEN_REQUEST: Final = keystone(400, "The token request is incomplete.")


def wrong_method(allowed: str) -> Refusal:
    """Return the refusal of a method.

    Args:
        allowed: The allowed methods, joined by commas.
    """
    return attrs.evolve(huawei(405, "APIGW.0101", "The API has no such method."), headers={"Allow": allowed})


@attrs.frozen(kw_only=True)
class Refusals:
    """The refusals of one service.

    Attributes:
        wrong_parameter: A parameter is missing or forbidden by the page.
        wrong_marker: The service never sent this marker.
        not_found: The item doesn't exist.
        not_permitted: The caller has no permission.
        no_token: The request has neither a signature nor a token.
        wrong_token: The token was never issued.
        expired_token: The token has expired.
        wrong_scope: The token or the key is for another project or account.
        throttled: The caller sent too many requests.
        failed: The service failed.
    """

    wrong_parameter: Refusal
    wrong_marker: Refusal
    not_found: Refusal
    not_permitted: Refusal
    no_token: Refusal
    wrong_token: Refusal
    expired_token: Refusal
    wrong_scope: Refusal
    throttled: Refusal
    failed: Refusal


_ALIBABA_PARAMETER: Final = alibaba(400, "InvalidParameter", "A parameter is wrong:")
ALIBABA: Final = Refusals(
    wrong_parameter=_ALIBABA_PARAMETER,
    wrong_marker=_ALIBABA_PARAMETER,
    not_found=UNKNOWN_ACTION,
    not_permitted=alibaba(403, "NoPermission", "caller has no permission"),
    no_token=INCOMPLETE_SIGNATURE,
    wrong_token=INCOMPLETE_SIGNATURE,
    expired_token=EXPIRED_SECURITY_TOKEN,
    wrong_scope=NOT_A_MEMBER,
    throttled=alibaba(400, "Throttling.User", "Too many requests."),
    failed=alibaba(500, "ServerError", "ServerError"),
)
ALIBABA_IMS: Final = attrs.evolve(
    ALIBABA,
    not_found=alibaba(404, "EntityNotExist.User", "The user does not exist."),
    not_permitted=alibaba(403, "NoPermission", "You are not authorized to perform this action."),
)
NO_RAM_ACCESS_KEY: Final = alibaba(404, "EntityNotExist.User.AccessKey", "The access key of the user does not exist.")
TOO_MANY_RAM_ACCESS_KEYS: Final = alibaba(409, "LimitExceeded.User.AccessKey", "The user already has two access keys.")
RESTRICTED_KEY: Final = alibaba(403, "Forbidden", "There is a risk of leakage of this AccessKey.")
IAM_V5: Final = Refusals(
    wrong_parameter=huawei(400, "IAM.0007", "A parameter is wrong:"),
    wrong_marker=huawei(400, "PAP5.0010", "This listing never returned the marker."),
    not_found=huawei(404, "IAM.0004", "There is no such user."),
    not_permitted=huawei(403, "IAM.0003", "The caller has no permission."),
    no_token=huawei(401, "IAM.0001", "The request has neither a signature nor a token."),
    wrong_token=huawei(401, "IAM.0062", "The token is invalid."),
    expired_token=huawei(401, "IAM.0066", "The token has expired."),
    wrong_scope=huawei(403, "IAM.0003", "The token or the key belongs to another account."),
    throttled=huawei(429, "IAM.0012", "Too many requests."),
    failed=huawei(500, "IAM.0006", "The service failed."),
)
KEYS_OF_V5: Final = huawei(400, "PAP5.0003", "The user already has two access keys.")
_V3_PARAMETER: Final = keystone(400, "A parameter is wrong:")
_V3_TOKEN: Final = keystone(401, "The request needs authentication.")
_V3_FORBIDDEN: Final = keystone(403, "The caller has no permission.")
IAM_V3: Final = Refusals(
    wrong_parameter=_V3_PARAMETER,
    wrong_marker=_V3_PARAMETER,
    not_found=keystone(404, "There is no such access key."),
    not_permitted=_V3_FORBIDDEN,
    no_token=_V3_TOKEN,
    wrong_token=_V3_TOKEN,
    expired_token=_V3_TOKEN,
    wrong_scope=_V3_FORBIDDEN,
    throttled=huawei(429, "IAM.0012", "Too many requests."),
    failed=keystone(500, "The service failed."),
)
KEYS_OF_V3: Final = keystone(400, "akSkNumExceed")
CSMS: Final = Refusals(
    wrong_parameter=huawei(400, "CSMS.0002", "A parameter is wrong:"),
    wrong_marker=huawei(400, "CSMS.0005", "There is no such secret."),
    not_found=huawei(404, "CSMS.0005", "There is no such resource."),
    not_permitted=huawei(403, "IAM.0003", "The caller has no permission."),
    no_token=huawei(401, "APIGW.0301", "The request has neither a signature nor a token."),
    wrong_token=huawei(403, "KMS.0302", "The token is invalid."),
    expired_token=huawei(403, "KMS.0303", "The token has expired."),
    wrong_scope=huawei(403, "KMS.0321", "The token or the key belongs to another project."),
    throttled=huawei(429, "APIGW.0308", "Too many requests."),
    failed=huawei(500, "CSMS.0001", "The service failed."),
)
SECRET_NOT_ENABLED: Final = huawei(403, "CSMS.0109", "The secret isn't enabled.")
TOO_MANY_STAGES: Final = huawei(400, "CSMS.0203", "A secret can have at most 12 stages.")
TOO_MANY_VERSIONS: Final = huawei(400, "CSMS.0002", "The secret has 20 versions, and each has a stage.")
