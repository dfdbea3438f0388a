# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""Huawei Cloud IAM v3: its client, and one module for each operation in `api`.

The read operations of Identity and Access Management, version 3, that tell how an access
key is used.
"""

from .client import AsyncClient, Client

__all__ = ("AsyncClient", "Client")
