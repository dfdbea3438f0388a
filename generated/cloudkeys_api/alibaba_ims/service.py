# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""The API and its servers."""

from cloudkeys.runtime import client


class Service(client.Service):
    """The API: the URL of each server, with patterns of the regions it serves."""

    servers = (("https://ims.aliyuncs.com", ("*",)),)
