"""Endpoints: the base URL for each region, and base URLs of the caller."""

from __future__ import annotations

from typing import Any

import pytest

from cloudkeys import AccessKey, Alibaba, AsyncHuawei, Huawei
from cloudkeys.runtime.endpoints import base_url_in_region
from cloudkeys_api import alibaba_sas, huawei_csms, huawei_iam_v3, huawei_iam_v5
from specs import DOCUMENTS

KEY = AccessKey("AK", "SK")
CHINA, ELSEWHERE = "https://tds.cn-shanghai.aliyuncs.com", "https://tds.ap-southeast-1.aliyuncs.com"


@pytest.mark.parametrize(
    ("region", "url"),
    [
        *((region, CHINA) for region in ("cn-hangzhou", "cn-hongkong", "cn-north-2-gov-1", "cn-shanghai-finance-1")),
        *((f"ap-southeast-{number}", ELSEWHERE) for number in (1, 2, 3, 5, 6, 7)),
        *((region, ELSEWHERE) for region in ("ap-northeast-1", "ap-northeast-2", "ap-south-1")),
        *((region, ELSEWHERE) for region in ("us-east-1", "us-west-1", "eu-central-1", "eu-west-1")),
        *((region, ELSEWHERE) for region in ("me-east-1", "me-central-1")),
        ("xx-new-1", "https://sas.xx-new-1.aliyuncs.com"),
    ],
)
def test_security_center_has_a_host_in_china_and_one_elsewhere(region: str, url: str) -> None:
    assert base_url_in_region(region, alibaba_sas.Client.service.servers) == url


@pytest.mark.parametrize(
    ("package", "host", "count"), [(huawei_iam_v5, "iam", 27), (huawei_iam_v3, "iam", 27), (huawei_csms, "kms", 30)]
)
def test_huawei_has_a_host_for_each_region(package: Any, host: str, count: int) -> None:
    servers = package.Client.service.servers
    regions = DOCUMENTS[package.__name__.rpartition(".")[2]]["servers"][0]["variables"]["region"]["enum"]
    assert len(regions) == count
    for region in [*regions, "xx-new-1"]:
        assert base_url_in_region(region, servers) == f"https://{host}.{region}.myhuaweicloud.com"
    assert base_url_in_region("eu-west-101", servers) == f"https://{host}.eu-west-101.myhuaweicloud.eu"


@pytest.mark.parametrize("region", ["", "CN-HANGZHOU", "a.b", "a/b", "evil.example#", "-a", "a-", "a\n", "a" * 64, "é"])
def test_a_region_that_would_change_the_host_is_refused(region: str) -> None:
    with pytest.raises(ValueError, match="region must be lower-case"):
        base_url_in_region(region, huawei_iam_v5.Client.service.servers)
    with pytest.raises(ValueError, match="region"):
        Huawei(region=region, credentials=KEY)


@pytest.mark.parametrize("kind", [Huawei, AsyncHuawei])
def test_a_base_url_wins_over_the_region(kind: type[Any]) -> None:
    def urls_of(**options: Any) -> tuple[str, str, str]:
        huawei = kind(credentials=KEY, project_id="p", **options)
        return huawei.iam_v3.base_url, huawei.iam_v5.base_url, huawei.csms.base_url

    otc, csms, proxy = "https://iam.eu-de.otc.t-systems.com", "https://csms.example", "https://proxy.example/huawei"
    iam = "https://iam.cn-north-4.myhuaweicloud.com"
    assert urls_of(region="cn-north-4") == (iam, iam, "https://kms.cn-north-4.myhuaweicloud.com")
    assert urls_of(region="cn-north-4", base_urls={"iam_v3": otc, "csms": csms}) == (otc, iam, csms)
    assert urls_of(base_url=proxy, base_urls={"csms": csms}) == (proxy, proxy, csms)
    assert urls_of(base_urls={"iam_v3": otc, "iam_v5": proxy, "csms": csms}) == (otc, proxy, csms)


def test_the_base_url_of_an_unknown_service_is_refused() -> None:
    with pytest.raises(ValueError, match="base_urls: 'iam' is none of csms, iam_v3, iam_v5"):
        Huawei(region="cn-north-4", base_urls={"iam": "https://iam.example"})


def test_a_client_needs_a_region_or_a_base_url() -> None:
    with pytest.raises(ValueError, match="give a region, such as cn-hangzhou, or a base_url"):
        Alibaba(credentials=KEY)
    with pytest.raises(ValueError, match="give a region, such as cn-north-4, or a base_url"):
        Huawei(credentials=KEY, base_urls={"iam_v3": "https://iam.example"})


def test_plain_http_must_be_asked_for_by_name() -> None:
    for host in ("127.0.0.1:80", "localhost", "[::1]:8080"):
        Alibaba(base_url=f"http://{host}", credentials=KEY)
    with pytest.raises(ValueError, match="base_url must be https"):
        Alibaba(base_url="http://tds.example", credentials=KEY)
    Alibaba(base_url="http://tds.example", allow_http=True, credentials=KEY)
    with pytest.raises(ValueError, match="base_url must be https"):
        Huawei(region="cn-north-4", base_urls={"iam_v5": "http://127.0.0.1.example"}, credentials=KEY)
