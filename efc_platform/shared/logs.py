"""What the log says of a failure: where and why, never the words of a row."""

import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType

from django.db import Error

# Addresses that open something by themselves: their token is a key.
_KEYS = re.compile(r"(/agenda/flux/|/rendez-vous/repondre/)[^\s\"'<>?]+")


class DiscreetFormatter(logging.Formatter):
    """Keeps the first line of what a database says: the following ones quote the row that it refused, and with
    it texts that a few people only may read. Keeps no token of an address that opens by itself."""

    def format(self, record: logging.LogRecord) -> str:
        return _KEYS.sub(r"\1…", super().format(record))

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        written = "".join(traceback.format_exception(*ei)).rstrip("\n")
        for said in filter(None, (str(one) for one in _chain(ei[1]) if _comes_from_the_database(one))):
            written = written.replace(said, said.partition("\n")[0])
        return written


def _chain(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__


def _comes_from_the_database(problem: BaseException) -> bool:
    return isinstance(problem, Error) or hasattr(problem, "sqlstate")
