"""The words that state constraints in descriptions, by language. Data, no rules: a new language is one more row."""

from __future__ import annotations

from typing import Final

VOCABULARY: Final[dict[str, dict[str, str]]] = {
    "signs": {
        "to": "-|~",
        "is": ":|=",
        "at_most": "<=|≤",
        "at_least": ">=|≥",
        "below": "<",
        "above": ">",
        "or": ",|、|;|\\x7c",
        "meaning": ":|=>|=",
        "open": "\\.\\.\\.|…",
    },
    "English": {
        "to": "to|through",
        "between": "between|from",
        "and": "and",
        "is": "is|are|of|to|as|must be|is set to",
        "the": "the|a|an",
        "at_most": (
            "at most|up to|no more than|not more than|no longer than|no greater than|no larger than|(?:can ?not|"
            "can't|must not|may not|does not|should not|not) (?:exceed|be (?:more|greater|longer|larger) than)|"
            "less than or equal to|smaller than or equal to|not to exceed|upper limit(?: is| of|:)?"
        ),
        "at_least": (
            "at least|no less than|not less than|no fewer than|no shorter than|greater than or equal to|"
            "(?:can ?not|can't|must not|not) be (?:less|smaller|shorter|fewer) than|larger than or equal to"
        ),
        "below": "less than|fewer than|smaller than|shorter than",
        "above": "more than|greater than|larger than|longer than",
        "or_less": "or less|or fewer|or below|or shorter",
        "or_more": "or more|or above|or longer",
        "minimum": "minimum|min\\.?|shortest|lower limit",
        "maximum": "maximum|max\\.?|longest|upper limit",
        "value": "values?",
        "length": "lengths?(?: in (?:characters|bytes))?|number of characters",
        "count": "number of (?:items|elements|entries|members|tags|values)|array length|items|elements",
        "range": "(?:valid |value |allowed )?ranges?(?: of (?:the )?values?)?|ranges from|values? ranges?|in the range",
        "characters": "characters?|chars?|bytes?|letters|digits",
        "adjective": "Unicode|UTF-8|ASCII|English|Chinese|printable|visible|valid|or|and|letters|digits",
        "items": "items?|elements?|entries|entry|tags?|values?|IDs?|keys?|members?",
        "time": "milliseconds?|ms|seconds?|s|minutes?|min|hours?|h|days?|d|weeks?|months?|years?",
        "size": "[KMGT](?:i?B)?(?:ytes?)?|kilobytes?|megabytes?|gigabytes?|million|thousand",
        "returned": "returned|queried|displayed",
        "each": "each|every|per|single",
        "condition": "if|when|whenever|unless|only for|in the case of",
        "empty": (
            "empty|not (?:specified|set|passed|transferred|provided|given|specify|configured|included|contained|"
            "carried|filled)|left|leave|omit\\w{0,5}|unspecified|do not|don't"
        ),
        "following": "(?:as follows|the following(?: values| options)?)",
        "nothing": "none|null|empty|blank|n/a|empty string|not specified|left empty|left blank|unlimited|-",
        "for_example": "for example|for instance|such as|e\\.g\\.|example:|examples:",
        "open": "etc|and so on|and others|and more|and other",
        "values": (
            "values(?=\\s?:)|(?:valid|possible|available|allowed|allowable|permitted|accepted|supported|optional|enumerated|"
            "enumeration|legal|enum) values?(?: are| is| include)?(?: as follows)?|value options|options|enum|"
            "enumerated values?"
        ),
        "can_be": (
            "(?:the )?values? (?:can|may|must) be(?: one of)?(?: the following)?(?: values)?|the (?:options|"
            "values) are|(?:can|must|may) be one of(?: the following)?(?: values)?|"
            "one of the following(?: values)?|(?:the )?value is"
        ),
        "constant": "set (?:the|its) value to|set this parameter to|set it to|(?:value|parameter) is (?:always|fixed)",
        "or": "or|and",
        "meaning": "indicates?|represents?|means|stands for|specifies",
        "default": "default values?|defaults?",
        "defaults_to": "defaults to",
        "by_default": "by default",
        "unit": "units?",
        "note": (
            "notes?|important|notice|caution|warning|tips?|examples?|example values?|sample|remarks?|description|"
            "constraints?|format|default|default value|precautions|definition|prerequisites?|restrictions?|unit"
        ),
        "fields": (
            "following (?:\\w+ )?(?:keys|tags|fields|parameters|points|elements|headers)|"
            "attributes?|fields?|propert(?:y|ies)|parameters?|formats?|following points|contains|consists|columns?|"
            "headers?|keys|requirements?|rules|limits|naming|conventions?|steps|structure|notes?|examples?"
        ),
        "regex": "regular expressions?|regexp?|pattern",
    },
    "Chinese": {
        "to": "至|到",
        "between": "从|介于|在",
        "and": "和|与|至|到",
        "is": "为|是|取值为|可为",
        "at_most": (
            "不超过|不能超过|不得超过|不可超过|不大于|不能大于|小于等于|小于或等于|小于或者等于|最多(?:可|能|"
            "只能)?(?:以)?(?:包含|支持|返回|查询|显示|添加|输入|指定|传入|设置|配置|选择|订阅)?|至多|不多于|最长|"
            "最大可\\w{0,4}|最大(?=\\s?\\d)|最[大多](?!值|长|取|字)[一-鿿]{1,5}(?=\\s?\\d)|上限"
        ),
        "at_least": (
            "不小于|不能小于|不少于|不得少于|大于等于|大于或等于|大于或者等于|至少|最少|不低于|最小(?=\\s?\\d)|"
            "最短|下限"
        ),
        "below": "小于|少于|低于",
        "above": "大于|多于|超过|高于",
        "or_less": "以内|以下|之内",
        "or_more": "以上",
        "minimum": "最小|最少|最短",
        "maximum": "最大|最多|最长",
        "value": "取值|值",
        "length": "(?:字符串|字符|名称|总|密码)?(?:长度|字符数)(?:范围|限制)?",
        "count": "个数|数量|数组大小|数组长度|元素个数",
        "range": "(?:参数)?(?:取值|有效|可选|数值|值)?范围|取值区间|取值",
        "characters": "字符|字节|个字|汉字|字母|数字|位",
        "adjective": "个|位|英文|中文|或|和|及|、|可见|有效|半角|大小写",
        "items": "个|条|项|组|台|张|对|种|次|块",
        "time": "毫秒|秒钟?|分钟|分|个?小时|天|日|周|个?月|年",
        "size": "万|千|亿|百万",
        "returned": "返回|显示|查询",
        "each": "每个|每条|每项|每组|每次|单个|单条|每一个|单次|每台",
        "condition": "当(?!前)|如果|若|仅当|对于",
        "empty": (
            "不填|不传|不指定|未指定|为空|不设置|未设置|不传递|缺省|未填|没有指定|不写|不配置|未传|未配置|空值|"
            "无值|不选|不提供|未提供|不输入"
        ),
        "following": "(?:如下|以下)(?:[几两二三四五六]|\\d)?[种个类]?(?:取?值|类型|方式|选项)?|包括|包含|有",
        "nothing": "空字符串|空值|空|无|不涉及|不限制|不限|未指定",
        "for_example": "例如|比如|示例|举例|(?<![一-鿿])如(?![一-鿿])|例:",
        "open": "等等|等",
        "values": (
            "取值(?:如下|范围|列表|包括|包含|说明|有)?|可选值|枚举值|有效值|可选项|合法值|可取值|可能值|可能的值|"
            "可能取值|值域|枚举类型|可选取值|参数值|取值枚举|枚举|允许值|可填|可选范围"
        ),
        "can_be": "取值为|可以?(?:设置)?为|"
        "取值是|值为|支持|分为|可以是|可选为|只能取|只能为|仅支持|只支持|目前支持|可取|分别为",
        "constant": "当前 ?API ?为|固定(?:取值)?为|取值固定为|固定值|固定取值|固定填|该字段填为|填为|必须(?:填|设)?为",
        "or": "或者|或|和|以及|及|与",
        "meaning": "表示|代表|指|是指",
        "default": "默认值|缺省值|默认取值|缺省取值|默认",
        "defaults_to": (
            "(?:默认|缺省)值(?=\\s?[A-Za-z0-9])|默认为|缺省为|默认(?:配置|设置|取值)为|默认选择|默认是|默认填|"
            "默认使用|默认创建|默认返回|默认(?!值|取值|的|情况)"
        ),
        "by_default": "默认情况下|默认(?!值|取值|的|[一-鿿]{0,2}[为是]\\s?[A-Za-z0-9])",
        "unit": "单位",
        "note": (
            "说明|注意|注|备注|示例|例如|示例值|样例|约束|格式|描述|默认值|使用场景|限制|提示|定义|单位|约束限制|"
            "使用说明|权限|功能说明|取值范围|其中"
        ),
        "fields": (
            "参数|字段|格式|属性|包含|包括|说明|示例|要求|规则|限制|命名|如下规范|注意|结构|约束|对象|规范|条件|步骤"
        ),
        "regex": "正则表达式|正则|格式(?=:\\s?\\^)",
    },
    "Traditional Chinese": {
        "at_most": "不超過|不能超過|不得超過|最多(?:可|能)?(?:包含|支援|傳回)?|小於等於|小於或等於|不大於|至多|最長",
        "at_least": "不小於|不能小於|不少於|大於等於|大於或等於|最少",
        "below": "小於|少於",
        "above": "大於|超過",
        "length": "(?:字串|字元)?(?:長度|字元數)",
        "count": "個數|數量|陣列大小",
        "range": "(?:取值|有效|值)?範圍|值的範圍",
        "characters": "字元|位元組|個字",
        "adjective": "個|位",
        "items": "個|條|項|組",
        "time": "毫秒|秒|分鐘|小時|天",
        "between": "從|介於",
        "is": "為|是",
        "each": "每個|單個",
        "condition": "當|如果|若|只有",
        "empty": "不填|未指定|為空|不設定|未設定",
        "nothing": "空字串|空值|空|無",
        "values": "取值(?:如下|範圍|包括)?|可選值|列舉值|有效值|可用值|可選項|允許值|可能的值",
        "can_be": "取值為|可以?為|值為|可以是|支援",
        "constant": "固定為|取值固定為|該欄位填為",
        "default": "預設值|預設|缺省值",
        "defaults_to": "預設為|預設是|預設(?!值)",
        "by_default": "預設情況下|預設(?!值)",
        "unit": "單位",
        "note": "說明|註|備註|範例|注意|預設值|約束",
        "fields": "參數|欄位|屬性|包含|說明|範例",
        "for_example": "範例|例:",
        "open": "等等|等",
        "or": "或者|或|和|以及|及|與",
        "meaning": "表示|代表|指",
        "regex": "規則運算式|正規表示式",
    },
    "Spanish": {
        "to": "a|hasta",
        "between": "de|desde|entre",
        "and": "y|e",
        "is": "es|son|de|debe ser",
        "at_most": (
            "como máximo|hasta|no más de|no (?:puede|debe) (?:exceder|superar)(?: de| los| las)?|máximo de|"
            "menor o igual (?:a|que)"
        ),
        "at_least": "al menos|como mínimo|mínimo de|mayor o igual (?:a|que)",
        "below": "menor (?:que|a)|menos de",
        "above": "mayor (?:que|a)|más de",
        "or_less": "o menos|como máximo",
        "or_more": "o más",
        "minimum": "mínim[oa]|valor mínimo|longitud mínima",
        "maximum": "máxim[oa]|valor máximo|longitud máxima",
        "value": "valor(?:es)?",
        "length": "longitud",
        "count": "número de elementos",
        "range": "(?:intervalo|rango)(?: de valores| válido)?",
        "characters": "caracteres|carácter|bytes|letras|dígitos",
        "adjective": "Unicode|válidos",
        "items": "elementos?|etiquetas?|entradas?|valores",
        "time": "milisegundos?|segundos?|minutos?|horas?|días?",
        "each": "cada",
        "condition": "si|cuando",
        "empty": "vacío|no se especifica|omite",
        "following": "los siguientes|las siguientes|uno de los siguientes",
        "nothing": "ninguno|nulo|vacío|cadena vacía",
        "for_example": "por ejemplo|p\\. ej\\.|como por ejemplo",
        "open": "etcétera|entre otros",
        "values": (
            "(?:valores|valor) (?:válidos?|posibles?|permitidos?|disponibles?|admitidos?)(?: son| es| incluyen)?|"
            "opciones"
        ),
        "can_be": "(?:el )?valor (?:puede|debe) ser(?: uno de)?|los valores son|uno de los siguientes(?: valores)?",
        "constant": "(?:establezca|defina|configure) (?:el valor|este parámetro) (?:en|como|a)|(?:el )?valor es fijo",
        "or": "o|u|y",
        "meaning": "indica|significa|representa",
        "default": "valor(?:es)? predeterminad[oa]s?|valor por (?:defecto|omisión)|predeterminado",
        "by_default": "de forma predeterminada|por defecto",
        "unit": "unidad(?:es)?",
        "note": "notas?|ejemplos?|importante|restricciones|observaciones|formato|descripción",
        "fields": "atributos|campos|propiedades|parámetros|formato|contiene|requisitos|reglas",
        "regex": "expresión regular|expresiones regulares|patrón",
    },
    "Portuguese": {
        "to": "a|até",
        "between": "de|entre|desde",
        "and": "e",
        "is": "é|são|de|deve ser",
        "at_most": (
            "no máximo|até|não mais (?:de|que)|não (?:pode|deve) (?:exceder|ultrapassar)|máximo de|menor ou igual a"
        ),
        "at_least": "pelo menos|no mínimo|mínimo de|maior ou igual a",
        "below": "menor que|menos de",
        "above": "maior que|mais de",
        "or_less": "ou menos",
        "or_more": "ou mais",
        "minimum": "mínim[oa]|valor mínimo|comprimento mínimo|tamanho mínimo",
        "maximum": "máxim[oa]|valor máximo|comprimento máximo|tamanho máximo",
        "value": "valor(?:es)?",
        "length": "comprimento|tamanho",
        "count": "número de (?:itens|elementos)",
        "range": "(?:intervalo|faixa)(?: de valores| válid[oa])?",
        "characters": "caracteres|caractere|bytes|letras|dígitos",
        "adjective": "Unicode|válidos",
        "items": "itens|item|elementos?|etiquetas?|entradas?|valores",
        "time": "milissegundos?|segundos?|minutos?|horas?|dias?",
        "each": "cada",
        "condition": "se|quando",
        "empty": "vazio|não for especificado|omitid[oa]",
        "following": "os seguintes|as seguintes|um dos seguintes",
        "nothing": "nenhum|nulo|vazio|cadeia vazia",
        "for_example": "por exemplo|p\\. ex\\.|tais como",
        "open": "entre outros",
        "values": (
            "(?:valores|valor) (?:válidos?|possíve(?:is|l)|permitidos?|disponíve(?:is|l)|aceitos?)(?: são| é|"
            " incluem)?|opções"
        ),
        "can_be": "o valor (?:pode|deve) ser(?: um de)?|os valores são|um dos seguintes(?: valores)?",
        "constant": "defina (?:o valor|este parâmetro) (?:como|para)|o valor é fixo",
        "or": "ou|e",
        "meaning": "indica|significa|representa",
        "default": "valor(?:es)? padrão|padrão",
        "by_default": "por padrão",
        "unit": "unidades?",
        "note": "notas?|exemplos?|importante|restrições|observaç(?:ão|ões)|formato|descrição",
        "fields": "atributos|campos|propriedades|parâmetros|formato|contém|requisitos|regras",
        "regex": "expressão regular|expressões regulares|padrão regex",
    },
}
"""The words of each slot, by language."""

UNITS: Final = {
    "milliseconds": "milliseconds?|ms|毫秒|milisegundos|milissegundos",
    "seconds": "seconds?|s|秒|segundos",
    "minutes": "minutes?|分钟|分鐘|minutos",
    "hours": "hours?|小时|小時|horas",
    "days": "days?|天|日|días|dias",
    "bytes": "bytes?|字节|位元組",
    "kilobytes": "KB|KiB|KByte",
    "megabytes": "MB|MiB|MByte",
    "gigabytes": "GB|GiB|GByte",
    "terabytes": "TB|TiB",
}
"""The units that a spec can state, with their words."""
