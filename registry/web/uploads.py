"""Files in forms: refused everywhere, but for one photograph in the forms that ask for one."""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from registry.pictures import LARGEST_BYTES
from registry.web import pages, refusals

View = Callable[..., HttpResponse]
# What a form says beside its photograph.
AROUND_BYTES = 64 * 1024


class NoFiles(FileUploadHandler):
    """What a form does with a file unless it asks for one: the whole request is refused (400)."""

    def new_file(self, *_args: Any, **_kwargs: Any) -> None:
        """No file begins."""
        raise SuspiciousFileOperation("this form takes no file")

    def receive_data_chunk(self, _raw_data: bytes, _start: int) -> None:
        """Never reached."""

    def file_complete(self, _file_size: int) -> None:
        """Never reached."""


class OnePicture(FileUploadHandler):
    """One file in memory; of a larger one only so much is kept that it is known to be too large."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.kept = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 (Django calls it so)
        """A part of it."""
        self.kept.write(raw_data[: max(0, LARGEST_BYTES + 1 - self.kept.tell())])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:  # noqa: ARG002 (Django calls it so)
        """The file; its name and type are what somebody says, and nobody looks at them."""
        size = self.kept.tell()
        self.kept.seek(0)
        return InMemoryUploadedFile(self.kept, self.field_name, "picture", "application/octet-stream", size, None)


def takes_picture(view: View) -> View:
    """A page whose form may carry one photograph; the form's own check against other sites comes before the view.

    The handler must be named before anybody reads the form, and the middleware against other sites reads it first:
    so the page is taken out of the middleware and asks the same question itself.
    """
    checked = csrf_protect(view)

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            if _announced(request) > LARGEST_BYTES + AROUND_BYTES:
                return _too_large(request)
            request.upload_handlers = [OnePicture(request)]
        answer: HttpResponse = checked(request, *args, **kwargs)
        return answer

    return csrf_exempt(opened)


def _too_large(request: HttpRequest) -> HttpResponse:
    """Said before a byte of it is read."""
    told = pages.Refusal(413, refusals.sentence("invalid"), (refusals.sentence("picture_too_large"),))
    return pages.page(request, "registry/refused.html", {"refusal": told, "back": request.path}, status=413)


def _announced(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() else 0
