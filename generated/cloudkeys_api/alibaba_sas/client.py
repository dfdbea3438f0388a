# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""The client that sends the requests."""

from cloudkeys.runtime.client import ApiClient


class Client(ApiClient):
    """The HTTP client for Alibaba Cloud Security Center.

    Its arguments are those of `cloudkeys.runtime.client.ApiClient`.
    """
