# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""The API and its servers."""

from cloudkeys.runtime import client


class Service(client.Service):
    """The API: the URL of each server, with patterns of the regions it serves."""

    servers = (
        ("https://tds.cn-shanghai.aliyuncs.com", ("cn-*",)),
        (
            "https://tds.ap-southeast-1.aliyuncs.com",
            (
                "ap-northeast-1",
                "ap-northeast-2",
                "ap-south-1",
                "ap-southeast-1",
                "ap-southeast-2",
                "ap-southeast-3",
                "ap-southeast-5",
                "ap-southeast-6",
                "ap-southeast-7",
                "eu-central-1",
                "eu-west-1",
                "me-central-1",
                "me-east-1",
                "us-east-1",
                "us-west-1",
            ),
        ),
        ("https://sas.{region}.aliyuncs.com", ("*",)),
    )
