"""Any exception of a view as a problem detail."""

import logging
from typing import Any

from rest_framework import exceptions
from rest_framework.response import Response

from registry.web import problems

log = logging.getLogger(__name__)
# Codes of REST framework's own refusals that are worth a name of ours.
_OWN_CODES = {code: code for code in ("csrf_failed", "signed_out")}


def on_error(error: Exception, context: dict[str, Any]) -> Response:  # noqa: ARG001
    """Any exception of a view as a problem; one that we did not foresee says nothing about itself."""
    found = problems.of(error) or _of_framework(error)
    if found is None:
        log.error("unexpected", exc_info=error)
        found = problems.of_status(500)
    return refusal(found)


def refusal(found: problems.Problem) -> Response:
    """A problem as a response."""
    return Response(found.body, status=found.status, content_type=problems.MEDIA_TYPE, headers=dict(found.headers))


def _of_framework(error: Exception) -> problems.Problem | None:
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    code = _OWN_CODES.get(str(error.get_codes()))
    return (
        problems.problem(error.status_code, code, headers=headers)
        if code
        else problems.of_status(error.status_code, headers)
    )
