"""Pages of operations that write, in our own words and in the layouts of the two vendors."""

from __future__ import annotations

from typing import Final

_PATH: Final = """\
Parameter
Mandatory
Type
Description
lamp_id
Yes
String
The ID of the lamp. Minimum: 1 Maximum: 40
"""
_ERRORS: Final = """\
Status code: 404
Table 5 Error
Parameter
Type
Description
error_code
String
What went wrong.
error_msg
String
What went wrong, for people.
"""
PUT: Final = f"""\
Painting a Lamp
URI
PUT /v9/lamps/{{lamp_id}}
Table 1 Path parameters
{_PATH}Request Parameters
Table 2 Request header parameters
Parameter
Mandatory
Type
Description
X-Auth-Token
Yes
String
The token.
X-Language
No
String
The language of messages.
Table 3 Request body parameters
Parameter
Mandatory
Type
Description
colour
Yes
String
The colour. Valid values: red, blue
tags
No
Array of strings
Its labels.
shade
No
shade object
The shade.
Table 4 shade
Parameter
Mandatory
Type
Description
cloth
Yes
String
What it is made of.
Response Parameters
Status code: 200
Table 5 Response body parameters
Parameter
Type
Description
painted_at
String
When it was done.
{_ERRORS}Example Requests
PUT https://lamps.example/v9/lamps/1
{{
"colour": "red"
}}
Example Responses
Status code: 200
{{
"painted_at": "2026-01-02T03:04:05.678Z"
}}
"""
"""A body with an enumeration, an array and an object that the page spells in small letters."""
POST: Final = f"""\
Adding a Lamp
URI
POST /v9/lamps
Request Parameters
Table 1 Request header parameters
Parameter
Mandatory
Type
Description
Content-Type
Yes
String
The type of the body. The value is fixed to application/json;charset=utf8
Response Parameters
Table 2 Response body parameters
Parameter
Type
Description
lamp_id
String
The ID of the lamp.
lamp_secret
String
What switches it on.
{_ERRORS}Example Responses
Status code: 201
{{
"lamp_id": "1",
"lamp_secret": "two"
}}
"""
"""No body, and a status that only the sample names."""
DELETE: Final = f"""\
Removing a Lamp
URI
DELETE /v9/lamps/{{lamp_id}}
Table 1 Path parameters
{_PATH}Response Parameters
Status code: 204
None
{_ERRORS}Example Requests
DELETE https://other.example/v9/lamps/1
"""
"""Nothing comes back; the sample host isn't that of the other pages."""
RPC: Final = """\
Lamps:SwitchLamps

Last Updated:Mar 21, 2025

Request parameters

ParameterTypeRequiredDescriptionExample
ActionstringYes

The operation.
SwitchLamps
StatestringYes

How they shall be. Valid values:

  • on: light
  • off: dark
on
IdListarrayNo

The lamps.

longNo

A lamp.
123

Response parameters

ParameterTypeDescriptionExample
RequestIdstring

The ID of the request.

1-2-3

Examples

Sample success responses

{
  "RequestId": "1-2-3"
}
"""
"""An action without a path, with an array in the query."""
WRITES: Final = {"PaintLamp": PUT, "AddLamp": POST, "RemoveLamp": DELETE, "SwitchLamps": RPC}
