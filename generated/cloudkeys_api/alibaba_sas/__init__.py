# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""Alibaba Cloud Security Center: its clients, and one module per operation in `api`.

The operations of Security Center (product code Sas) that list the AccessKey pairs that
leaked, and that mark leaks as handled. Every operation is an RPC action: all of them
share the path `/` and are distinguished by the `x-acs-action` header, so each path key
here carries its action as a fragment, which no client sends.
"""

from .client import AsyncClient, Client

__all__ = ("AsyncClient", "Client")
