"""The one error of passes, lists and their keys."""


class PassError(Exception):
    """A refusal of a pass, list or key by a stable ``code``; docs/passes.md lists them."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)
