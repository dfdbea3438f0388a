"""What the bench measures: one module for each contender, with the same names where it can do the same.

    calls(place)    a function for each operation that makes one signed call for 100 items, and returns how many came
    call_async      likewise, for the calls that are made many at a time
    decode(place)   a function for each operation that turns the bytes of a page into what a caller is given
    sign            a function that makes one signature
    drain           a function that goes through a listing to its end, and returns how many items there were

A contender leaves out what it doesn't have. A `Place` says where the server is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

KEY_ID, SECRET = "LTAIEXAMPLEOFABENCH", "the-secret-of-the-bench-1234567890"
ACCESS_KEY = "LOSZM4YRVLKOY9E8X6IY"
VALUE = "0123456789abcdef" * 64
"""The value that a write sends: 1 KB."""


class Place(NamedTuple):
    """Where the server is.

    Attributes:
        url: Its base URL.
        authority: The file with the certificate that vouches for it.
    """

    url: str
    authority: str

    @property
    def host(self) -> str:
        """The host with its port."""
        return self.url.partition("//")[2]


class Contender(NamedTuple):
    """One who is measured.

    Attributes:
        title: What the tables call it.
        environment: The environment that it runs in.
        start: A statement that imports what a first client needs.
        client: A statement that makes a client which is ready to send.
        module: The module that calls it; by default the one of its name.
        folder: The folder with the package `contenders` that the module is in.
    """

    title: str
    environment: str
    start: str
    client: str = ""
    module: str = ""
    folder: Path = Path(__file__).parents[1]


_START: Final = "import cloudkeys"
_CLIENT: Final = "cloudkeys.Huawei(region='cn-north-4', token='t'{}).connections.sync_client()"
CONTENDERS: Final = {
    "ours": Contender("cloudkeys", "cloudkeys", _START, _CLIENT.format("")),
    "ours_aiohttp": Contender(
        "cloudkeys[aiohttp]",
        "cloudkeys-aiohttp",
        _START,
        _CLIENT.format(", connections=cloudkeys.Connections(aiohttp=True)"),
    ),
    # Measured only where its folder is given.
    "old": Contender("cloudkeys, old", "old", _START, _CLIENT.format(""), "ours"),
    "bare_httpx": Contender("httpx + msgspec", "bare", "import httpx, msgspec", "httpx.Client()"),
    "stock_client": Contender(
        "stock client",
        "stock",
        "from stock.huawei_csms import Client; from stock.huawei_csms.api.secrets import list_secrets",
        "Client(base_url='https://x.invalid').get_httpx_client()",
    ),
    "huawei_sdk": Contender(
        "Huawei's SDK",
        "huawei",
        "from huaweicloudsdkcsms.v1 import CsmsClient;"
        " from huaweicloudsdkcore.auth.credentials import BasicCredentials",
        "CsmsClient.new_builder().with_credentials(BasicCredentials('a', 'b', 'p'))"
        ".with_endpoint('https://x.invalid').build()",
    ),
    "alibaba_sdk": Contender(
        "Alibaba's SDK",
        "alibaba",
        "from alibabacloud_sas20181203.client import Client; from alibabacloud_tea_openapi.models import Config",
        "Client(Config(access_key_id='a', access_key_secret='b', endpoint='x.invalid'))",
    ),
    "aiohttp_alone": Contender("aiohttp + msgspec", "aiohttp", "import aiohttp"),
    "raw_socket": Contender("raw socket + msgspec", "bare", "pass"),
}
"""By the names of the modules here."""

REQUIREMENTS: Final = {
    "cloudkeys": ["."],
    "cloudkeys-aiohttp": [".[aiohttp]"],
    "bare": ["httpx==0.28.1", "msgspec"],
    "stock": ["httpx==0.28.1", "attrs", "python-dateutil"],
    "huawei": ["huaweicloudsdkcsms==3.1.219", "huaweicloudsdkiam==3.1.219", "python-dateutil", "requests"],
    "alibaba": ["alibabacloud-sas20181203==10.3.2"],
    "aiohttp": ["aiohttp", "httpx==0.28.1", "msgspec"],
}
"""What is installed in each environment."""

SERVICES: Final = ("alibaba_ims", "alibaba_sas", "huawei_csms", "huawei_iam_v3", "huawei_iam_v5")


def site_packages(environment: Path) -> Path:
    """Return the folder of an environment that holds what is installed."""
    return next(environment.glob("lib/python*/site-packages"))


def installed(environment: Path) -> dict[str, float]:
    """Return how many distributions an environment holds, and how many MB they take, without byte code."""
    folder = site_packages(environment)
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc"]
    return {
        "distributions": len(list(folder.glob("*.dist-info"))),
        "mb": sum(file.stat().st_size for file in files) / 1e6,
    }
