"""Personal data on the phone: nothing readable is stored, and it is gone at sign-out, by remote wipe, after a day."""

import pytest

from tests import factories as f
from tests.browser.test_pages_browser import noon
from tests.phone.households import ADD, household
from tests.phone.phone import Phone
from tests.phone.scan import in_files, stored

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
__all__ = ["noon"]
DAY_MS = 24 * 3_600_000
PLANTED = ("Oleksandra-Planted", "+380679998877", "Плановa-Вулиця")
PUT = """async (c, words) => {
  await c.vault.vault.put("household", "one", { name: words[0], phone: words[1], street: words[2] });
  await c.outbox.outbox.add({ path: "/households", body: { contact_name: words[0] }, kind: "x", label: words[2] });
}"""
NAMES = "(c) => c.vault.vault.get('household', 'one').then((kept) => kept?.name)"


def planted(text):
    """Which planted words a text shows."""
    return [word for word in PLANTED if word in text]


@pytest.fixture(autouse=True)
def siret():
    """A zone that registers."""
    f.staffed("siret")


def test_what_is_kept_can_be_read_here_and_in_nothing_that_is_stored(phone):
    page = phone.welcome()
    phone.offline()
    phone.core(PUT, PLANTED)
    assert phone.core(NAMES) == PLANTED[0]
    assert planted(stored(page)) == []
    exported = "(c) => c.vault.vault.owner().then(() => indexedDB.databases()).then((all) => all.length)"
    assert phone.core(exported) == 1


def test_the_scan_would_find_what_lies_open(phone):
    """The control: each place where it might lie."""
    page = phone.welcome()
    plant = """async (c, words) => {
      localStorage.setItem("note", words[0]);
      const cache = await caches.open("notes");
      await cache.put("/note", new Response(words[1]));
      const db = await new Promise((done) => {
        const asked = indexedDB.open("notes", 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore("notes");
        asked.onsuccess = () => done(asked.result);
      });
      const tx = db.transaction("notes", "readwrite");
      tx.objectStore("notes").put({ deep: new TextEncoder().encode(words[2]) }, 1);
      await new Promise((done) => (tx.oncomplete = done));
      db.close();
    }"""
    phone.core(plant, PLANTED)
    assert planted(stored(page)) == list(PLANTED)


def test_the_key_cannot_be_taken_out_and_a_thing_opens_only_in_its_own_place(phone):
    phone.welcome()
    taken = """async (c) => {
      const ask = (work) => new Promise((done) => (work.onsuccess = () => done(work.result)));
      const db = await ask(indexedDB.open("safezone"));
      const { key } = await ask(db.transaction("owner").objectStore("owner").get("owner"));
      await c.vault.vault.put("household", "one", { name: "one" });
      const things = () => db.transaction("things", "readwrite").objectStore("things");
      const one = await ask(things().get(["household", "one"]));
      await ask(things().put({ ...one, id: "two" }));
      db.close();
      const error = (work) => work.then(() => "none", (fault) => fault.name);
      const out = ["raw", "jwk"].map((how) => error(crypto.subtle.exportKey(how, key)));
      return [key.extractable, ...(await Promise.all(out)), await error(c.vault.vault.get("household", "two"))];
    }"""
    assert phone.core(taken) == [False, "InvalidAccessError", "InvalidAccessError", "OperationError"]


def test_signing_out_warns_of_what_is_unsent_and_leaves_nothing(phone):
    page = phone.welcome()
    phone.offline()
    phone.core(PUT, PLANTED)
    page = phone.open("/account")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_selector("dialog[open] .note[data-tone=bad]")
    assert "1 entry has not been sent yet" in page.locator("dialog[open]").inner_text()
    page.get_by_role("button", name="Stay signed in").click()
    assert phone.core(NAMES) == PLANTED[0]
    page.get_by_role("button", name="Sign out").click()
    page.locator("dialog[open]").get_by_role("button", name="Sign out and lose them").click()
    page.wait_for_selector("h1:has-text('Who is working on this phone?')")
    assert planted(stored(page)) == []
    assert phone.core("(c) => c.vault.vault.unsent()") == 0
    assert phone.core("(c) => c.vault.vault.owner()") is None
    # It was offline: the server is told as soon as it can be.
    assert f.known("maria").sign_ins.get().ended_at is None
    phone.offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    phone.until(lambda: f.known("maria").sign_ins.get().ended_at is not None)
    page.reload()
    page.wait_for_selector("h1:has-text('Who is working on this phone?')")


def test_no_file_of_the_browser_shows_what_was_kept(chrome, chromium, live_server, tmp_path):
    """The whole profile on the disk, after work, after sign-out; with a control word that lies open."""
    options = {"executable_path": chromium, "args": ["--no-sandbox"], "base_url": live_server.url, "locale": "en"}
    context = chrome.browser_type.launch_persistent_context(str(tmp_path), **options)
    phone = Phone(None, live_server, context=context)
    phone.welcome()
    phone.offline()
    phone.core(PUT, PLANTED)
    phone.page.evaluate("localStorage.setItem('control', 'Openly-Written')")
    phone.page.wait_for_timeout(1000)
    assert in_files(tmp_path, PLANTED) == set()
    phone.core("(c) => c.session.signOut()")
    phone.page.wait_for_timeout(1000)
    phone.close()
    assert in_files(tmp_path, [*PLANTED, "Openly-Written"]) == {"Openly-Written"}


def test_after_a_day_everything_is_gone_but_what_was_not_sent(phone):
    page = phone.welcome()
    phone.offline()
    phone.core(PUT, PLANTED)
    page.evaluate(f"globalThis.ahead += {DAY_MS - 60_000}")
    assert phone.core(NAMES) == PLANTED[0]
    page.evaluate("globalThis.ahead += 120_000")
    assert phone.core(NAMES) is None
    # The screen forgets the person, too, without being loaded anew.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("h1:has-text('Who is working on this phone?')")
    assert planted(page.inner_text("body")) == []
    kinds = """() => new Promise((done) => {
      const asked = indexedDB.open("safezone");
      asked.onsuccess = () => {
        const all = asked.result.transaction("things").objectStore("things").getAll();
        all.onsuccess = () => (done(all.result.map((row) => row.kind)), asked.result.close());
      };
    })"""
    assert page.evaluate(kinds) == ["outbox"]


def test_setting_the_clock_back_revives_nothing(phone):
    page = phone.welcome()
    phone.core("(c) => c.vault.vault.put('household', 'one', { name: 'one' })")
    phone.offline()
    page.evaluate(f"globalThis.ahead -= {7 * DAY_MS}")
    now = phone.core("(c) => c.clock.serverNow().getTime() - (Date.now() - globalThis.ahead)")
    assert now > -60_000


def test_a_wipe_reaches_every_tab(phone):
    phone.welcome()
    other = phone.open(page=phone.new_page())
    other.wait_for_selector(".tiles")
    phone.core("(c) => c.vault.vault.wipe()")
    other.wait_for_selector("h1:has-text('Who is working on this phone?')")
    refused = "(c) => c.vault.vault.put('household', 'one', {}).then(() => 'kept', (fault) => fault.name)"
    assert phone.core(refused, page=other) == "VaultClosed"


def test_somebody_else_finds_an_empty_vault(phone):
    page = phone.welcome()
    phone.core("(c) => c.vault.vault.put('household', 'one', { name: 'one' })")
    phone.expire()
    phone.sign_in("andrei")
    page.reload()
    phone.until(lambda: phone.core("(c) => c.session.me.value?.given_name") == "Andrei")
    assert phone.core(NAMES) is None


def test_an_entry_is_not_lost_when_somebody_is_not_signed_in(phone):
    phone.open()
    refused = ADD.replace(".then((e) => e.id)", ".then(() => 'kept', (fault) => fault.name)")
    assert phone.core(refused, household()) == "VaultClosed"
