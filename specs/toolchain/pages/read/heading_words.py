"""The words of headings, by language. Data only: add new words here."""

from __future__ import annotations

from typing import Final

HEADING_WORDS: Final[dict[str, dict[str, str]]] = {
    "request": {
        "en": "request|requests|input",
        "zh": "请求|入参|输入",
        "zh-Hant": "請求|入參|輸入",
        "es": "solicitud|solicitudes|petición|peticiones|entrada",
        "pt": "solicitação|solicitações|requisição|requisições|pedido|entrada",
    },
    "response": {
        "en": "response|responses|return|returned|output|result",
        "zh": "响应|返回|返回结果|出参|输出",
        "zh-Hant": "響應|回應|返回|傳回|出參|輸出",
        "es": "respuesta|respuestas|salida|devueltos|devuelto",
        "pt": "resposta|respostas|saída|devolvidos|retorno",
    },
    "example": {
        "en": "example|examples|sample|samples",
        "zh": "示例|样例|范例|例子|举例",
        "zh-Hant": "示例|樣例|範例|例子",
        "es": "ejemplo|ejemplos|muestra",
        "pt": "exemplo|exemplos|amostra",
    },
    "error": {
        "en": "error|errors|failed|failure|abnormal",
        "zh": "错误|异常|失败",
        "zh-Hant": "錯誤|異常|失敗",
        "es": "error|errores",
        "pt": "erro|erros",
    },
    "status": {
        "en": "status",
        "zh": "状态",
        "zh-Hant": "狀態",
        "es": "estado",
        "pt": "status|estado",
    },
    "code": {
        "en": "code|codes",
        "zh": "码|代码",
        "zh-Hant": "碼|代碼",
        "es": "código|códigos",
        "pt": "código|códigos",
    },
    "value": {"en": "value|values", "zh": "值", "zh-Hant": "值", "es": "valor|valores", "pt": "valor|valores"},
    "header": {
        "en": "header|headers",
        "zh": "头|消息头|头部|头域",
        "zh-Hant": "標頭|頭",
        "es": "encabezado|encabezados|cabecera|cabeceras",
        "pt": "cabeçalho|cabeçalhos",
    },
    "body": {
        "en": "body|payload",
        "zh": "消息体|体|正文|主体",
        "zh-Hant": "本文|主體|體|內文",
        "es": "cuerpo",
        "pt": "corpo",
    },
    "query": {"en": "query", "zh": "查询", "zh-Hant": "查詢", "es": "consulta", "pt": "consulta"},
    "uri": {"en": "uri|url", "zh": "uri|url", "zh-Hant": "uri|url", "es": "uri|url", "pt": "uri|url"},
    "path": {"en": "path", "zh": "路径", "zh-Hant": "路徑", "es": "ruta", "pt": "caminho"},
    "syntax": {
        "en": "syntax|line|method",
        "zh": "语法|句法|地址|行",
        "zh-Hant": "語法|位址|行",
        "es": "sintaxis",
        "pt": "sintaxe",
    },
    "parameter": {
        "en": "parameter|parameters|field|fields|element|elements|data|format|message|messages|structure|syntaxes",
        "zh": "参数|字段|数据|消息|格式|列表|报文|结构",
        "zh-Hant": "參數|欄位|資料|數據|訊息|格式",
        "es": "parámetro|parámetros|campo|campos|elementos|datos|mensaje|formato",
        "pt": "parâmetro|parâmetros|campo|campos|elementos|dados|mensagem|formato",
    },
    "sdk": {"en": "sdk|sdks", "zh": "sdk", "zh-Hant": "sdk", "es": "sdk", "pt": "sdk"},
    "permission": {
        "en": "authorization|ram authorization|permissions|permission",
        "zh": "授权|授权信息|权限",
        "zh-Hant": "授權|授權資訊|權限",
        "es": "autorización|permisos",
        "pt": "autorização|permissões",
    },
    "history": {
        "en": "change history|revision history",
        "zh": "变更历史|修订记录",
        "zh-Hant": "變更歷史|修訂記錄",
        "es": "historial de cambios",
        "pt": "histórico de alterações",
    },
    "text": {
        "en": "function|functions|constraints|calling method|debugging|debug|try it now|test|prerequisites|precautions",
        "zh": "功能介绍|功能描述|接口约束|约束限制|调用方法|调试",
        "zh-Hant": "功能介紹|功能描述|介面約束|約束限制|調用方法|調試|偵錯",
        "es": "función|restricciones|depuración|requisitos previos",
        "pt": "função|restrições|depuração|pré-requisitos",
    },
    "end": {
        "en": "feedback|was this page helpful?",
        "zh": "意见反馈",
        "zh-Hant": "意見回饋|意見反饋",
        "es": "comentarios",
        "pt": "comentários",
    },
    "nothing": {
        "en": "the|of|in|for|a|an|and|from|to|normal|successful|success|succeeded|json|http|https|api|information"
        "|description|descriptions|common|public|table|specific|detailed|details|list|content",
        "zh": "的|和|与|中|说明|描述|正常|成功|公共|信息|接口|内容|表|特有|公有",
        "zh-Hant": "的|和|與|中|說明|描述|正常|成功|公共|資訊|介面|內容|表",
        "es": "de|del|la|el|los|las|en|para|y|común|comunes|correcta|exitosa|información|descripción|api",
        "pt": "de|da|do|das|dos|na|no|em|para|e|comum|comuns|bem-sucedida|informações|descrição|api",
    },
}
"""The words of headings in each language, by meaning."""
