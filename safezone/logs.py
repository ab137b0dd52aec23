"""JSON log lines on stderr that carry codes and ids and nothing personal."""

import logging
import traceback
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

KEPT_KEYS = frozenset(
    {
        "at",
        "code",
        "command",
        "count",
        "database",
        "duration_ms",
        "error",
        "event",
        "guards",
        "id",
        "kind",
        "level",
        "logger",
        "method",
        "request_id",
        "status",
        "step",
        "where",
    }
)


class FixedText(logging.Filter):
    """Logs Django's sentence without its arguments: paths, hosts and SQL may hold what people typed."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always keep the record, without its arguments."""
        record.args = ()
        record.msg = str(record.msg).replace("%s", "*").replace("%r", "*").replace("%d", "*")
        if status := getattr(record, "status_code", None):
            record.msg += f" (HTTP {int(status)})"
        return True


def error_without_message(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and the lines it passed; its message may quote a row."""
    info = event.pop("exc_info", None)
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        frames = traceback.extract_tb(info[2])
        event["error"] = info[0].__name__
        event["where"] = [f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in frames]
    return event


def only_kept_keys(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Drop every key that is not on the list: a new one is a decision."""
    return {key: value for key, value in event.items() if key in KEPT_KEYS or key.startswith("_")}


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
]
FINAL: list[Any] = [
    error_without_message,
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    only_kept_keys,
    structlog.processors.JSONRenderer(sort_keys=True),
]


def configure_structlog() -> None:
    """Send structlog's own loggers through the standard library, so that one formatter writes every line."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_config(level: str) -> dict[str, Any]:
    """Django's LOGGING: every logger ends in one JSON handler on stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"fixed_text": {"()": FixedText}},
        "formatters": {
            "json": {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": SHARED, "processors": FINAL}
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
            "django": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["fixed_text"]},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": ["django"], "level": level, "propagate": False},
            # Its DEBUG lines are the SQL with its values.
            "django.db.backends": {"level": "INFO"},
        },
    }
