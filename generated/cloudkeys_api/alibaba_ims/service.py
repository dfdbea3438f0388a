# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""What tells the API apart, and where it answers."""

from cloudkeys.runtime import client


class Service(client.Service):
    """The API, with the URLs of its servers and the patterns of the regions that each serves."""

    servers = (("https://ims.aliyuncs.com", ("*",)),)
