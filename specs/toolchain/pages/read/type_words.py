"""The words of types. Data only: add new words here."""

from __future__ import annotations

from typing import Final

_SCALARS: Final = {
    ("string", None): "string|str|text|char|varchar|enum|enumeration|date|uuid|file|binary"
    "|字符串|字符|文本|枚举|字串|日期|文件|cadena|texto|fecha|archivo|arquivo",
    ("string", "date-time"): "datetime|date-time|日期时间",
    ("integer", "int32"): "integer|int|int32|整数|整型|整數|entero|inteiro",
    ("integer", "int64"): "int64|long|bigint|长整型|长整数|長整型",
    ("number", "float"): "float|浮点|浮点型|浮点数|浮點數",
    ("number", "double"): "double|双精度",
    ("number", None): "number|decimal|numeric|bigdecimal|数字|数值|número|numero",
    ("boolean", None): "boolean|bool|布尔|布尔值|布尔型|布尔类型|布林值|booleano",
    (
        "object",
        None,
    ): "object|struct|structure|json|jsonobject|json object|dict|dictionary|对象|結構|结构|结构体|物件|字典"
    "|json对象|objeto|estructura|estrutura|map|hashmap|映射|mapa",
    (None, None): "any",
}
SCALARS: Final = {
    f"{word}{end}": meaning
    for meaning, words in _SCALARS.items()
    for word in words.split("|")
    for end in ("", "s" if word.isascii() else "类型")
}
"""The types that pages name, as OpenAPI's `type` and `format`."""

ALSO_NAMES: Final = frozenset(
    {"text", "char", "enum", "date", "datetime", "uuid", "file", "binary", "struct", "structure", "json", "dict"}
    | {"dictionary", "set", "texto", "fecha", "archivo", "mapa"}
)
"""The types that are also names of fields, so that such a line alone doesn't begin a row."""

MAPS: Final = frozenset({"map", "hashmap", "dict", "dictionary", "字典", "映射", "mapa"})
"""The types of objects that may have any fields."""

ARRAYS: Final = frozenset(
    {
        "array",
        "arrays",
        "list",
        "lists",
        "set",
        "jsonarray",
        "json array",
        "arraylist",
        "repeatlist",
        "数组",
        "列表",
        "集合",
        "陣列",
    }
    | {"數組", "matriz", "arreglo", "lista", "vetor"}
)
"""The types of arrays."""
