"""The words of the vendors' pages, English and Chinese, that tell what a line is. Data, no rules: new words go here."""

from __future__ import annotations

import re
from typing import Final


def _table(rows: dict[str, str]) -> dict[str, str]:
    return {word.strip(): meaning for meaning, words in rows.items() for word in words.split("|")}


COLUMNS: Final = _table(
    {
        "name": "parameter|parameters|name|field|element|参数|参数名|参数名称|名称|字段",
        "location": "location|position|位置|参数位置",
        "mandatory": "mandatory|required|是否必选|必选|是否必须|是否必填|必填",
        "type": "type|parameter type|data type|参数类型|类型|数据类型",
        "description": "description|meaning|描述|说明|参数描述|含义",
        "example": "example|example value|sample value|示例值|示例",
        "status": "status code|http status code|http status|returned value|状态码|http状态码|http 状态码|返回值",
        "code": "error code|error codes|错误码|错误代码",
        "message": "error message|error information|错误信息",
        "action": "operation|action|授权项|操作",
        "access level": "access level|访问级别",
        "resource": "resource type|resource type (*: required)|resource type (*required)|资源类型|资源类型(*为必须)",
        "condition": "condition key|条件键|条件关键字",
        "alias": "alias|别名",
        "dependencies": "dependencies|associated operation|dependent action|关联操作|依赖的授权项",
        "api": "api",
        "solution": "solution|measure|handling measure|处理措施|处理建议|解决方案",
        "change time": "change time|变更时间",
        "change": "summary of changes|变更内容概要",
    }
)
"""What the heading of a column means."""

FIRST_COLUMNS: Final = frozenset({"name", "status", "action", "code", "change time", "api"})
"""The columns that a table begins with."""

FREE_TEXT: Final = frozenset({"description", "message", "example", "change", "solution"})
"""The columns whose cells can say anything, over several lines."""

MANDATORY: Final = {"yes": True, "y": True, "是": True, "no": False, "n": False, "否": False}
_NOTHING: Final = frozenset({"", "none", "无", "n/a", "na", "-", "--", "不涉及"})


def says_nothing(text: str) -> bool:
    """Tell whether a text only says that there is nothing."""
    return text.strip().rstrip(".。").lower() in _NOTHING


BLOCKS: Final = {
    "definition": "definition",
    "参数解释": "definition",
    "constraints": "constraints",
    "constraint": "constraints",
    "约束限制": "constraints",
    "range": "range",
    "取值范围": "range",
    "default value": "default",
    "default": "default",
    "默认取值": "default",
    "默认值": "default",
}
"""The headings that the newest pages have inside of a cell."""

_SCALARS: Final = {
    "string": ("string", None),
    "integer": ("integer", "int32"),
    "int": ("integer", "int32"),
    "int32": ("integer", "int32"),
    "int64": ("integer", "int64"),
    "long": ("integer", "int64"),
    "float": ("number", "float"),
    "double": ("number", "double"),
    "number": ("number", None),
    "boolean": ("boolean", None),
    "bool": ("boolean", None),
    "object": ("object", None),
    "map": ("object", None),
    "any": (None, None),
}
SCALARS: Final = {**_SCALARS, **{f"{word}s": value for word, value in _SCALARS.items()}}
"""The types that pages name, as `type` and `format` of OpenAPI."""

SECTIONS: Final = _table(
    {
        "uri": "URI|API URI|Request URL|请求地址",
        "text": "Function|功能介绍|功能描述|Constraints|接口约束|约束限制|Calling Method|调用方法|Debugging|调试"
        "|Try it now|Test|Prerequisites|Precautions",
        "authorization": "Authorization Information|Authorization information|RAM authorization|授权信息|Permissions",
        "request": "Request Parameters|Request parameters|Request Parameter|Request|请求参数|请求消息|Request Headers",
        "response": "Response Parameters|Response parameters|Response Parameter|Response|响应参数|响应消息|返回参数"
        "|Response elements|返回数据",
        "request example": "Example Requests|Example Request|Sample Requests|Sample requests|请求示例",
        "response example": "Example Responses|Example Response|Examples|Sample success responses|Sample Responses"
        "|响应示例|示例|正常返回示例",
        "code": "SDK Sample Code|SDK代码示例|Example Code",
        "statuses": "Status Codes|Status Code|Returned Values|Returned Value|状态码|返回值",
        "errors": "Error Codes|Error codes|错误码",
        "history": "Change history|Change History|变更历史",
        "end": "Feedback|意见反馈|Was this page helpful?",
    }
)
"""Which part of a page a heading begins; as written, since a field may have the same name in small letters."""

PLACES: Final = (
    ("path", re.compile(r"path|\buri\b|路径|url参数", re.IGNORECASE)),
    ("query", re.compile(r"query|查询参数", re.IGNORECASE)),
    ("header", re.compile(r"header|请求头|消息头", re.IGNORECASE)),
    ("body", re.compile(r"body|消息体", re.IGNORECASE)),
)
"""Where the parameters of a table are sent, by its caption; the first that is found."""

STATUS: Final = re.compile(
    r"(?:http )?(?:status code|状态码)(?:\s{0,3}[:为]\s{0,3}| )(\d{3})(?: ?时)?[:]?", re.IGNORECASE
)
CAPTION: Final = re.compile(r"(?:table|表) {0,3}\d{1,3}[.::]? {0,3}(\S.{0,200})", re.IGNORECASE)
UPDATED: Final = re.compile(r"(?:last updated|updated on|更新时间)\s{0,3}[:]?\s{0,3}(.{1,60})", re.IGNORECASE)
REQUEST_LINE: Final = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD) {1,3}(/\S{0,500}|https?://\S{1,500})")
ACCESS_LEVELS: Final = "create|delete|get|list|none|permissions management|read|tag|update|write"
