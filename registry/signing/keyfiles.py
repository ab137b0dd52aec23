"""Secrets as files of one folder, outside the database: readable by their owner alone, or not read at all."""

import os
import re
import secrets
import stat
from pathlib import Path

from registry.signing.errors import PassError

FOLDER_MODE, FILE_MODE = 0o700, 0o600
OTHERS = stat.S_IRWXG | stat.S_IRWXO
SIZE_AT_MOST = 4096
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def write(folder: Path, name: str, data: bytes) -> Path:
    """A new file, on the disk before this returns; an older one of that name is never overwritten."""
    _make(folder)
    path = folder / _checked(name)
    draft = folder / f".{name}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link fails where a rename would overwrite.
        path.hardlink_to(draft)
    except FileExistsError:
        raise PassError("key_file_exists") from None
    finally:
        draft.unlink()
    _flush(folder)
    return path


def read(folder: Path, name: str) -> bytes:
    """What the file holds, if nobody but its owner can reach it and no link leads elsewhere."""
    try:
        _check_folder(folder)
        handle = os.open(folder / _checked(name), os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        raise PassError("key_file_missing") from None
    except OSError:
        raise PassError("key_file_unreadable") from None
    with os.fdopen(handle, "rb") as file:
        _check_private(os.fstat(file.fileno()))
        return file.read(SIZE_AT_MOST)


def exists(folder: Path, name: str) -> bool:
    """Whether there is such a file, readable or not."""
    return (folder / _checked(name)).exists()


def move(folder: Path, name: str, to: str) -> None:
    """Give a file another name, for good: what was there under it is gone."""
    (folder / _checked(name)).replace(folder / _checked(to))
    _flush(folder)


def destroy(folder: Path, name: str) -> bool:
    """Delete the file; whether there was one."""
    path = folder / _checked(name)
    there = path.exists()
    path.unlink(missing_ok=True)
    if there:
        _flush(folder)
    return there


def _make(folder: Path) -> None:
    """The folder, made for its owner alone; one that others can enter is refused."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    _check_folder(folder)


def _checked(name: str) -> str:
    """The name, if it can only be a file of this folder."""
    if not _NAME.fullmatch(name):
        raise PassError("bad_key")
    return name


def _check_folder(folder: Path) -> None:
    """Refuse a folder that others may write to: they could put another key there."""
    found = folder.stat()
    if not stat.S_ISDIR(found.st_mode) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PassError("key_folder_exposed")


def _check_private(found: os.stat_result) -> None:
    """Refuse a file that anybody but its owner may read, write or run."""
    if not stat.S_ISREG(found.st_mode) or found.st_mode & OTHERS:
        raise PassError("key_file_exposed")


def _flush(folder: Path) -> None:
    """Make the folder's own entry survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
