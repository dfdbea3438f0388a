"""The words of tables and captions, by language. Data only: add new words here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_T = TypeVar("_T")


def by_word(rows: Mapping[_T, Mapping[str, str]]) -> dict[str, _T]:
    """Return the meaning of each word, in any language.

    Args:
        rows: The words of each meaning by language, with bars between them.
    """
    return {word: meaning for meaning, texts in rows.items() for text in texts.values() for word in text.split("|")}


_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "name": {
        "en": "parameter|parameters|parameter name|name|field|field name|element|attribute|property|member|header"
        "|header name|input parameter|input parameters|request parameter|response parameter|response element"
        "|response elements",
        "zh": "参数|参数名|参数名称|名称|字段|字段名|字段名称|属性|头域|头域名称|请求参数|响应参数|返回参数|返回字段",
        "zh-Hant": "參數|參數名稱|名稱|欄位|欄位名稱|屬性",
        "es": "parámetro|parámetros|nombre|nombre del parámetro|campo|elemento|atributo",
        "pt": "parâmetro|parâmetros|nome|nome do parâmetro|campo|elemento|atributo",
    },
    "location": {
        "en": "location|position|in|sent in",
        "zh": "位置|参数位置",
        "zh-Hant": "位置|參數位置",
        "es": "ubicación|posición",
        "pt": "localização|posição",
    },
    "mandatory": {
        "en": "mandatory|required|is required|mandatory/optional|required/optional|required or not",
        "zh": "是否必选|必选|是否必须|必须|是否必填|必填|是否必需|必需|是否必传|必传|必选/可选|是否可选",
        "zh-Hant": "是否必選|必選|是否必要|必要|是否必填|必填|是否必須|必須|是否必需|必需",
        "es": "obligatorio|obligatoria|requerido|requerida|es obligatorio",
        "pt": "obrigatório|obrigatória|necessário|requerido",
    },
    "type": {
        "en": "type|parameter type|data type|value type|field type",
        "zh": "参数类型|类型|数据类型|字段类型|值类型",
        "zh-Hant": "參數類型|類型|資料類型|數據類型|資料型別|型別",
        "es": "tipo|tipo de dato|tipo de datos|tipo de parámetro",
        "pt": "tipo|tipo de dado|tipo de dados|tipo de parâmetro",
    },
    "description": {
        "en": "description|meaning|remarks|remark|explanation|details",
        "zh": "描述|说明|参数描述|含义|描述信息|备注|参数说明|字段描述|字段说明",
        "zh-Hant": "描述|說明|參數說明|參數描述|備註|含義",
        "es": "descripción|significado|observaciones",
        "pt": "descrição|significado|observações",
    },
    "example": {
        "en": "example|examples|example value|sample value|sample",
        "zh": "示例值|示例|样例|样例值|举例|例子",
        "zh-Hant": "示例|示例值|範例|範例值|樣例",
        "es": "ejemplo|valor de ejemplo|ejemplo de valor",
        "pt": "exemplo|valor de exemplo|exemplo de valor",
    },
    "range": {
        "en": "value range|range|valid values|allowed values",
        "zh": "取值范围|取值|可选值",
        "zh-Hant": "取值範圍|取值|可選值",
        "es": "rango|rango de valores|valores válidos|valores permitidos",
        "pt": "intervalo|intervalo de valores|valores válidos|valores permitidos",
    },
    "more": {
        "en": "constraint|constraints|restrictions|notes|note|comment|comments",
        "zh": "约束|约束限制|限制|校验规则|规则",
        "zh-Hant": "限制|約束",
        "es": "restricciones|notas",
        "pt": "restrições|notas",
    },
    "default": {
        "en": "default|default value",
        "zh": "默认值|缺省值|默认取值",
        "zh-Hant": "預設值|默認值",
        "es": "predeterminado|valor predeterminado|valor por defecto",
        "pt": "padrão|valor padrão",
    },
    "status": {
        "en": "status code|http status code|http status|http code|httpcode|returned value|response code|status|http"
        "|return code",
        "zh": "状态码|http状态码|http 状态码|返回值|返回码|响应码|http码",
        "zh-Hant": "狀態碼|http狀態碼|http 狀態碼|返回值",
        "es": "código de estado|código de estado http|código http",
        "pt": "código de status|código de status http|código de estado|código http",
    },
    "code": {
        "en": "error code|error codes|code|errorcode",
        "zh": "错误码|错误代码|错误编码",
        "zh-Hant": "錯誤碼|錯誤代碼",
        "es": "código de error|código",
        "pt": "código de erro|código",
    },
    "message": {
        "en": "error message|error information|message",
        "zh": "错误信息|错误消息|错误提示",
        "zh-Hant": "錯誤訊息|錯誤資訊|錯誤信息",
        "es": "mensaje de error|mensaje",
        "pt": "mensagem de erro|mensagem",
    },
    "action": {"en": "operation|action", "zh": "授权项|操作", "zh-Hant": "授權項|操作", "es": "acción", "pt": "ação"},
    "access level": {
        "en": "access level",
        "zh": "访问级别",
        "zh-Hant": "存取層級|訪問級別",
        "es": "nivel de acceso",
        "pt": "nível de acesso",
    },
    "resource": {
        "en": "resource type|resource type (*: required)|resource type (*required)",
        "zh": "资源类型|资源类型(*为必须)",
        "zh-Hant": "資源類型",
        "es": "tipo de recurso",
        "pt": "tipo de recurso",
    },
    "condition": {
        "en": "condition key",
        "zh": "条件键|条件关键字",
        "zh-Hant": "條件鍵|條件關鍵字",
        "es": "clave de condición",
        "pt": "chave de condição",
    },
    "alias": {"en": "alias", "zh": "别名", "zh-Hant": "別名"},
    "dependencies": {
        "en": "dependencies|associated operation|dependent action",
        "zh": "关联操作|依赖的授权项",
        "zh-Hant": "關聯操作|依賴的授權項",
        "es": "dependencias",
        "pt": "dependências",
    },
    "api": {"en": "api"},
    "solution": {
        "en": "solution|measure|handling measure",
        "zh": "处理措施|处理建议|解决方案",
        "zh-Hant": "處理措施|解決方案",
        "es": "solución",
        "pt": "solução",
    },
    "change time": {"en": "change time", "zh": "变更时间", "zh-Hant": "變更時間"},
    "change": {"en": "summary of changes", "zh": "变更内容概要", "zh-Hant": "變更內容概要"},
}
COLUMNS: Final = by_word(_COLUMNS)
"""The meaning of a column's name."""

FIRST_COLUMNS: Final = frozenset({"name", "status", "action", "code", "change time", "api"})
"""The columns that a table begins with."""

_KEYS: Final = ("name", "status", "code")


def key_of(columns: Sequence[str]) -> str:
    """Return the column that identifies the rows of a table; empty if there is none.

    Args:
        columns: What the columns mean. The key is usually the first column.
    """
    if columns and columns[0] in FIRST_COLUMNS:
        return columns[0]
    return next((column for column in _KEYS if column in columns), "")


FREE_TEXT: Final = frozenset({"description", "message", "example", "change", "solution"})
"""The columns with free text, over several lines."""

_MANDATORY: Final = {
    True: {
        "en": "yes|y|true|required|mandatory",
        "zh": "是|必选|必填|必须|必需",
        "zh-Hant": "必選|必要|必須",
        "es": "sí|si|obligatorio|requerido",
        "pt": "sim|obrigatório",
    },
    False: {
        "en": "no|n|false|optional",
        "zh": "否|可选|选填|非必选|非必填|非必须",
        "zh-Hant": "可選|選填",
        "es": "opcional",
        "pt": "não|nao|opcional",
    },
}
MANDATORY: Final = by_word(_MANDATORY)
"""The meaning of a flag: whether a parameter is required."""
FLAGS: Final = ("Yes", "No", "是", "否", "Sí", "Sim", "Não")
"""The flags in texts where only the words show which cell is which."""
_NOTHING: Final = frozenset(
    {"", "none", "无", "無", "n/a", "na", "-", "--", "/", "不涉及", "ninguno", "ninguna", "nenhum", "nenhuma"}
)


def states_nothing(text: str) -> bool:
    """Return whether a text only states that there is nothing."""
    return text.strip().rstrip(".。").lower() in _NOTHING


_BLOCKS: Final = {
    "definition": {
        "en": "definition",
        "zh": "参数解释",
        "zh-Hant": "參數解釋",
        "es": "definición",
        "pt": "definição",
    },
    "constraints": {
        "en": "constraints|constraint",
        "zh": "约束限制",
        "zh-Hant": "約束限制",
        "es": "restricciones",
        "pt": "restrições",
    },
    "range": {
        "en": "range",
        "zh": "取值范围",
        "zh-Hant": "取值範圍",
        "es": "intervalo|intervalo de valores",
        "pt": "intervalo|intervalo de valores",
    },
    "default": {
        "en": "default value|default",
        "zh": "默认取值|默认值",
        "zh-Hant": "預設值|默認值",
        "es": "valor predeterminado",
        "pt": "valor padrão",
    },
}
BLOCKS: Final = by_word(_BLOCKS)
"""The headings inside the cells of the newest pages."""

PLACES: Final = (
    ("path", re.compile(r"path|路径|路徑|\bruta\b|\bcaminho\b", re.IGNORECASE)),
    ("query", re.compile(r"query|查询参数|查詢參數|consulta", re.IGNORECASE)),
    ("header", re.compile(r"header|请求头|消息头|標頭|encabezado|cabecera|cabeçalho", re.IGNORECASE)),
    ("body", re.compile(r"body|消息体|請求體|本文|cuerpo|corpo", re.IGNORECASE)),
)
"""The location of a table's parameters, by its caption; the first match counts."""

STATUS: Final = re.compile(
    r"(?:http )?(?:status code|response code|状态码|狀態碼|código de (?:estado|status))"
    r"(?:(?:\s{0,3}[:为為]\s{0,3}| )(?P<status>\d{3})(?: ?[时時])?[:.。]?|\s{0,3}[:为為] {0,3}\S.{0,30})",
    re.IGNORECASE,
)
"""A line that names the status of the next tables; without the group `status`, the status can't be read."""
CAPTION: Final = re.compile(r"(?:table|tabla|tabela|表) {0,3}(\d{1,3})[.::]? {0,3}(\S.{0,200})", re.IGNORECASE)
UPDATED: Final = re.compile(
    r"(?:last updated|updated on|更新时间|更新時間|última actualización|última atualização)\s{0,3}[:]?\s{0,3}(.{1,60})",
    re.IGNORECASE,
)
REQUEST_LINE: Final = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD) {1,3}(/\S{0,500}|https?://\S{1,500})")
ACCESS_LEVELS: Final = "create|delete|get|list|none|permissions management|read|tag|update|write"
