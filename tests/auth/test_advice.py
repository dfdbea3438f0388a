"""What an error says that one could do depends on how the request was authenticated."""

from __future__ import annotations

from typing import Any

import pytest

from auth.token_cloud import GIVEN, PASSWORD, QUICK, Cloud, call_secrets, gateway, open_csms, open_huawei, secrets_of
from cloudkeys import AccessKey
from cloudkeys.errors import AuthenticationError
from driver import Driver, over_mock

SCHEMES: dict[str, dict[str, Any]] = {
    "a token": {"token": GIVEN},
    "a password": {"password": PASSWORD},
    "a key": {"credentials": AccessKey("AK", "SK"), "password": None},
}
WORDS = {
    ("APIGW.0301", "a token"): ("the token isn't valid", "signature"),
    ("APIGW.0301", "a password"): ("the token isn't valid", "signature"),
    ("APIGW.0301", "a key"): ("wrong signatures lock the key", "token"),
    ("IAM.0066", "a token"): ("the token has expired", "access key"),
    ("IAM.0066", "a key"): ("the temporary access key has expired", "token"),
    ("KMS.0303", "a token"): ("the token has expired", "access key"),
    ("KMS.0303", "a key"): ("the temporary access key has expired", "token"),
}


@over_mock
@pytest.mark.parametrize(("code", "scheme"), WORDS)
def test_the_advice_is_about_what_was_sent(driver: Driver, code: str, scheme: str) -> None:
    cloud = Cloud()
    refusal = gateway(401, code)
    huawei = open_huawei(
        driver, lambda request: cloud(request) if "tokens" in request.url.path else refusal, **SCHEMES[scheme]
    )
    with pytest.raises(AuthenticationError) as caught:
        secrets_of(driver, huawei)
    said, not_said = WORDS[code, scheme]
    assert said in str(caught.value)
    assert not_said not in str(caught.value).partition(code)[2]


@over_mock
def test_a_client_without_authentication_is_told_so(driver: Driver) -> None:
    served = driver.serve(lambda _: gateway(401, "APIGW.0301"))
    kind: Any = open_csms
    client = kind(driver, None, **served, retry=QUICK)
    with pytest.raises(AuthenticationError, match="neither a signature nor a token was sent"):
        call_secrets(driver, client)
