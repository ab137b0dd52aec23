"""Entries of an outbox that the real API takes: a household, and a request that follows on it."""

from registry.ids import uuid7
from tests import factories as f

ADD = """(c, entry) => c.outbox.outbox.add(entry).then((e) => e.id)"""


def household(label="A family of two", **changed):
    """An entry that registers a household at Siret."""
    members = [{"age_band": "18-59", "sex": "f"}, {"age_band": "0-3", "sex": "m", "guardian": "parent"}]
    body = {"id": str(uuid7()), "zone": "siret", "crossing": "siret", "members": members, **changed}
    return {"path": "/households", "body": body, "kind": "household", "label": label}


def request(of, after, label="Their request", **changed):
    """An entry that asks for a bed for them; it follows on theirs."""
    body = {
        "id": str(uuid7()),
        "kind": "stay",
        "origin": "siret",
        "earliest_at": f.NOW.isoformat(),
        "from_date": "2026-03-06",
        "nights": 3,
        **changed,
    }
    path = f"/households/{of['body']['id']}/requests"
    return {"path": path, "body": body, "kind": "request", "label": label, "after": after}
