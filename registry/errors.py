"""What the registry refuses, by name. Faces turn these into problem details or pages. No Django."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from registry.rules.reasons import Reason


class RegistryError(Exception):
    """A refusal with a stable ``code`` and HTTP ``status``; nothing personal is ever in it."""

    status: ClassVar[int] = 400
    code: str = "refused"

    def __init__(self, code: str | None = None, *, reasons: Sequence[Reason] = (), **params: Any) -> None:
        self.code = code or type(self).code
        self.reasons = tuple(reasons)
        self.params: Mapping[str, Any] = params
        super().__init__(self.code)


class Invalid(RegistryError):
    """The request itself makes no sense; ``fields`` names each bad field with a code."""

    status = 422
    code = "invalid"

    def __init__(self, code: str | None = None, *, fields: Mapping[str, str] | None = None, **params: Any) -> None:
        super().__init__(code, **params)
        self.fields = dict(fields or {})


class NotAllowed(RegistryError):
    """The actor may see the thing but may not do this to it."""

    status = 403
    code = "not_allowed"


class SignedOut(RegistryError):
    """Nobody is signed in, or no longer: the account, its role or this session ended in the meantime."""

    status = 401
    code = "not_signed_in"


class StepUpRequired(RegistryError):
    """This needs a second factor that was shown a moment ago."""

    status = 403
    code = "step_up_required"


class NotFound(RegistryError):
    """It does not exist for this actor: the same answer whether or not it exists for somebody else."""

    status = 404
    code = "not_found"


class Refused(RegistryError):
    """A rule says no, with its reasons."""

    status = 409
    code = "refused_by_rule"


class Conflict(RegistryError):
    """The state does not allow it, or somebody else was first."""

    status = 409
    code = "conflict"


class Stale(RegistryError):
    """The thing has changed since the actor read it (If-Match)."""

    status = 412
    code = "stale_version"


class TooMany(RegistryError):
    """A limit that protects people is used up; ``retry_after_s`` tells when to try again."""

    status = 429
    code = "too_many"
