"""The path of a token as Newtonsoft writes it: `choices[0].message['a b']`.

Source: Newtonsoft.Json 13.0.1, JsonPosition.cs.
"""

import re
from collections.abc import Sequence

from apim_lab.newtonsoft.text.escapes import escape

# A member's name, or an index
type Step = str | int

_SPECIAL = re.compile("[. '/\"\\[\\]()\t\n\r\f\b\\\\\u0085\u2028\u2029]")


def path_text(steps: Sequence[Step]) -> str:
    written = ""
    for step in steps:
        if isinstance(step, int):
            written += f"[{step}]"
        elif _SPECIAL.search(step):
            written += f"['{escape(step, chr(39))}']"
        else:
            written += f".{step}" if written else step
    return written
