"""What the fake cloud remembers of callers: the time of a request, nonces, and wrong signatures, which lock a key."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from cloudkeys import AccessKey
from cloudkeys.errors import AuthenticationError
from cloudkeys.testing import Caller
from contract.tally import trying
from testing.changes import header, signed_by_alibaba, target
from testing.requests import (
    ACCEPTED,
    MINUTE,
    MOMENT,
    REFUSED,
    SECOND,
    SECRETS,
    WRONG_SIGNATURE,
    check,
    fixed_cloud,
    huawei_request,
    in_both_ways,
    leaks_request,
    listed,
    listing_of,
    new_cloud,
    outcome,
)

EDGE = timedelta(minutes=15)
LATE = {"alibaba": (400, "InvalidTimeStamp.Expired"), "huawei": (401, "APIGW.0303")}


@pytest.mark.parametrize("vendor", LATE)
@pytest.mark.parametrize("skew", [EDGE, -EDGE])
def test_a_clock_may_be_off_by_15_minutes(vendor: str, skew: timedelta) -> None:
    request = leaks_request() if vendor == "alibaba" else huawei_request()
    beyond = skew + (SECOND if skew > timedelta() else -SECOND)
    check(fixed_cloud(clock_skew=skew), request)
    check(fixed_cloud(clock_skew=beyond), request, LATE[vendor])


@in_both_ways
@pytest.mark.parametrize("vendor", LATE)
@pytest.mark.parametrize("minutes", [16, -16])
def test_a_clock_that_is_off_is_explained(vendor: str, minutes: int, way: str) -> None:
    cloud = new_cloud(clock_skew=timedelta(minutes=minutes))
    with trying("-", LATE[vendor][0], REFUSED), pytest.raises(AuthenticationError, match="clock") as raised:
        listed(listing_of(way, vendor, cloud))
    assert (raised.value.status_code, raised.value.code) == LATE[vendor]
    assert len(cloud.calls) == 1


@pytest.mark.parametrize("date", ["", "now", "20260102T030405Z", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z"])
def test_what_is_no_date_is_refused(date: str) -> None:
    alibaba = signed_by_alibaba(header("x-acs-date", date)(leaks_request()), new_cloud().alibaba_key)
    check(fixed_cloud(), alibaba, LATE["alibaba"])
    if date != "20260102T030405Z":
        check(fixed_cloud(), header("X-Sdk-Date", date)(huawei_request()), LATE["huawei"])


@pytest.mark.parametrize("vendor", LATE)
def test_a_temporary_key_expires(vendor: Literal["alibaba", "huawei"]) -> None:
    cloud, key = fixed_cloud(), AccessKey("TEMPORARY", "secret-of-the-temporary-key", "token-of-the-temporary-key")
    cloud.callers.add([Caller(vendor=vendor, key=key, expires_at=MOMENT + MINUTE)])
    request = leaks_request(key=key) if vendor == "alibaba" else huawei_request(key=key)
    cloud.clock_skew = MINUTE - SECOND
    check(cloud, request)
    cloud.clock_skew = MINUTE
    check(cloud, request, (400, "InvalidSecurityToken.Expired") if vendor == "alibaba" else (401, "APIGW.0301"))


def test_a_nonce_serves_once() -> None:
    cloud = fixed_cloud()
    check(cloud, leaks_request(nonce="a"))
    check(cloud, leaks_request(nonce="a"), (400, "SignatureNonceUsed"))
    check(cloud, leaks_request("/?PageSize=21&CurrentPage=1", nonce="a"), (400, "SignatureNonceUsed"))
    check(cloud, leaks_request(nonce="b"))
    cloud.clock_skew = timedelta(hours=1)
    check(cloud, leaks_request(nonce="a", moment=cloud.now()))


def test_a_refused_signature_uses_no_nonce_up() -> None:
    cloud = fixed_cloud()
    check(cloud, target("PageSize=20", "PageSize=21")(leaks_request()), WRONG_SIGNATURE)
    check(cloud, leaks_request())


@pytest.mark.parametrize("ahead", [-15, 0, 15])
@pytest.mark.parametrize("minutes", range(0, 61, 5))
def test_a_request_is_answered_once_whenever_it_is_replayed(ahead: int, minutes: int) -> None:
    cloud = fixed_cloud()
    request = leaks_request(moment=MOMENT + ahead * MINUTE)
    check(cloud, request)
    cloud.clock_skew = minutes * MINUTE
    in_time = minutes - ahead <= 15
    check(cloud, request, (400, "SignatureNonceUsed") if in_time else LATE["alibaba"])


OTHER = AccessKey("OTHER", "secret-of-the-other-key")


class Attempts:
    """Calls with a right or a wrong signature, at chosen times."""

    def __init__(self) -> None:
        self.cloud = fixed_cloud()
        self.own = self.cloud.huawei_key
        self.cloud.callers.add([Caller(vendor="huawei", key=OTHER)])

    def at(self, passed: timedelta, key: AccessKey | None = None) -> bool:
        """Return whether the call is answered."""
        self.cloud.clock_skew = passed
        answered = outcome(self.cloud, huawei_request(key=key or self.own, moment=self.cloud.now()))
        with trying(SECRETS, answered[0], ACCEPTED if answered[0] == 200 else REFUSED):
            assert answered in {(200, ""), (401, "APIGW.0301")}
        return answered[0] == 200

    def fail(self, *moments: timedelta) -> None:
        for moment in moments:
            assert not self.at(moment, AccessKey(self.own.access_key_id, "wrong"))


def test_five_wrong_signatures_lock_nothing_and_a_right_one_ends_the_count() -> None:
    attempts = Attempts()
    for _ in range(3):
        attempts.fail(*[timedelta()] * 5)
        assert attempts.at(timedelta())


def test_six_wrong_signatures_lock_the_key_for_five_minutes() -> None:
    attempts = Attempts()
    attempts.fail(*[timedelta()] * 6)
    assert not attempts.at(timedelta())
    assert attempts.at(timedelta(), OTHER)
    assert not attempts.at(5 * MINUTE - SECOND)
    assert attempts.at(5 * MINUTE)
    attempts.fail(*[5 * MINUTE] * 5)
    assert attempts.at(5 * MINUTE)


def test_the_five_minutes_begin_with_the_last_wrong_signature() -> None:
    attempts = Attempts()
    attempts.fail(*(MINUTE * part for part in (0, 1, 2, 3, 4, 4.5)))
    assert not attempts.at(5 * MINUTE)
    assert not attempts.at(9.5 * MINUTE - SECOND)
    assert attempts.at(9.5 * MINUTE)


def test_what_is_not_a_wrong_signature_locks_nothing() -> None:
    cloud = fixed_cloud()
    for _ in range(10):
        check(cloud, header("Authorization", "nonsense")(huawei_request()), (401, "APIGW.0301"))
        check(cloud, huawei_request(moment=MOMENT - timedelta(hours=1)), LATE["huawei"])
    check(cloud, huawei_request())


def test_alibaba_locks_no_key() -> None:
    cloud = fixed_cloud()
    for _ in range(10):
        check(cloud, leaks_request(key=AccessKey(cloud.alibaba_key.access_key_id, "wrong")), WRONG_SIGNATURE)
    check(cloud, leaks_request())
