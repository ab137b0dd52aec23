"""Django's database backends with the registry's guarantees: a connection that lacks one is refused."""

from django.core.exceptions import ImproperlyConfigured


class UnsafeConnection(ImproperlyConfigured):
    """The connection does not keep a promise the registry's rules rely on."""


class QuietQueries:
    """Keeps no log of SQL when DEBUG is on: on SQLite each entry costs a second query."""

    force_debug_cursor: bool

    @property
    def queries_logged(self) -> bool:
        """Only a test that asks for the log gets one."""
        return self.force_debug_cursor
