# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""The API and its servers."""

from cloudkeys.runtime import client


class Service(client.Service):
    """The API: the URL of each server, with patterns of the regions it serves."""

    servers = (
        ("https://iam.{region}.myhuaweicloud.com", ("*",)),
        ("https://iam.{region}.myhuaweicloud.eu", ("eu-west-1*",)),
    )
