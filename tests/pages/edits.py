"""The copies of the four pages, to be edited, and edits of them with all that a report must show."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import attrs

from pages.frozen_specs import FROZEN
from toolchain.pages.change.rendering import as_text
from toolchain.pages.change.report import Report, compare
from toolchain.pages.facts import Fact, PageFacts
from toolchain.pages.prove.spec import Spec, read_spec
from toolchain.pages.prove.store import kept_pages
from toolchain.pages.read.page import read_page

COPIES: Final = Path(__file__).with_name("copies")
_ROW: Final = re.compile(r"(path|query|header|body|\d{3}) .*[^\]]")


@attrs.frozen
class Page:
    """A page of an operation before an edit."""

    label: str
    spec: Spec
    operation: str
    text: str
    facts: PageFacts

    def rows(self) -> list[Fact]:
        """Return the parameters and fields without fields inside."""
        places = [fact.place for fact in self.facts.facts]
        found = [fact for fact in self.facts.facts if _ROW.fullmatch(fact.place)]
        return [
            one for one in found if not any(place.startswith((f"{one.place}.", f"{one.place}[].")) for place in places)
        ]

    def lines(self, fact: Fact) -> list[str]:
        first, last = fact.lines
        return self.text.split("\n")[first - 1 : last]

    def with_lines(self, fact: Fact, lines: Iterable[str]) -> str:
        """Return the text of the page with other lines instead of those of a fact."""
        first, last = fact.lines
        before = self.text.split("\n")
        return "\n".join([*before[: first - 1], *lines, *before[last:]])

    def with_words(self, fact: Fact, pattern: str, words: str) -> str:
        """Return the text of the page with other words in the row of a fact; the same if the pattern isn't there."""
        return self.with_lines(fact, [re.sub(pattern, words, "\n".join(self.lines(fact)), count=1)])

    def report(self, text: str) -> Report:
        return compare(self.spec, self.operation, self.facts, read_page(text.encode()))

    def changes(self, text: str) -> set[str]:
        return changes_in(self.report(text))


def changes_in(report: Report) -> set[str]:
    """Return the changes that a report shows, without their locations."""
    lines = as_text([report]).split("\n")
    return {" ".join(line.split()) for line in lines if re.match("breaking|addition|wording|unread", line)}


def _copied(file: Path) -> Page:
    """Return the copy of the page of the one operation that a frozen spec has."""
    spec = read_spec(FROZEN / f"{file.stem}.yaml")
    (operation,) = kept_pages(FROZEN, spec.stem)
    return Page(spec.stem, spec, operation, file.read_text(encoding="utf-8"), read_page(file.read_bytes()))


PAGES: Final = {file.stem: _copied(file) for file in sorted(COPIES.glob("*.txt"))}


class Edit(NamedTuple):
    """Replacements of patterns all over a page, and what a report must show, in any order."""

    page: str
    replaced: dict[str, str]
    shown: tuple[str, ...]

    def text(self) -> str:
        text = PAGES[self.page].text
        for pattern, words in self.replaced.items():
            assert re.search(pattern, text), pattern
            text = re.sub(pattern, words, text)
        return text


def _edit(page: str, replaced: dict[str, str], *shown: str) -> Edit:
    return Edit(page, replaced, shown)


_sas, _csms, _iam_v3, _iam_v5 = (partial(_edit, page) for page in PAGES)
EDITS: Final = (
    _sas({"query here.": r"\g<0> Default value: alpha."}, 'breaking query Query: default: nothing -> "alpha"'),
    _sas({"Default value: 20": "Default value: 15"}, "breaking query PageSize: default: 20 -> 15"),
    _sas({"Maximum value: 100. ": ""}, "addition query PageSize: maximum: 100 -> nothing"),
    _sas({"(?<=startts here. Unit: )milli": ""}, 'breaking query StartTs: unit: "milliseconds" -> "seconds"'),
    _sas({"totalcount here.": r"\g<0> Unit: seconds."}, 'breaking 200 TotalCount: unit: nothing -> "seconds"'),
    _sas({"It is deprecated": "It is as it was"}, "addition 200 GmtLast: deprecated: true -> nothing"),
    _sas({"requestid here.": r"\g<0> This is deprecated."}, "addition 200 RequestId: deprecated: nothing -> true"),
    _sas({"query here.": r"\g<0> Valid values: on, off."}, 'breaking query Query: enum: nothing -> ["on", "off"]'),
    _sas(
        {"• ram: the case ram": r"\g<0>\n  • robot: the case robot"},
        'addition 200 AccessKeyLeakList[].UserType: enum: ["master", "ram"] -> ["master", "ram", "robot"]',
    ),
    _sas(
        {"  • ram: the case ram\n": ""},
        'breaking 200 AccessKeyLeakList[].UserType: enum: ["master", "ram"] -> ["master"]',
    ),
    _sas(
        {"as Cloud platform": "as Cloud"},
        'breaking 200 AccessKeyLeakList[].Asset: enum: ["Cloud platform"] -> ["Cloud"]',
    ),
    _sas({"StartTslong": "StartTsinteger"}, 'breaking query StartTs: format: "int64" -> "int32"'),
    _sas({"AkLeakCountinteger": "AkLeakCountlong"}, 'addition 200 AkLeakCount: format: "int32" -> "int64"'),
    _sas(
        {"\nIdlong": "\nIdstring"},
        'breaking 200 AccessKeyLeakList[].Id: type: "integer" -> "string"',
        'breaking 200 AccessKeyLeakList[].Id: format: "int64" -> nothing',
        'wording 200 AccessKeyLeakList[].Id: example: 389357 -> "389357"',
    ),
    _sas({"QuerystringNo": "QuerystringYes"}, "breaking query Query: required: false -> true"),
    _sas({"PageSizeintegerYes": "PageSizeintegerNo"}, "addition query PageSize: required: true -> false"),
    _sas(
        {"testAccountName\n": "x\n"}, 'wording 200 AccessKeyLeakList[].AliUserName: example: "testAccountName" -> "x"'
    ),
    _sas({'"TotalCount": 2': '"TotalCount": 3'}, "wording example 200: example: $.TotalCount 2 -> 3"),
    _sas({"(?=StartTslongNo)": "MorestringNo\n\nA text.\n\none\n"}, "addition query More: added"),
    _sas({"(?=StartTslongNo)": "MorestringYes\n\nA text.\n\none\n"}, "breaking query More: added"),
    _sas(
        {"(?=AkLeakCountinteger)": "Morestring\n\nA text.\n\none\n", '(?="AkLeakCount")': '"More": "one",\n  '},
        "addition 200 More: added",
        'wording example 200: example: $.More nothing -> "one"',
    ),
    _sas(
        {'AkLeakCount(?=integer|")': "Count"},
        "breaking 200 AkLeakCount: renamed to 200 Count",
        "wording example 200: example: $.AkLeakCount 1 -> nothing; $.Count nothing -> 1",
    ),
    _sas({"AccessKeyLeakobject": "Leakobject"}, 'breaking 200 AccessKeyLeakList[]: schema: "AccessKeyLeak" -> "Leak"'),
    _sas(
        {"(?=403NoP)": "400Account.NotFoundThe request cannot be served.-\n"},
        "addition error 400 Account.NotFound: added",
    ),
    _sas(
        {"(?=403NoP)": "402Account.NotFoundThe request cannot be served.-\n"},
        "addition error 402 Account.NotFound: added",
        "addition status 402: added",
    ),
    _sas({"500Serv.*\n": ""}, "addition error 500 ServerError: removed"),
    _sas({"403NoP.*\n": ""}, "addition error 403 NoPermission: removed", "addition status 403: removed"),
    _sas(
        {"500.*\n": ""},
        "addition error 500 RdCheckInnerError: removed",
        "addition error 500 ServerError: removed",
        "addition status 500: removed",
    ),
    _sas(
        {"400NoPermission.*": "400NoPermissionno right-"},
        'wording error 400 NoPermission: message: "no permission" -> "no right"',
    ),
    _csms({"默认值:50": "默认值:20"}, 'breaking query limit: default: "50" -> "20"'),
    _csms(
        {r"\(默认\)": ""},
        'addition 200 secrets[].secret_type: default: "COMMON" -> nothing',
        "addition 200 secrets[].auto_rotation: default: false -> nothing",
    ),
    _csms({" RDS :": " OTHER :"}, 'wording 200 secrets[].secret_type: enum: ["COMMON", "RDS"] -> ["COMMON", "OTHER"]'),
    _csms(
        {"这是create_time的值。\n\n从1970年起的总秒数": "从1970年起的总毫秒数"},
        'wording 200 secrets[].create_time: unit: "seconds" -> "milliseconds"',
    ),
    _csms(
        {"6小时": "12小时"},
        "addition 200 secrets[].rotation_period: range: "
        '{"maximum": "8760h", "minimum": "6h"} -> {"maximum": "8760h", "minimum": "12h"}',
    ),
    _csms({"1024个": "2048个"}, "addition 200 secrets[].rotation_config: maxLength: 1024 -> 2048"),
    _csms({"一个事件": "三个事件"}, "addition 200 secrets[].event_subscriptions: maxItems: 1 -> 3"),
    _csms({"这是id的值。": r"\g<0>该参数已废弃。"}, "addition 200 secrets[].id: deprecated: nothing -> true"),
    _csms({"这是event_name的值。": r"\g<0>取值为:a,b。"}, 'breaking query event_name: enum: nothing -> ["a", "b"]'),
    _csms({"这是name的值。": r"\g<0>取值为:a,b。"}, 'addition 200 secrets[].name: enum: nothing -> ["a", "b"]'),
    _csms(
        {"这是event_name的值。": r"\g<0>\n\n长度为3~900个字符。"},
        "breaking query event_name: minLength: nothing -> 3",
        "breaking query event_name: maxLength: nothing -> 900",
    ),
    _csms({"event_name\n\n": r"\g<0>是\n\n"}, "wording query event_name: required: nothing -> true"),
    _csms(
        {"current_count\n\nInteger": "current_count\n\nLong"},
        'addition 200 page_info.current_count: format: "int32" -> "int64"',
    ),
    _csms({"(?=kms_key_id\n)": "more\n\nString\n\n一段文字。\n\n"}, "addition 200 secrets[].more: added"),
    _csms({"kms_key_id\n": "key_id\n"}, "breaking 200 secrets[].kms_key_id: renamed to 200 secrets[].key_id"),
    _csms(
        {"(?m)(?<={)project_id|^project_id": "project"},
        "breaking path project_id: renamed to path project",
        'breaking operation: path: "/v1/{project_id}/secrets" -> "/v1/{project}/secrets"',
    ),
    _csms({"GET /v1": "PUT /v1"}, 'breaking operation: method: "GET" -> "PUT"'),
    _csms({"ListSecrets(?=R)": "ListLamps"}, 'breaking operation id: operationId: "ListSecrets" -> "ListLamps"'),
    _csms({"Secret(?= objects)|(?<=表5 )Secret": "Item"}, 'breaking 200 secrets[]: schema: "Secret" -> "Item"'),
    _csms(
        {
            "(?=kms_key_id\n)": "owner\n\nOwner object\n\n所有者。\n\n",
            "(?=表6)": "表5 Owner\n\n参数\n\n参数类型\n\n描述\n\nowner_id\n\nString\n\n一段文字。\n\n",
        },
        "addition 200 secrets[].owner: added",
    ),
    _csms({"(?=504\n\n情况)": "429\n\n情况\n\n"}, "addition status 429: added"),
    _csms({r"状态码: 504[\s\S]*(?=请求示例)": "", "504\n\n情况504": ""}, "addition status 504: removed"),
    _iam_v3({"X-Auth-Token\n\nYes": "X-Auth-Token\n\nNo"}, "wording header X-Auth-Token: required: true -> false"),
    _iam_v3(
        {";charset=utf8": ""},
        'breaking header Content-Type: enum: ["application/json;charset=utf8"] -> ["application/json"]',
    ),
    _iam_v3({"(?=X-Auth)": "X-Language\n\nNo\n\nString\n\nThe language.\n\n"}, "addition header X-Language: added"),
    _iam_v3({"(?=last_use_time\n)": "more\n\nInteger\n\nA number.\n\n"}, "addition 200 credential.more: added"),
    _iam_v3({"access\n": "access_key\n"}, "breaking 200 credential.access: renamed to 200 credential.access_key"),
    _iam_v3({"credential(?=\n)": "key"}, "breaking 200 credential: renamed to 200 key"),
    _iam_v3(
        {"create_time\n\nString": "create_time\n\nLong"},
        'breaking 200 credential.create_time: type: "string" -> "integer"',
        'wording 200 credential.create_time: format: nothing -> "int64"',
    ),
    _iam_v3({"500\n\nIt is 500.": ""}, "addition status 500: removed"),
    _iam_v3(
        {"sample.domain": "other.domain"},
        'wording server: host: "https://sample.domain.com" -> "https://other.domain.com"',
    ),
    _iam_v5({"Default: 100": "Default: 15"}, "breaking query limit: default: 100 -> 15"),
    _iam_v5({"Minimum: 1 ": ""}, "addition query limit: minimum: 1 -> nothing"),
    _iam_v5({"Minimum: 4 ": "Minimum: 8 "}, "breaking query marker: minLength: 4 -> 8"),
    _iam_v5({"Maximum: 200": "Maximum: 300"}, "addition query limit: maximum: 200 -> 300"),
    _iam_v5({r"\+-/=_": "-/=_"}, 'breaking query marker: characters: "a-zA-Z0-9+-/=_" -> "a-zA-Z0-9-/=_"'),
    _iam_v5(
        {"active or inactive": "active, inactive, or expired"},
        'addition 200 access_keys[].status: enum: ["active", "inactive"] -> ["active", "inactive", "expired"]',
    ),
    _iam_v5({r"(?<=limit \|\n)No": "Yes"}, "breaking query limit: required: false -> true"),
    _iam_v5({r"(?<=user_id \|\nYes \|\n)String": "Boolean"}, 'breaking path user_id: type: "string" -> "boolean"'),
    _iam_v5({r"(?=\|\nmarker)": "|\nmore |\nYes |\nString |\nA text. |\n"}, "breaking query more: added"),
    _iam_v5({r"(?=\|\ncreated_at)": "|\nmore |\nLong |\nA number. |\n"}, "addition 200 access_keys[].more: added"),
    _iam_v5(
        {r"created_at \|": "made_at |"}, "breaking 200 access_keys[].created_at: renamed to 200 access_keys[].made_at"
    ),
    _iam_v5(
        {r"\|\npage_info(?:.*\n){3}": "", r"(?:\|\n(?:\w+ \|\n){3}\|.*\n)\|\nnext_(?:.*\n){7}": ""},
        "breaking 200 page_info: removed",
    ),
    _iam_v5({r"PageInfo(?= object)": "Paging"}, 'breaking 200 page_info: schema: "PageInfo" -> "Paging"'),
    _iam_v5(
        {r"(?m)^(Status code: |)200( \||)$": r"\g<1>202\2"},
        "breaking status 200: removed",
        "addition status 202: added",
    ),
    _iam_v5(
        {"V5 ": "V6 "},
        'breaking permission: action: "iam:credentials:listCredentialsV5" -> "iam:credentials:listCredentialsV6"',
    ),
)
