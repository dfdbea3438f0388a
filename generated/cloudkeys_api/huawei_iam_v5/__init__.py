# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""Huawei Cloud IAM v5: its client, and one module for each operation in `api`.

The read operations of Identity and Access Management, version 5, that tell who holds
which access key.
"""

from .client import AsyncClient, Client

__all__ = ("AsyncClient", "Client")
