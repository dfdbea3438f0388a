"""What the rules read in a description, and what they must not read into one."""

from __future__ import annotations

from typing import Any

import pytest

from toolchain.pages.read.descriptions import LONGEST_DESCRIPTION, read_description

SAYS: list[tuple[str, str, dict[str, Any]]] = [
    # Bounds
    ("integer", "The value ranges from 1 to 1,000.", {"minimum": 1, "maximum": 1000}),
    ("integer", "Value range: 1 to 10", {"minimum": 1, "maximum": 10}),
    ("integer", "It must be in the range of -5 to 10.", {"minimum": -5, "maximum": 10}),
    ("integer", "Range: [1, 10]", {"minimum": 1, "maximum": 10}),
    ("integer", "Range: 1~10", {"minimum": 1, "maximum": 10}),
    ("integer", "取值范围:1~10", {"minimum": 1, "maximum": 10}),
    ("integer", "取值范围为[1,10]。", {"minimum": 1, "maximum": 10}),
    ("integer", "取值范围:1到10", {"minimum": 1, "maximum": 10}),
    ("integer", "Minimum: 1 Maximum: 200 Default: 100", {"minimum": 1, "maximum": 200, "default": 100}),
    ("integer", "The minimum value is 2. Maximum value: 9.", {"minimum": 2, "maximum": 9}),
    ("integer", "最小值:1 最大值:9", {"minimum": 1, "maximum": 9}),
    ("integer", "A maximum of 100 lamps can be displayed.", {"maximum": 100}),
    # Lengths
    ("string", "It has 4 to 400 characters.", {"minLength": 4, "maxLength": 400}),
    ("string", "长度为1-64个字符。", {"minLength": 1, "maxLength": 64}),
    ("string", "Minimum: 1 Maximum: 64", {"minLength": 1, "maxLength": 64}),
    ("string", "Maximum length: 64", {"maxLength": 64}),
    ("string", "It has up to 64 Unicode characters.", {"maxLength": 64}),
    ("string", "不超过1,024个字符。", {"maxLength": 1024}),
    # Numbers of elements
    ("array", "Up to one tag can be given.", {"maxItems": 1}),
    ("array", "最多可添加5个标签", {"maxItems": 5}),
    ("array", "最大可订阅三个事件", {"maxItems": 3}),
    # Defaults
    ("integer", "Default value: 20. Leave it empty for all.", {"default": 20}),
    ("integer", "The default value is -1.", {"default": -1}),
    ("integer", "By default, 20 lamps are shown.", {"default": 20}),
    ("integer", "默认值:50。", {"default": 50}),
    ("integer", "缺省值为1,000。", {"default": 1000}),
    ("string", "The default value is red. It can't be none.", {"default": "red"}),
    ("string", 'Default value: "sea-green"', {"default": "sea-green"}),
    ("string", "默认值:50。", {"default": "50"}),
    ("string", "默认为red,可以更改", {"default": "red"}),
    ("string", "COMMON:通用的灯(默认)。", {"default": "COMMON"}),
    ("string", "RED: a lamp (default).", {"default": "RED"}),
    ("boolean", "true 点亮, false 熄灭(默认)", {"default": False}),
    ("boolean", "Default: true", {"default": True}),
    # Values
    ("string", "Valid values:\n• red: warm\n• sea-green: cold", {"enum": ["red", "sea-green"]}),
    ("string", "Valid values: red, blue, and green.", {"enum": ["red", "blue", "green"]}),
    ("string", "Possible values are red and blue", {"enum": ["red", "blue"]}),
    ("string", "The value can be red or blue.", {"enum": ["red", "blue"]}),
    ("string", "Options: ALL ONE NONE.", {"enum": ["ALL", "ONE", "NONE"]}),
    ("string", "Valid values: red", {"enum": ["red"]}),
    ("string", "Valid values: 0, 1", {"enum": ["0", "1"]}),
    ("integer", "Valid values: 1, 2, 3.", {"enum": [1, 2, 3]}),
    ("integer", "Valid values:\n- 0: off\n- 1: on", {"enum": [0, 1]}),
    ("string", "取值如下:\nRED:红\nBLUE:蓝", {"enum": ["RED", "BLUE"]}),
    ("string", "可选值:red、blue。", {"enum": ["red", "blue"]}),
    ("string", "枚举值:\nred\nblue", {"enum": ["red", "blue"]}),
    ("string", '取值为"红"(red)、"蓝"(blue)。', {"enum": ["red", "blue"]}),
    ("string", "取值 : COMMON :通用(默认)。RARE :少见", {"enum": ["COMMON", "RARE"], "default": "COMMON"}),
    ("string", "当Colour为X时,Shade取值为:Dark,Light。", {"valuesOf": {"Shade": ["Dark", "Light"]}}),
    ("string", "The value is fixed as Lamp house.", {"enum": ["Lamp house"]}),
    ("string", "Fill text/lamp;charset=utf8 in this field.", {"enum": ["text/lamp;charset=utf8"]}),
    ("string", "该字段填为“lamp”", {"enum": ["lamp"]}),
    # Units, spans of time, characters, keys
    ("integer", "Unit: seconds.", {"unit": "seconds"}),
    ("integer", "A UNIX timestamp, that is in milliseconds.", {"unit": "milliseconds"}),
    ("integer", "The number of milliseconds since noon.", {"unit": "milliseconds"}),
    ("integer", "单位:毫秒", {"unit": "milliseconds"}),
    ("integer", "从正午至此时的总秒数。", {"unit": "seconds"}),
    ("string", "6 hours to 10 days", {"range": {"minimum": "6h", "maximum": "10d"}}),
    ("string", "6小时-8,760小时", {"range": {"minimum": "6h", "maximum": "8760h"}}),
    ("string", "only letters, digits, and the following special characters: +-_", {"characters": "a-zA-Z0-9+-_"}),
    ("string", '只包含字母、数字、"-"和"_"', {"characters": "a-zA-Z0-9-_"}),
    ("string", '只包含字母、数字和"-"的字符串', {"characters": "a-zA-Z0-9-"}),
    ("string", '只包含字母、数字、"-"和空格的字符串', {"characters": "a-zA-Z0-9 -"}),
    ("string", 'Set it to {"LampId":"","Kind":""}', {"keys": ["LampId", "Kind"]}),
    ("string", '配置为{"LampId":"","Kind":""}', {"keys": ["LampId", "Kind"]}),
    # Flags
    ("string", "Without a lamp, its value is null.", {"nullable": True}),
    ("string", "没有灯时返回null", {"nullable": True}),
    ("string", "This parameter is deprecated.", {"deprecated": True}),
    ("string", "It is no longer used.", {"deprecated": True}),
    ("string", "该字段已废弃", {"deprecated": True}),
    # Headings inside
    ("string", "Definition\nWhich.\nRange\nN/A\nDefault Value\nN/A", {}),
    ("integer", "Definition:\nHow many.\nRange:\n1-20\nDefault Value:\n5", {"minimum": 1, "maximum": 20, "default": 5}),
    ("string", "参数解释\n哪个\n取值范围\nred:红\nblue:蓝\n默认取值\nred", {"enum": ["red", "blue"], "default": "red"}),
]
NOTHING: list[tuple[str, str]] = [
    ("string", ""),
    ("string", "The value can be used as a marker for the next request."),
    ("integer", "The value can be used as a marker for the next request."),
    ("string", "By default administrators see everything."),
    ("boolean", "By default, true administrators see everything."),
    ("integer", "It takes maximum effort and a minimum of words."),
    ("string", "The default lamp is red."),
    ("string", "If nothing is said, default settings apply."),
    ("string", "Its value is set by default by the house."),
    ("string", "It can be changed, moved or sold."),
    ("string", "The value can be empty."),
    ("string", "The value can be a string of lamps or doors."),
    ("string", "The value cannot be red or blue."),
    ("string", "The menu with options has lamps."),
    ("string", "This isn't deprecated, so: not deprecated."),
    ("string", "A valid lamp, a possible value."),
    ("string", "Seconds matter; unit: lamps."),
    ("string", "If this is empty, the default value is used."),
    ("string", "Default value: -"),
    ("string", "可以为空。"),
    ("string", "取值由管理员决定。"),
    ("string", "默认灯是红色。"),
    ("boolean", "默认不点亮。"),
]
UNREAD: list[tuple[str, str, list[str]]] = [
    ("string", "The default value depends on the house.", ["default"]),
    ("integer", "Default value: ten", ["default"]),
    ("integer", "The minimum 3 lamps and the maximum 5 doors.", ["range"]),
    ("integer", "At most 5 lamps are lit, up to one.", ["range"]),
    ("integer", "默认值:全部。", ["default"]),
    ("string", "Valid values: from Monday to Friday.", ["values"]),
    ("string", "Possible values of lamps are many.", ["values"]),
    ("string", "枚举值见灯的目录。", ["values"]),
    ("integer", "The value ranges from 0.5 to 1.5.", ["range"]),
    ("number", "Value range: more than 3.", ["range"]),
    ("integer", "取值范围:三至九", ["range"]),
]


@pytest.mark.parametrize(("kind", "text", "aspects"), SAYS)
def test_a_description_says(kind: str, text: str, aspects: dict[str, Any]) -> None:
    assert read_description(text, kind) == (aspects, [])


@pytest.mark.parametrize(("kind", "text", "aspects"), SAYS)
def test_what_stands_above_makes_no_difference(kind: str, text: str, aspects: dict[str, Any]) -> None:
    above = "Something else of lamps and doors."
    assert read_description(f"{above}\n{text}", kind)[0] == aspects


@pytest.mark.parametrize(("kind", "text"), NOTHING)
def test_a_description_says_nothing(kind: str, text: str) -> None:
    assert read_description(text, kind) == ({}, [])


@pytest.mark.parametrize(("kind", "text", "unread"), UNREAD)
def test_what_seems_to_say_something_is_reported(kind: str, text: str, unread: list[str]) -> None:
    assert read_description(text, kind) == ({}, unread)


def test_a_description_that_is_cut_is_reported() -> None:
    aspects, unread = read_description("Default value: 3. " + "x" * LONGEST_DESCRIPTION, "integer")
    assert aspects == {"default": 3}
    assert unread == ["end (too long)"]


def test_only_a_type_that_can_have_an_aspect_has_it() -> None:
    text = "Unit: seconds. 1 hour to 2 hours. Valid values: red, blue. At most 5 tags can be set."
    assert set(read_description(text, "string")[0]) == {"range", "enum"}
    assert set(read_description(text, "array")[0]) == {"maxItems"}
    assert set(read_description(text, "integer")[0]) == {"unit"}
    assert read_description(text, "object")[0] == {}


@pytest.mark.parametrize("text", ["Text, at most 32K.", "A maximum of 32 KB.", "最大32K。", "Up to 3 MiB can be sent."])
def test_a_number_of_thousands_is_no_bound_and_is_reported(text: str) -> None:
    found, unread = read_description(text, "string")
    assert "maxLength" not in found
    assert unread == ["range"]


def test_the_bounds_of_an_array_are_those_of_its_elements_number() -> None:
    assert read_description("Minimum: 1 Maximum: 12", "array")[0] == {"minItems": 1, "maxItems": 12}
