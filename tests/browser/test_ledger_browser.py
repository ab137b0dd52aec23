"""The auditor's pages of the ledger on a phone and on a desk's screen, in every language."""

import json

import pytest
from django.conf import settings

from registry import models as m
from tests.browser.test_desk_browser import SIZES, officers
from tests.ledger import conftest as ledger_fixtures
from tests.ledger import logs, tamper

__all__ = ["officers"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
key, log = ledger_fixtures.key, ledger_fixtures.log


def test_an_auditor_reads_the_checkpoint_and_downloads_a_proof(officers, log, tmp_path):
    alina = officers("alina")
    log.grow(*tamper.LOTS)
    alina.open("/desk/audit/")
    alina.page.get_by_role("link", name="Prove").first.click()
    alina.page.wait_for_load_state()
    alina.look("prove")
    assert alina.says("The proof holds.")
    with alina.page.expect_download() as started:
        alina.page.get_by_role("link", name="Download the proof").click()
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    assert path.name == f"entry-{json.loads(path.read_text('utf-8'))['entry']['seq']}.proof.json"
    done = logs.run_checker("--bundle", path, "--key", log.key_file(), "--witness", log.witness)
    assert done.returncode == 0, done


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_every_page_of_the_ledger_fits_in_every_language(officers, log, language):
    alina = officers("alina")
    alina.speak(language)
    alina.open("/desk/audit/")
    log.grow(*tamper.LOTS)
    alina.open("/desk/audit/")
    seq = logs.whole()[-1]
    alina.open(f"/desk/audit/{seq}/")
    alina.page.locator("details summary").first.click()
    alina.look("opened")
    logs.entries(2)
    alina.open(f"/desk/audit/{m.AuditEntry.objects.latest('seq').seq}/")
    with logs.unguarded():
        m.AuditEntry.objects.filter(seq=seq).update(action="read.nothing")
    m.LedgerHead.objects.update(halted_code="behind_witness", halted_at=tamper.f.NOW)
    m.LedgerWitness.objects.update(failing_since=tamper.f.NOW - tamper.f.DAY)
    alina.open(f"/desk/audit/{seq}/")
    logs.ledgers._warn("ledger_halted", tamper.f.NOW)
    alina.open("/desk/alarms/")
    alina.open("/desk/")
    assert SIZES[alina.size][0] == alina.width
