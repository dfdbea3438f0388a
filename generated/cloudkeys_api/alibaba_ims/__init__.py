# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""Alibaba Cloud Identity Management Service: its clients, and one module per operation in `api`.

Identity Management Service (product code Ims): the operations that find the owner of an
AccessKey pair, and that create, disable and delete the pairs of RAM users. Every
operation is an RPC action. All actions share the path `/` and differ in the `x-acs-
action` header, so each path key here carries its action as a fragment, which no client
sends. Use a different AccessKey pair from the one that leaked: the vendor may have
restricted that pair, and then all of these operations refuse it with the code Forbidden.
"""

from .client import AsyncClient, Client

__all__ = ("AsyncClient", "Client")
