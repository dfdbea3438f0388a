# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""The client that sends the requests."""

from cloudkeys.runtime.client import ApiClient


class Client(ApiClient):
    """The HTTP client for Huawei Cloud IAM v5.

    Its arguments are those of `cloudkeys.runtime.client.ApiClient`.
    """
