# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""Huawei Cloud CSMS: its client, and one module for each operation in `api`.

The read operations of the Cloud Secret Management Service that tell which secrets a
project has. No operation here returns the value of a secret.
"""

from .client import AsyncClient, Client

__all__ = ("AsyncClient", "Client")
