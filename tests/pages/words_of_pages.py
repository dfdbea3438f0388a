"""The words that the written pages have around what the model says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

SECTIONS: Final = {
    "en": {
        "function": "Function",
        "authorization": "Authorization Information",
        "uri": "URI",
        "request": "Request Parameters",
        "response": "Response Parameters",
        "request example": "Example Requests",
        "response example": "Example Responses",
        "code": "SDK Sample Code",
        "statuses": "Status Codes",
        "errors": "Error Codes",
        "end": "Feedback",
    },
    "zh": {
        "function": "功能介绍",
        "authorization": "授权信息",
        "uri": "URI",
        "request": "请求参数",
        "response": "响应参数",
        "request example": "请求示例",
        "response example": "响应示例",
        "code": "SDK代码示例",
        "statuses": "状态码",
        "errors": "错误码",
        "end": "意见反馈",
    },
}
FLAT_SECTIONS: Final = {
    "en": {
        "authorization": "Authorization information",
        "request": "Request parameters",
        "response": "Response parameters",
        "newer response": "Response elements",
        "examples": "Examples",
        "example": "Sample success responses",
        "errors": "Error codes",
    },
    "zh": {
        "authorization": "授权信息",
        "request": "请求参数",
        "response": "返回参数",
        "newer response": "返回参数",
        "examples": "示例",
        "example": "正常返回示例",
        "errors": "错误码",
    },
}
COLUMNS: Final = {
    "en": {
        "name": "Parameter",
        "mandatory": "Mandatory",
        "type": "Type",
        "description": "Description",
        "status": "Status Code",
        "code": "Error Code",
        "message": "Error Message",
        "solution": "Solution",
    },
    "zh": {
        "name": "参数",
        "mandatory": "是否必选",
        "type": "参数类型",
        "description": "描述",
        "status": "状态码",
        "code": "错误码",
        "message": "错误信息",
        "solution": "处理措施",
    },
}
HEADINGS: Final[dict[str, dict[str, Sequence[str]]]] = {
    "en": {
        "permission": [
            "Action",
            "Access Level",
            "Resource Type (*: required)",
            "Condition Key",
            "Alias",
            "Dependencies",
        ],
        "flat request": ["Parameter", "Type", "Required", "Description", "Example"],
        "flat response": ["Parameter", "Type", "Description", "Example"],
        "flat errors": ["HTTP status code", "Error code", "Error message", "Description"],
        "flat permission": ["Operation", "Access level", "Resource type", "Condition key", "Associated operation"],
    },
    "zh": {
        "permission": ["授权项", "访问级别", "资源类型(*为必须)", "条件键", "别名", "依赖的授权项"],
        "flat request": ["名称", "类型", "必填", "描述", "示例值"],
        "flat response": ["名称", "类型", "描述", "示例值"],
        "flat errors": ["HTTP status code", "错误码", "错误信息", "描述"],
        "flat permission": ["操作", "访问级别", "资源类型", "条件关键字", "关联操作"],
    },
}
MANDATORY: Final = {"en": {True: "Yes", False: "No"}, "zh": {True: "是", False: "否"}}
CAPTIONS: Final = {
    "en": {
        "path": "Path parameters",
        "query": "Query parameters",
        "header": "Parameters in the request header",
        "body": "Parameters in the request body",
        "response": "Parameters in the response body",
    },
    "zh": {
        "path": "路径参数",
        "query": "Query参数",
        "header": "请求Header参数",
        "body": "请求Body参数",
        "response": "响应Body参数",
    },
}
TABLE: Final = {"en": "Table {} {}", "zh": "表{} {}"}
UPDATED: Final = {"en": "Updated on {} GMT+08:00", "zh": "更新时间:{} GMT+08:00"}
FLAT_UPDATED: Final = {"en": "Last Updated:{}", "zh": "更新时间:{}"}
STATUS: Final = {"en": "Status code: {}", "zh": "状态码: {}"}
BLOCKS: Final = {
    "en": ["Definition", "Constraints", "Range", "Default Value", "N/A"],
    "zh": ["参数解释", "约束限制", "取值范围", "默认取值", "不涉及"],
}
