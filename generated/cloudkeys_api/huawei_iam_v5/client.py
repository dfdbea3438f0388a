# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""The client that sends the requests."""

from attrs import define
from cloudkeys.client import ApiClient


@define(kw_only=True, eq=False)
class Client(ApiClient):
    """The HTTP client for Huawei Cloud IAM v5.

    Its arguments are those of `cloudkeys.client.ApiClient`.
    """
