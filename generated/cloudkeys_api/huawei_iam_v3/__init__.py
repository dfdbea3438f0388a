# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""Huawei Cloud IAM v3: its clients, and one module per operation in `api`.

Identity and Access Management, version 3: the operations that show who owns which access
key and when it was used, and that create, deactivate and delete access keys.
"""

from .client import AsyncClient, Client

__all__ = ("AsyncClient", "Client")
