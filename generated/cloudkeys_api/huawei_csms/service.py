# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""The API and its servers."""

from cloudkeys.runtime import client


class Service(client.Service):
    """The API: the URL of each server, with patterns of the regions it serves."""

    servers = (
        ("https://kms.{region}.myhuaweicloud.com", ("*",)),
        ("https://kms.{region}.myhuaweicloud.eu", ("eu-west-1*",)),
    )
