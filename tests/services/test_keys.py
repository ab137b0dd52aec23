"""Signing keys: announced, active, retired, withdrawn; private halves outside the database; no key is no disaster."""

import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cwt import COSE, COSEKey
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from registry import models as m
from registry import signing
from registry.errors import Conflict, NotAllowed
from registry.permissions import ANYBODY
from registry.services import keys, passes, scanning, status_lists, worker
from registry.signing import keyfiles
from safezone import health
from tests import factories as f
from tests.services.claims import refused, said
from tests.signing.forge import bytes_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A registry that has no keys yet."""
    m.SigningKey.objects.all().delete()
    own = tmp_path / "keys"
    monkeypatch.setattr(settings, "KEYS_DIR", own)
    return own


def made(purpose: str = "pass", **given: Any) -> m.SigningKey:
    """A steward makes a key."""
    return keys.create(**{"actor": f.sorin(), "purpose": purpose, "at": f.NOW, **given})


def activate(row: m.SigningKey, **given: Any) -> m.SigningKey:
    """A steward activates it a day later."""
    return keys.activate(**{"actor": f.sorin(), "key": row.kid, "at": f.NOW + f.DAY, **given})


def driver() -> m.Provider:
    """A verified driver with a car."""
    return f.vehicle().provider


def issue(provider: m.Provider, at: Any = f.NOW) -> list[m.ProviderPass]:
    """What verification issues."""
    return passes.issue_for(actor=f.olena(), provider=provider, at=at, today=at.date())


def test_a_key_is_announced_before_it_signs(folder: Path) -> None:
    row = made()
    assert (row.status, row.kid in (folder / f"{row.kid}.pem").name) == ("announced", True)
    assert keys.keyring("pass").all() == ()
    with pytest.raises(signing.PassError, match="no_signing_key"):
        keys.signing_key("pass")
    assert said(row, "key.created", f.sorin()) == {"purpose": "pass"}


def test_the_private_half_is_a_file_for_its_owner_alone(folder: Path) -> None:
    row = made()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {folder.name: 0o700, f"{row.kid}.pem": 0o600, "plate-secret": 0o600}
    values = [str(value) for value in m.SigningKey.objects.values().get().values()]
    private = signing.load_signing_key((folder / f"{row.kid}.pem").read_bytes(), "RO").private.private_bytes_raw()
    assert not any(private.hex() in value for value in values)


def test_it_is_not_activated_on_the_day_of_its_announcement() -> None:
    row = made()
    with refused("announced_too_late"):
        activate(row, at=f.NOW + f.DAY - f.HOUR)
    assert activate(row).status == "active"


def test_now_needs_a_reason_and_is_written_down() -> None:
    row = made()
    activate(row, at=f.NOW, now=True, reason="leaked")
    assert said(row, "key.activated", f.sorin()) == {"purpose": "pass", "reason": "leaked"}
    assert keys.signing_key("pass").public.kid.hex() == row.kid


def test_only_stewards_keep_keys() -> None:
    for actor in (f.olena(), f.maria(), ANYBODY):
        with refused("not_allowed"):
            made(actor=actor)
    row = made()
    for deed in (keys.retire, keys.withdraw):
        with refused("not_allowed"):
            deed(actor=f.olena(), key=row.kid, reason="leaked", at=f.NOW)
    with pytest.raises(NotAllowed):
        keys.renew_plate_secret(actor=f.olena(), reason="leaked", at=f.NOW)


def test_rotation_keeps_what_the_former_key_signed(folder: Path) -> None:
    first = activate(made(), at=f.NOW, now=True, reason="first")
    (old,) = issue(driver())
    second = made()
    activate(second)
    first.refresh_from_db()
    later = f.NOW + f.DAY + f.HOUR
    assert (first.status, (folder / f"{first.kid}.pem").exists()) == ("retired", True)
    assert scanning.read(old.text, later).problem == ""
    (new,) = issue(driver(), later)
    assert new.key_id == second.pk
    assert scanning.read(new.text, later).problem == ""


@pytest.mark.django_db(transaction=True)
def test_a_retired_private_half_is_destroyed(folder: Path) -> None:
    row = activate(made(), at=f.NOW, now=True, reason="first")
    keys.retire(actor=f.sorin(), key=row.kid, reason="scheduled", at=f.NOW)
    assert not (folder / f"{row.kid}.pem").exists()


def test_the_drill_of_a_leaked_key() -> None:
    """Withdrawn, nothing it signed is believed; a new key signs and the worker issues every pass again."""
    leaked = activate(made(), at=f.NOW, now=True, reason="first")
    provider = driver()
    (old,) = issue(provider)
    later = f.NOW + f.HOUR
    keys.withdraw(actor=f.sorin(), key=leaked.kid, reason="leaked", at=later)
    assert scanning.read(old.text, later).problem == "withdrawn_key"
    assert scanning.read(old.code, later).row == old
    assert worker.work_once(at=later).passes_issued_late == 0
    fresh = activate(made(at=later), at=later, now=True, reason="leaked")
    assert worker.work_once(at=later).passes_issued_late == 1
    new = m.ProviderPass.objects.get(provider=provider, status="issued")
    old.refresh_from_db()
    assert (old.status, old.revoked_reason, new.key_id) == ("revoked", "replaced", fresh.pk)
    assert scanning.read(new.text, later).problem == ""
    assert not m.OwedPass.objects.exists()


def test_without_a_key_a_provider_is_verified_and_its_pass_owed() -> None:
    provider = driver()
    assert issue(provider) == []
    assert m.OwedPass.objects.get().provider_id == provider.pk
    assert worker.work_once(at=f.NOW).passes_issued_late == 0
    activate(made(), at=f.NOW, now=True, reason="first")
    assert worker.work_once(at=f.NOW).passes_issued_late == 1
    assert m.ProviderPass.objects.get().provider_id == provider.pk


def test_ready_says_what_cannot_be_signed_and_why(client: Any, folder: Path) -> None:
    assert client.get("/ready").json() == {
        "status": "ready",
        "without": {"pass": "no_signing_key", "status_list": "no_signing_key"},
    }
    for purpose in keys.NEEDED:
        activate(made(purpose), at=f.NOW, now=True, reason="first")
    assert client.get("/ready").json() == {"status": "ready"}
    (folder / f"{keys.active('status_list').kid}.pem").chmod(0o640)  # type: ignore[union-attr]
    assert client.get("/ready").json()["without"] == {"status_list": "key_file_exposed"}
    (folder / "plate-secret").unlink()
    assert client.get("/ready").json()["without"]["pass"] == "plate_secret_missing"
    assert health.why_not_ready() == ""


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610, 0o601])
def test_a_file_that_others_can_reach_is_not_read(mode: int, folder: Path) -> None:
    row = activate(made(), at=f.NOW, now=True, reason="first")
    (folder / f"{row.kid}.pem").chmod(mode)
    with pytest.raises(signing.PassError, match="key_file_exposed"):
        keys.signing_key("pass")
    assert issue(driver()) == []


def test_a_folder_that_others_can_write_to_is_not_read(folder: Path) -> None:
    activate(made(), at=f.NOW, now=True, reason="first")
    folder.chmod(0o770)
    with pytest.raises(signing.PassError, match="key_folder_exposed"):
        keys.signing_key("pass")
    folder.chmod(0o700)


def test_a_link_to_another_file_is_not_followed(folder: Path, tmp_path: Path) -> None:
    row = activate(made(), at=f.NOW, now=True, reason="first")
    path = folder / f"{row.kid}.pem"
    path.rename(tmp_path / "elsewhere.pem")
    path.symlink_to(tmp_path / "elsewhere.pem")
    with pytest.raises(signing.PassError, match="key_file_unreadable"):
        keys.signing_key("pass")


def test_another_key_under_the_name_of_ours_does_not_sign(folder: Path) -> None:
    row, other = activate(made(), at=f.NOW, now=True, reason="first"), made("checkpoint")
    (folder / f"{other.kid}.pem").replace(folder / f"{row.kid}.pem")
    with pytest.raises(signing.PassError, match="key_file_wrong"):
        keys.signing_key("pass")


def test_a_file_is_never_overwritten_and_no_name_leaves_the_folder(folder: Path) -> None:
    keyfiles.write(folder, "one", b"first")
    with pytest.raises(signing.PassError, match="key_file_exists"):
        keyfiles.write(folder, "one", b"second")
    assert keyfiles.read(folder, "one") == b"first"
    assert [path.name for path in folder.iterdir()] == ["one"]
    for name in ("../one", "/etc/passwd", ".one", "", "a/b", "ONE"):
        with pytest.raises(signing.PassError, match="bad_key"):
            keyfiles.read(folder, name)


def test_a_key_without_its_file_is_not_activated(folder: Path) -> None:
    row = made()
    (folder / f"{row.kid}.pem").unlink()
    with refused("key_file_trouble"):
        activate(row)


def test_the_database_has_one_active_key_a_purpose() -> None:
    first, second = activate(made(), at=f.NOW, now=True, reason="first"), made()
    with pytest.raises(IntegrityError), transaction.atomic():
        m.SigningKey.objects.filter(pk=second.pk).update(status="active", activated_at=f.NOW)
    assert keys.active("pass") == first


def test_a_new_plate_secret_makes_new_passes_for_vehicles() -> None:
    activate(made(), at=f.NOW, now=True, reason="first")
    (old,) = issue(driver())
    assert keys.renew_plate_secret(actor=f.sorin(), reason="leaked", at=f.NOW) == 1
    assert old.vehicle
    assert scanning.read(old.text, f.NOW).other_plate(old.vehicle.plate_key)
    assert worker.work_once(at=f.NOW).passes_issued_late == 1
    new = m.ProviderPass.objects.get(status="issued")
    assert new.pk != old.pk
    assert not scanning.read(new.text, f.NOW).other_plate(old.vehicle.plate_key)


def test_a_pass_that_is_still_true_is_not_issued_again() -> None:
    activate(made(), at=f.NOW, now=True, reason="first")
    provider = driver()
    assert len(issue(provider)) == 1
    assert issue(provider) == []


def test_a_reader_that_is_not_ours_verifies_what_was_issued() -> None:
    row = activate(made(), at=f.NOW, now=True, reason="first")
    (one,) = issue(driver())
    public = {1: 1, 3: -8, -1: 6, 2: bytes.fromhex(row.kid), -2: bytes.fromhex(row.public), 4: [2]}
    _, _, payload = COSE.new().decode_with_headers(bytes_of(one.text), COSEKey.new(public))
    assert b"RO" in payload


def test_a_pass_lasts_to_the_last_second_of_its_last_day() -> None:
    activate(made(), at=f.NOW, now=True, reason="first")
    (one,) = issue(driver())
    end = passes.end_of(one.valid_until)
    claims = signing.decode(one.text, keys.keyring("pass"), f.NOW)
    assert (claims.valid_until, end.strftime("%H:%M:%S")) == (end, "23:59:59")
    assert claims.valid_from == passes.start_of(f.TODAY)
    assert status_lists.publish_due(at=f.NOW) == 0


def test_the_demo_makes_its_keys_once(folder: Path) -> None:
    assert {key.purpose for key in keys.ensure(at=f.NOW)} == set(keys.PURPOSES)
    assert keys.ensure(at=f.NOW) == []
    lost = keys.active("pass")
    assert lost
    (folder / f"{lost.kid}.pem").unlink()
    assert [key.purpose for key in keys.ensure(at=f.NOW)] == ["pass"]


def run(*words: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("keys", *words, stdout=out)
    return out.getvalue()


def test_the_command_takes_a_key_through_its_life() -> None:
    by = ("--by", f.known("sorin").email)
    assert "no_signing_key" in run("list")
    kid = run("create", "--purpose", "pass", *by).split()[1]
    with pytest.raises(CommandError, match="announced_too_late"):
        run("activate", kid, *by)
    with pytest.raises(CommandError, match="needs a --reason"):
        run("activate", kid, "--now", *by)
    assert "is active" in run("activate", kid, "--now", "--reason", "drill", *by)
    assert kid in run("list")
    assert "0 providers" in run("renew-plate-secret", "--reason", "drill", *by)
    assert "is retired" in run("retire", kid, "--reason", "drill", *by)
    assert "is withdrawn" in run("withdraw", kid, "--reason", "drill", *by)
    with pytest.raises(CommandError, match="illegal_transition"):
        run("withdraw", kid, "--reason", "drill", *by)


def test_the_command_serves_stewards_only() -> None:
    with pytest.raises(CommandError, match="not_allowed"):
        run("create", "--purpose", "pass", "--by", f.known("olena").email)
    with pytest.raises(CommandError, match="nobody"):
        run("create", "--purpose", "pass", "--by", "nobody@example.org")


def test_an_unknown_key_or_purpose_is_refused() -> None:
    f.everybody()
    with refused("invalid", purpose="unknown_choice"):
        made("nonsense")
    with refused("not_found"):
        keys.retire(actor=f.sorin(), key="00" * 8, reason="lost", at=f.NOW)
    with pytest.raises(Conflict):
        keys.renew_plate_secret(actor=f.sorin(), reason="lost", at=f.NOW)
