"""What most deeds answer: the id, where it stands now, and its version for the next If-Match."""

from typing import Any

from rest_framework import serializers


class Made(serializers.Serializer[Any]):
    """Something new."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()


class Moved(Made):
    """Something that stands in a state."""

    status = serializers.CharField()


def made(row: Any) -> dict[str, Any]:
    """The id and version of a row."""
    return {"id": row.pk, "version": row.version}


def moved(row: Any) -> dict[str, Any]:
    """The id, version and status of a row."""
    return {"id": row.pk, "version": row.version, "status": row.status}
