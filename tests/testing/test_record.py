"""What the fake cloud records, denies and gives for examples, and how it stands many threads."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import httpx
import msgspec
import pytest

from cloudkeys.errors import PermissionDeniedError
from cloudkeys.testing import FakeCloud, ReceivedRequest, example_access_key, example_leak, example_secret, faults
from cloudkeys.testing.state import PROJECT_ID, CloudState
from contract.tally import trying
from shells import TARGETS as OPERATIONS
from specs import DOCUMENTS, schema_errors
from testing.requests import (
    CLIENTS,
    JSON,
    KEY,
    KEYS,
    LEAKS,
    SECRETS,
    TARGETS,
    TOKENS,
    alibaba,
    fixed_cloud,
    huawei,
    in_both_ways,
    listed,
    new_cloud,
    outcome,
    request_of,
    stocked_cloud,
    use,
)

RECORDED, DENIED = "fake cloud: record of calls", "fake cloud: permission denied"
PARALLEL, EXAMPLE = "fake cloud: calls at once", "fake cloud: example"
NOT_PERMITTED = {LEAKS: "NoPermission", KEYS: "IAM.0003", KEY: "403", SECRETS: "IAM.0003"}


def call(way: str, cloud: FakeCloud, operation: str) -> list[Any]:
    return use(CLIENTS[OPERATIONS[operation].vendor](way, cloud), operation)


@in_both_ways
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_can_be_denied(operation: str, way: str) -> None:
    cloud = stocked_cloud(denied={operation})
    with trying(operation, 403, DENIED), pytest.raises(PermissionDeniedError) as raised:
        call(way, cloud, operation)
    assert (raised.value.status_code, raised.value.code) == (403, NOT_PERMITTED.get(operation, raised.value.code))
    cloud.denied.clear()
    call(way, cloud, operation)
    for other in OPERATIONS.keys() - {operation}:
        call(way, stocked_cloud(denied={operation}), other)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_login_comes_before_permission_and_that_before_parameters(operation: str) -> None:
    cloud = fixed_cloud(denied={operation})
    wrong = f"{TARGETS[operation]}{'&' if '?' in TARGETS[operation] else '?'}unknown=1"
    signed = request_of(operation, wrong)
    unsigned = attrs.evolve(signed, headers=httpx.Headers(JSON | dict(OPERATIONS[operation].operation.headers)))
    with trying(operation, 403, DENIED):
        assert outcome(cloud, signed).status == 403
        assert outcome(cloud, unsigned).status == (400 if OPERATIONS[operation].vendor == "alibaba" else 401)


@in_both_ways
def test_calls_are_recorded_in_order(way: str) -> None:
    cloud = new_cloud(leaks=[example_leak(1), example_leak(2)], denied={KEY})
    assert len(listed(alibaba(way, cloud).sas.describe_accesskey_leak_list(page_size=1))) == 2
    with pytest.raises(PermissionDeniedError):
        use(huawei(way, cloud, password=cloud.password), KEY)
    cloud.answer(ReceivedRequest("GET", "/nothing?a=b", httpx.Headers()))
    leaks = [f"/?PageSize=1&CurrentPage={number}" for number in (1, 2)]
    key_id = cloud.alibaba_key.access_key_id
    with trying("-", "-", RECORDED):
        assert [attrs.astuple(each) for each in cloud.calls] == [
            *((LEAKS, target, key_id, 200, "") for target in leaks),
            (TOKENS, "/v3/auth/tokens?nocatalog=true", "", 201, ""),
            (KEY, TARGETS[KEY], "token", 403, "403"),
            ("", "/nothing?a=b", "", 404, "APIGW.0101"),
        ]


def test_what_was_recorded_can_be_forgotten() -> None:
    cloud = fixed_cloud()
    outcome(cloud, request_of(LEAKS))
    cloud.calls.clear()
    outcome(cloud, request_of(SECRETS))
    with trying("-", "-", RECORDED):
        assert [each.operation for each in cloud.calls] == [SECRETS]


THREADS = 8


@pytest.mark.parametrize("login", ["access key", "password"])
@pytest.mark.parametrize("shared", [True, False], ids=["one client", "a client each"])
def test_many_threads_may_list_at_once(login: str, *, shared: bool) -> None:
    secrets = [example_secret(number) for number in range(1, 51)]
    leaks = [example_leak(number) for number in range(1, 51)]
    cloud = new_cloud(leaks=leaks, secrets={PROJECT_ID: secrets})
    settings = {"password": cloud.password} if login == "password" else {}
    clients = [(cloud.alibaba(), cloud.huawei(**settings)) for _ in range(1 if shared else THREADS)] * THREADS
    barrier = threading.Barrier(THREADS)

    def listed(number: int) -> bool:
        alibaba, huawei = clients[number]
        barrier.wait(10)
        mine = list(huawei.csms.list_secrets(limit=10))
        return mine == secrets and list(alibaba.sas.describe_accesskey_leak_list(page_size=10)) == leaks

    with trying("-", 200, PARALLEL), ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(listed, range(THREADS))) == [True] * THREADS
        counted = Counter((each.operation, each.status) for each in cloud.calls)
        # A client that shares its token gets one; the last page of secrets is full, so that one more is asked for.
        tokens = {(TOKENS, 201): 1 if shared else THREADS} if login == "password" else {}
        assert counted == {(SECRETS, 200): 6 * THREADS, (LEAKS, 200): 5 * THREADS} | tokens


def test_one_call_is_answered_at_a_time() -> None:
    """What a fault changes, no other call sees half changed."""
    cloud = new_cloud(secrets={PROJECT_ID: [example_secret(number) for number in range(1, 11)]})
    client, inside, alone = cloud.huawei(), threading.Lock(), list[bool]()

    def replace_all(cloud: CloudState) -> None:
        alone.append(inside.acquire(blocking=False))
        secrets = cloud.secrets[PROJECT_ID]
        cloud.secrets[PROJECT_ID] = []
        time.sleep(0.001)
        cloud.secrets[PROJECT_ID] = secrets
        inside.release()

    cloud.inject(faults.change(replace_all), times=None)
    with trying(SECRETS, 200, PARALLEL), ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda _: list(client.csms.list_secrets(limit=5)), range(THREADS)))
        assert found == [cloud.secrets[PROJECT_ID]] * THREADS
        assert alone == [True] * 3 * THREADS


EXAMPLES: dict[str, tuple[str, str, Any]] = {
    "leak": ("alibaba_sas", "AccessKeyLeak", example_leak),
    "access key": ("huawei_iam_v3", "Credential", example_access_key),
    "secret": ("huawei_csms", "Secret", example_secret),
}


@pytest.mark.parametrize("kind", EXAMPLES)
@pytest.mark.parametrize("number", [0, 1, 2, 999_999_999])
def test_examples_are_what_the_spec_says(kind: str, number: int) -> None:
    package, schema, example = EXAMPLES[kind]
    with trying("-", "-", EXAMPLE):
        encoded = msgspec.to_builtins(example(number))
        assert schema_errors(package, DOCUMENTS[package]["components"]["schemas"][schema], encoded) == []
        assert example(number) == example(number)
        assert example(number) != example(number + 1)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_examples_differ_from_each_other_in_their_keys(kind: str) -> None:
    *_, example = EXAMPLES[kind]
    key = {"leak": "id", "access key": "access", "secret": "name"}[kind]
    with trying("-", "-", EXAMPLE):
        assert len({getattr(example(number), key) for number in range(1000)}) == 1000
        assert getattr(example(1, **{key: "mine"}), key) == "mine"
        with pytest.raises(TypeError, match="unknown"):
            example(1, unknown=1)
