# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""Alibaba Cloud Security Center: its clients, and one module per operation in `api`.

Security Center (product code Sas): the operations that list leaked AccessKey pairs and
mark leaks as handled. Every operation is an RPC action. All actions share the path `/`
and differ in the `x-acs-action` header, so each path key here carries its action as a
fragment, which no client sends.
"""

from .client import AsyncClient, Client

__all__ = ("AsyncClient", "Client")
