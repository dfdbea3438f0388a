"""Read and write specs so that comments, quotes and anchors survive an edit."""

from __future__ import annotations

import io
import re
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter

_BELOW_ITS_KEY: Final = re.compile(r"^( *(?:- )?[\w-]+:) \n +(\S+)$", re.MULTILINE)
"""A string without spaces that is too long for its line, which ruamel puts on the next one."""


def round_trip() -> YAML:
    """Return a YAML that keeps comments, quotes, anchors and width."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.Representer = WithNull
    return yaml


class WithNull(RoundTripRepresenter):
    """Writes None as `null` instead of nothing."""

    def nothing(self, _value: None) -> Any:
        """Return the node of None."""
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


WithNull.add_representer(type(None), WithNull.nothing)


def dumped(document: Any) -> str:
    """Return a document that `round_trip` read as text."""
    stream = io.StringIO()
    round_trip().dump(document, stream)
    return _BELOW_ITS_KEY.sub(r"\1 \2", stream.getvalue())
