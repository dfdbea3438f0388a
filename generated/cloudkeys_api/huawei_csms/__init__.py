# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""Huawei Cloud CSMS: its clients, and one module per operation in `api`.

The operations of the Cloud Secret Management Service that show which secrets a project
has, and that give a secret a new value. Only ShowSecretVersion returns a value, and only
CreateSecretVersion takes one.
"""

from .client import AsyncClient, Client

__all__ = ("AsyncClient", "Client")
