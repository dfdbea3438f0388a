# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""Huawei Cloud CSMS: its clients, and one module per operation in `api`.

Cloud Secret Management Service: the operations that show the secrets of a project and
give a secret a new value. Only ShowSecretVersion returns a value, and only
CreateSecretVersion takes one.
"""

from .client import AsyncClient, Client

__all__ = ("AsyncClient", "Client")
