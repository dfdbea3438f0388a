"""Endpoints: the base URL for each region, and base URLs of the caller."""

from __future__ import annotations

from typing import Any

import pytest

from cloudkeys import Alibaba, AsyncHuawei, Huawei
from cloudkeys.runtime.endpoints import base_url_in_region
from cloudkeys_api import alibaba_sas, huawei_csms, huawei_iam_v3, huawei_iam_v5
from runtime.services import KEY
from specs import DOCUMENTS

IN_CHINA = ("cn-hangzhou", "cn-hongkong", "cn-north-2-gov-1", "cn-shanghai-finance-1")
ELSEWHERE = (
    *(f"ap-southeast-{number}" for number in (1, 2, 3, 5, 6, 7)),
    *("ap-northeast-1", "ap-northeast-2", "ap-south-1", "us-east-1", "us-west-1", "eu-central-1", "eu-west-1"),
    *("me-east-1", "me-central-1"),
)


def test_security_center_has_a_host_in_china_and_one_elsewhere() -> None:
    hosts = dict.fromkeys(IN_CHINA, "tds.cn-shanghai") | dict.fromkeys(ELSEWHERE, "tds.ap-southeast-1")
    for region, host in (hosts | {"xx-new-1": "sas.xx-new-1"}).items():
        assert base_url_in_region(region, alibaba_sas.Client.service.servers) == f"https://{host}.aliyuncs.com"


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


OTC, CSMS, PROXY = "https://iam.eu-de.otc.t-systems.com", "https://csms.example", "https://proxy.example/huawei"
IAM, KMS = "https://iam.cn-north-4.myhuaweicloud.com", "https://kms.cn-north-4.myhuaweicloud.com"
URLS: list[tuple[dict[str, Any], tuple[str, str, str]]] = [
    ({"region": "cn-north-4"}, (IAM, IAM, KMS)),
    ({"region": "cn-north-4", "base_urls": {"iam_v3": OTC, "csms": CSMS}}, (OTC, IAM, CSMS)),
    ({"base_url": PROXY, "base_urls": {"csms": CSMS}}, (PROXY, PROXY, CSMS)),
    ({"base_urls": {"iam_v3": OTC, "iam_v5": PROXY, "csms": CSMS}}, (OTC, PROXY, CSMS)),
]


@pytest.mark.parametrize("front", [Huawei, AsyncHuawei])
@pytest.mark.parametrize(("options", "urls"), URLS)
def test_a_base_url_wins_over_the_region(front: type[Any], options: dict[str, Any], urls: tuple[str, ...]) -> None:
    huawei = front(credentials=KEY, project_id="p", **options)
    assert (huawei.iam_v3.base_url, huawei.iam_v5.base_url, huawei.csms.base_url) == urls


@pytest.mark.parametrize("region", ["", "CN-HANGZHOU", "a.b", "a/b", "evil.example#", "-a", "a-", "a\n", "a" * 64, "é"])
def test_a_region_that_would_change_the_host_is_refused(region: str) -> None:
    with pytest.raises(ValueError, match="region must be lower-case"):
        base_url_in_region(region, huawei_iam_v5.Client.service.servers)
    with pytest.raises(ValueError, match="region"):
        Huawei(region=region, credentials=KEY)


INCOMPLETE: list[tuple[type[Any], dict[str, Any], str]] = [
    (Huawei, {"region": "a", "base_urls": {"iam": "https://iam.example"}}, "'iam' is none of csms, iam_v3, iam_v5"),
    (Alibaba, {}, "give a region, such as cn-hangzhou, or a base_url"),
    (Huawei, {"base_urls": {"iam_v3": "https://iam.example"}}, "give a region, such as cn-north-4, or a base_url"),
]


@pytest.mark.parametrize(("front", "options", "message"), INCOMPLETE)
def test_each_api_needs_a_region_or_a_base_url(front: type[Any], options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        front(credentials=KEY, **options)


def test_plain_http_must_be_asked_for_by_name() -> None:
    for host in ("127.0.0.1:80", "localhost", "[::1]:8080"):
        Alibaba(base_url=f"http://{host}", credentials=KEY)
    Alibaba(base_url="http://tds.example", allow_http=True, credentials=KEY)
    with pytest.raises(ValueError, match="base_url must be https"):
        Alibaba(base_url="http://tds.example", credentials=KEY)
    with pytest.raises(ValueError, match="base_url must be https"):
        Huawei(region="cn-north-4", base_urls={"iam_v5": "http://127.0.0.1.example"}, credentials=KEY)
