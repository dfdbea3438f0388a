"""What tells that a description says more than its words, in whatever form: what no rule could read is reported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_SIGNALS: Final = (
    (
        "default",
        re.compile(r"\bdefaults?(?: (?:value|is|to)\b|\s?[:=])|默认值|缺省值|默认取值", re.IGNORECASE),
        ("default",),
    ),
    (
        "values",
        re.compile(r"\b(?:valid|possible|available) values|枚举值|可选值|取值\s?:", re.IGNORECASE),
        ("enum", "minimum", "valuesOf"),
    ),
    (
        "range",
        re.compile(
            r"\b(?:minimum|maximum)(?: value)?\s?:|\bvalue range|取值范围|最[大小]值"
            r"|(?:\bmaximum|\bat most|\bup to|最大|不超过)[^\d\n]{0,20}\d{1,9}\s?[KMG]i?(?:B|bytes)?(?![A-Za-z])",
            re.IGNORECASE,
        ),
        ("minimum", "maximum", "minLength", "maxLength", "range", "enum", "minItems", "maxItems"),
    ),
)


def seems_to_say(text: str, known: AbstractSet[str]) -> list[str]:
    """Return what a description seems to say, and no rule could read.

    Args:
        text: The description.
        known: The aspects that were read.
    """
    return [name for name, signal, aspects in _SIGNALS if signal.search(text) and not set(aspects) & known]
