"""Constraints in every phrase of every language: read, or reported where they can't be, whatever stands around them."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolchain.pages.draft.schemas import set_aspect
from toolchain.pages.read.cells import Row
from toolchain.pages.read.descriptions import read_description
from toolchain.pages.read.fields import field_of

READ: Final[list[tuple[str, str, str, dict[str, Any]]]] = [
    # Lengths of a text
    ("en", "string", "{low} to {high} characters", {"minLength": "low", "maxLength": "high"}),
    (
        "en",
        "string",
        "The value must be {low} to {high} characters in length.",
        {"minLength": "low", "maxLength": "high"},
    ),
    ("en", "string", "The length ranges from {low} to {high}.", {"minLength": "low", "maxLength": "high"}),
    ("en", "string", "It cannot exceed {high} characters.", {"maxLength": "high"}),
    ("en", "string", "It can have no more than {high} characters.", {"maxLength": "high"}),
    ("zh", "string", "长度为{low}~{high}个字符。", {"minLength": "low", "maxLength": "high"}),
    ("zh", "string", "{low}-{high}个字符", {"minLength": "low", "maxLength": "high"}),
    ("zh", "string", "最大长度{high}。", {"maxLength": "high"}),
    ("zh", "string", "名称不能超过{high}个字符", {"maxLength": "high"}),
    ("zh-Hant", "string", "長度為{low}到{high}個字元。", {"minLength": "low", "maxLength": "high"}),
    ("es", "string", "De {low} a {high} caracteres.", {"minLength": "low", "maxLength": "high"}),
    ("es", "string", "Máximo de {high} caracteres.", {"maxLength": "high"}),
    ("pt", "string", "De {low} a {high} caracteres.", {"minLength": "low", "maxLength": "high"}),
    ("pt", "string", "No máximo {high} caracteres.", {"maxLength": "high"}),
    # Ranges of a number
    ("en", "integer", "Valid values: {low} to {high}.", {"minimum": "low", "maximum": "high"}),
    ("en", "integer", "[{low}, {high}]", {"minimum": "low", "maximum": "high"}),
    (
        "en",
        "integer",
        "The value must be at least {low} and less than or equal to {high}.",
        {"minimum": "low", "maximum": "high"},
    ),
    ("zh", "integer", "取值范围:{low}~{high}", {"minimum": "low", "maximum": "high"}),
    ("zh", "integer", "{low}至{high}", {"minimum": "low", "maximum": "high"}),
    ("zh-Hant", "integer", "取值範圍:{low}~{high}", {"minimum": "low", "maximum": "high"}),
    ("es", "integer", "Intervalo de valores: {low} a {high}.", {"minimum": "low", "maximum": "high"}),
    ("pt", "integer", "Intervalo de valores: de {low} a {high}.", {"minimum": "low", "maximum": "high"}),
    # Defaults
    ("en", "integer", "Default value: {low}.", {"default": "low"}),
    ("zh", "integer", "默认值为{low}。", {"default": "low"}),
    ("zh-Hant", "integer", "預設值:{low}。", {"default": "low"}),
    ("es", "integer", "El valor predeterminado es {low}.", {"default": "low"}),
    ("pt", "integer", "Valor padrão: {low}.", {"default": "low"}),
    # Numbers of elements
    ("en", "array", "Up to {high} tags can be given.", {"maxItems": "high"}),
    ("zh", "array", "最多可添加{high}个标签。", {"maxItems": "high"}),
]
"""Language, type, phrase, and what it states: of the number called `low`, and of the one called `high`."""
VALUES: Final[list[tuple[str, str]]] = [
    ("en", "Valid values: {red} and {blue}."),
    ("en", "Valid values: \n\n-   **{red}**: the one\n\n-   **{blue}**: the other\n\nNote: None of it."),
    ("en", "• {red}: the one.\n• {blue}: the other."),
    ("en", 'The values are "{red}" and "{blue}".'),
    ("en", '"{red}" or "{blue}"'),
    ("en", "{red} | {blue}"),
    ("en", "Enumerated values: {red}, {blue}"),
    ("en", "- {red}:\n- {blue}:"),
    ("zh", "取值:{red}、{blue}。"),
    ("zh", "取值为{red}或{blue}。"),
    ("zh", "枚举值:\n• {red}:一种\n• {blue}:另一种\n说明:没有别的。"),
    ("zh", "枚举值:**{red}****{blue}**"),
    ("zh", "{red}:一种,{blue}:另一种"),
    ("zh-Hant", "取值:{red}、{blue}。"),
    ("es", "Valores válidos: {red}, {blue}."),
    ("es", "El valor puede ser {red} o {blue}."),
    ("pt", "Valores válidos: {red}, {blue}."),
    ("pt", "Os valores são {red} e {blue}."),
]
CONSTANTS: Final = [
    "Set the value to {red}.",
    "The value is fixed as {red}.",
    "取值:{red}。",
    "固定为{red}。",
    "Set this parameter to {red}.",
    "对应的指令名称,当前 API 为 {red}",
]
CASES: Final[list[tuple[str, str, dict[str, Any], list[str]]]] = [
    # Numbers with a meaning
    ("integer", "Whether it's lit:\n-   **0**: off\n-   **1**: on", {"enum": [0, 1]}, []),
    ("integer", "0: off / 1: on", {"enum": [0, 1]}, []),
    ("integer", "0:否 1:是", {"enum": [0, 1]}, []),
    ("integer", "0表示熄灭,1表示点亮", {"enum": [0, 1]}, []),
    ("integer", 'The values are "0", "1" and "2".', {"enum": [0, 1, 2]}, []),
    ("string", "0: off\n1: on", {"enum": ["0", "1"]}, []),
    ("boolean", "Valid values: true, false.", {}, []),
    ("boolean", "Valid values: LightLamp.", {}, ["values"]),
    # Elements
    ("array", "Valid values: red, blue.", {}, ["values"]),
    ("array", "每个标签最大长度64个字符。", {}, ["range"]),
    # What isn't all of a list, or none
    ("string", "- RED: warm\n- BLUE: cold\n- as the house has it", {}, ["values"]),
    ("string", "Valid values:\n- red: warm\n- as the house has it", {}, ["values"]),
    ("string", "- As follows:\n- red: warm\n- blue: cold", {}, ["values"]),
    ("string", "取值:red(默认)、blue。", {"enum": ["red", "blue"], "default": "red"}, []),
    ("string", 'It is {"house": "red", "door": "blue"}', {}, []),
    ("string", "See :ref:`Table 3 <lamps>`.", {}, []),
    ("string", "- red: warm\n- blue: deprecated, of old", {"enum": ["red", "blue"]}, []),
    ("string", "Valid values:\n- red: warm\n- red,blue: both", {"enum": ["red", "red,blue"]}, []),
    ("string", "默认设置为Lamp House,可以更改", {}, ["default"]),
    ("integer", "Valid values:\n\n1-65", {"minimum": 1, "maximum": 65}, []),
    ("array", "每个灯塔最大关联200条路由", {}, ["range"]),
    ("string", "取值范围:lamp:red,lamp:blue,door", {}, ["range", "values"]),
    ("string", "What it does. Value: CountLamps.", {"enum": ["CountLamps"]}, []),
    ("string", "Value: of the lamps", {}, []),
    ("string", "application/json", {"enum": ["application/json"]}, []),
    # One value, values that ran together, and values of several words
    ("string", "目前只支持uds。", {}, ["values"]),
    ("string", "如果支持,则取值为true", {}, ["values"]),
    ("string", "是否点亮。true:已点亮false:未点亮", {}, ["values"]),
    ("string", "取值范围:redbluegreen最小长度:0最大长度:9", {"minLength": 0, "maxLength": 9}, ["values"]),
    ("string", "取值为Red、Blue、Dark Green、Grey。", {}, ["values"]),
    ("string", "一般取值为“32”或者“64”。", {}, ["values"]),
    # What is counted, and a number in a word
    ("string", "You can name a maximum of 50 lamp IDs at a time.", {}, ["range"]),
    ("string", "Minimum: 1 Maximum: 64", {"minLength": 1, "maxLength": 64}, []),
    ("string", "A 36-byte name.", {}, ["range"]),
    ("integer", "The page, beginning from 1.", {}, ["range"]),
    # What isn't closed, and what isn't a value
    ("string", "Colours, for example red, blue.", {}, []),
    ("string", "支持的颜色,例如red、blue。", {}, []),
    ("string", "取值:red、blue等。", {}, []),
    ("string", "By default, the current user.", {}, []),
    ("string", "Default value: none.", {}, []),
    ("string", "默认值:空。", {}, []),
    ("string", "默认为灯塔的颜色。", {}, []),
    ("string", "分页参数,取值为上一盏灯的名称。", {}, []),
    ("string", "取值为红色的、蓝色的。", {}, ["values"]),
    ("string", "Valid values:\nred\nblue\nExamples:\ngreen", {"enum": ["red", "blue"]}, []),
    ("string", "Format:\n- house: the house\n- door: the door", {}, []),
    # What holds in some cases, or of a part
    ("integer", "If the lamp is lit, valid values: 1 to 5.", {}, ["range"]),
    ("integer", "当灯亮时,取值范围:1~5。", {}, ["range"]),
    ("integer", "Valid values of N: 1 to 5.", {}, ["range"]),
    ("integer", "N的取值范围:1~5。", {}, ["range"]),
    ("integer", "Valid values: -1 and 1-5.", {}, ["values"]),
    ("integer", "Valid values:\n- small: 1 to 5", {}, ["range", "values"]),
    ("string", "If the lamp is lit, the default value is red. Default value: blue.", {}, ["default"]),
    ("string", "如果不填,默认值为red。", {"default": "red"}, []),
    # Two ranges
    ("integer", "Value range: 1 to 5. Value range: 2 to 9.", {}, ["range"]),
    ("string", "1 to 5 characters. Value range: as the house has it.", {"minLength": 1, "maxLength": 5}, ["range"]),
    # Sizes, units of time, fractions
    ("string", "maximum 32K", {}, ["range"]),
    ("integer", "取值范围:15分钟~24小时。", {}, ["range"]),
    ("integer", "以秒为单位。默认值为300s。", {"unit": "seconds", "default": 300}, []),
    ("integer", "以秒为单位。默认值为5分钟。", {"unit": "seconds"}, ["default"]),
    ("integer", "单位:GB。", {"unit": "gigabytes"}, []),
    ("integer", "单位:个。", {}, []),
    ("integer", "Unit: lamps.", {}, ["unit"]),
    ("number", "Valid values: 0.5 to 1.5. Default value: 0.7", {"minimum": 0.5, "maximum": 1.5, "default": 0.7}, []),
    # Patterns
    ("string", "Pattern: ^[a-z]{1,3}$", {"pattern": "^[a-z]{1,3}$"}, []),
    ("string", "满足正则表达式^[a-z-]+$。", {"pattern": "^[a-z-]+$"}, []),
    ("string", "It must match a regular expression.", {}, ["pattern"]),
    ("string", "Pattern: ^[a-z$", {}, ["pattern"]),
]
KNOWN: Final = {"minimum", "maximum", "minLength", "maxLength", "maxItems", "default", "enum"}
PROSE: Final = [
    "",
    "The lamp of the house.",
    "It is lit in the evening.",
    "灯塔的灯。",
    "晚上点亮。",
    "La lámpara de la casa.",
    "A lâmpada da casa.",
]
numbers = st.integers(1, 900)
names = st.from_regex(r"[A-Z][a-z]{2,9}", fullmatch=True)
prose = st.sampled_from(PROSE)
generated = settings(database=None, deadline=None, max_examples=300)


def stated(aspects: dict[str, str], low: int, high: int) -> dict[str, int]:
    return {aspect: low if which == "low" else high for aspect, which in aspects.items()}


@pytest.mark.parametrize(("kind", "text", "aspects", "unread"), CASES)
def test_a_description(kind: str, text: str, aspects: dict[str, Any], unread: list[str]) -> None:
    assert read_description(text, kind) == (aspects, unread)


@pytest.mark.parametrize(("language", "kind", "phrase", "aspects"), READ)
def test_a_phrase_with_numbers_is_read(language: str, kind: str, phrase: str, aspects: dict[str, str]) -> None:
    assert language
    text = phrase.format(low=2, high=64)
    assert read_description(text, kind) == (stated(aspects, 2, 64), [])


@pytest.mark.parametrize(("language", "phrase"), VALUES)
def test_a_list_of_values_is_read(language: str, phrase: str) -> None:
    assert language
    text = phrase.format(red="Red", blue="Blue")
    assert read_description(text, "string") == ({"enum": ["Red", "Blue"]}, [])


@pytest.mark.parametrize("phrase", CONSTANTS)
def test_a_constant_is_read(phrase: str) -> None:
    assert read_description(phrase.format(red="Red"), "string") == ({"enum": ["Red"]}, [])


def test_the_values_of_an_array_are_those_of_its_elements() -> None:
    assert read_description("Valid values: 1, 2.", "array", "integer") == ({"enum": [1, 2]}, [])


def test_a_row_gives_them_to_its_elements() -> None:
    cells = {"name": "colours", "type": "Array of strings", "description": "Valid values: red, blue."}
    field, unread = field_of(Row(cells, 1, 1))
    assert unread == []
    assert "enum" not in field.aspects
    assert field.items == {"type": "string", "enum": ["red", "blue"]}


def test_a_pattern_is_drafted() -> None:
    schema = {"type": "string"}
    set_aspect(schema, "pattern", "^[a-z]+$")
    assert schema == {"type": "string", "pattern": "^[a-z]+$"}


@given(case=st.sampled_from(READ), pair=st.tuples(numbers, numbers), above=prose, below=prose)
@generated
def test_numbers_are_read_or_reported(
    case: tuple[str, str, str, dict[str, str]], pair: tuple[int, int], above: str, below: str
) -> None:
    _, kind, phrase, aspects = case
    low, high = min(pair), max(pair) + 1
    found, unread = read_description(f"{above}\n{phrase.format(low=low, high=high)}\n{below}", kind)
    expected = stated(aspects, low, high)
    assert {name: value for name, value in found.items() if name in KNOWN}.items() <= expected.items()
    assert unread or found == expected


@given(case=st.sampled_from(VALUES), two=st.lists(names, min_size=2, max_size=2, unique=True), above=prose, below=prose)
@generated
def test_values_are_read_or_reported(case: tuple[str, str], two: list[str], above: str, below: str) -> None:
    red, blue = two
    found, unread = read_description(f"{above}\n{case[1].format(red=red, blue=blue)}\n{below}", "string")
    assert unread or found == {"enum": two}
    assert found in ({}, {"enum": two})
