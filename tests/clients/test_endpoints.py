from __future__ import annotations

from typing import Any

import pytest

from cloudkeys import AccessKey, Alibaba, Huawei
from cloudkeys.runtime.endpoints import base_url_of
from cloudkeys_api.alibaba_sas.servers import SERVERS as SAS
from cloudkeys_api.huawei_csms.servers import SERVERS as CSMS
from cloudkeys_api.huawei_iam_v3.servers import SERVERS as IAM_V3
from cloudkeys_api.huawei_iam_v5.servers import SERVERS as IAM
from specs import DOCUMENTS

KEY = AccessKey("AK", "SK")
CHINA, ELSEWHERE = "https://tds.cn-shanghai.aliyuncs.com", "https://tds.ap-southeast-1.aliyuncs.com"


@pytest.mark.parametrize(
    ("region", "url"),
    [
        *((region, CHINA) for region in ("cn-hangzhou", "cn-shanghai", "cn-hongkong", "cn-north-2-gov-1")),
        ("cn-shanghai-finance-1", CHINA),
        *((f"ap-southeast-{number}", ELSEWHERE) for number in (1, 2, 3, 5, 6, 7)),
        *(
            (region, ELSEWHERE)
            for region in ("ap-northeast-1", "ap-northeast-2", "ap-south-1", "us-east-1", "us-west-1")
        ),
        *((region, ELSEWHERE) for region in ("eu-central-1", "eu-west-1", "me-east-1", "me-central-1")),
        ("xx-new-1", "https://sas.xx-new-1.aliyuncs.com"),
    ],
)
def test_the_leak_list_has_two_hosts(region: str, url: str) -> None:
    assert base_url_of(region, SAS) == url


@pytest.mark.parametrize(("servers", "host", "count"), [(IAM, "iam", 27), (IAM_V3, "iam", 27), (CSMS, "kms", 30)])
def test_huawei_has_a_host_for_each_region(servers: Any, host: str, count: int) -> None:
    package = {IAM: "huawei_iam_v5", IAM_V3: "huawei_iam_v3", CSMS: "huawei_csms"}[servers]
    regions = DOCUMENTS[package]["servers"][0]["variables"]["region"]["enum"]
    assert len(regions) == count
    for region in [*regions, "xx-new-1"]:
        assert base_url_of(region, servers) == f"https://{host}.{region}.myhuaweicloud.com"
    assert base_url_of("eu-west-101", servers) == f"https://{host}.eu-west-101.myhuaweicloud.eu"


@pytest.mark.parametrize("region", ["", "CN-HANGZHOU", "a.b", "a/b", "evil.example#", "-a", "a-", "a\n", "a" * 64, "é"])
def test_a_region_that_would_change_the_host_is_refused(region: str) -> None:
    with pytest.raises(ValueError, match="region must be lower-case"):
        base_url_of(region, IAM)
    with pytest.raises(ValueError, match="region"):
        Huawei(region=region, credentials=KEY)


def test_a_base_url_wins_over_the_region() -> None:
    otc = "https://iam.eu-de.otc.t-systems.com"
    huawei = Huawei(region="cn-north-4", iam_base_url=otc, credentials=KEY)
    assert huawei._iam.base_url == otc  # noqa: SLF001 - what requests are sent to is not public
    assert huawei._csms.base_url == "https://kms.cn-north-4.myhuaweicloud.com"  # noqa: SLF001
    both = Huawei(base_url="https://proxy.example/huawei", csms_base_url="https://csms.example", credentials=KEY)
    assert both._iam.base_url == "https://proxy.example/huawei"  # noqa: SLF001
    assert both._csms.base_url == "https://csms.example"  # noqa: SLF001


def test_a_client_needs_a_place() -> None:
    with pytest.raises(ValueError, match="give a region, such as cn-hangzhou, or a base_url"):
        Alibaba(credentials=KEY)
    with pytest.raises(ValueError, match="give a region, such as cn-north-4, or a base_url"):
        Huawei(credentials=KEY, iam_base_url="https://iam.example")


def test_plain_http_must_be_asked_for_by_name() -> None:
    for host in ("127.0.0.1:80", "localhost", "[::1]:8080"):
        Alibaba(base_url=f"http://{host}", credentials=KEY)
    with pytest.raises(ValueError, match="base_url must be https"):
        Alibaba(base_url="http://tds.example", credentials=KEY)
    Alibaba(base_url="http://tds.example", allow_http=True, credentials=KEY)
    with pytest.raises(ValueError, match="base_url must be https"):
        Huawei(region="cn-north-4", csms_base_url="http://127.0.0.1.example", credentials=KEY)


@pytest.mark.parametrize("base_url", ["https://x:abc", "https://", "https://[::"])
def test_a_base_url_that_is_none_is_a_value_error(base_url: str) -> None:
    with pytest.raises(ValueError, match="base_url must be"):
        Huawei(base_url=base_url, credentials=KEY)
