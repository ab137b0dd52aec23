"""What the queries that count broken rules have in common."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Query:
    """One rule as a query for what breaks it."""

    name: str
    rule: int
    sql: str


class Dialect(Protocol):
    """What a database says in its own way."""

    def key(self, column: str) -> str: ...
    def local_date(self, column: str) -> str: ...
    def local_hour(self, column: str) -> str: ...
