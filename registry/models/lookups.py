"""A column among many whole numbers, written out: hundreds of cells as parameters cost more than the query itself."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, Lookup


@BigIntegerField.register_lookup
class Among(Lookup):
    """``area__among=[...]``: the same as ``__in`` for whole numbers."""

    lookup_name = "among"
    prepare_rhs = False
    rhs: Iterable[int]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """IN with the numbers as they are; nothing is in an empty list."""
        left, parameters = self.process_lhs(compiler, connection)
        numbers = ",".join(str(int(number)) for number in self.rhs)
        return (f"{left} IN ({numbers})" if numbers else "1 = 0"), tuple(parameters)
