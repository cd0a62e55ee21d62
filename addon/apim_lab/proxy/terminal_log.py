"""What mitmproxy logs to the terminal, made harmless: a message may quote what a client or a backend sent."""

import logging

from mitmproxy.addons.termlog import TermLogHandler
from mitmproxy.log import MitmFormatter

from apim_lab.printable import printable


class HarmlessFormatter(MitmFormatter):
    """mitmproxy's formatter; control characters in messages and tracebacks are escaped, but for the ends of lines."""

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        shown = "\n".join(map(printable, text.split("\n")))
        return super().format(logging.makeLogRecord(vars(record) | {"msg": shown, "args": (), "exc_info": None}))


def make_harmless(handler: TermLogHandler) -> None:
    """Let the handler write nothing that moves a cursor or changes colours."""
    handler.setFormatter(HarmlessFormatter(handler.has_vt_codes))
