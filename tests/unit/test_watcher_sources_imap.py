"""Mailboxes: what is read, what is remembered, what is never touched, and what a strange server or mail may do."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.mailboxes import Authority, Folder, ImapServer, a_mail
from watcher.sources import SOURCES, Fault, Fetched, Http, SourceError, SourceSettings, Validators, imap, imap_line
from watcher.sources.fields import text_of
from watcher.sources.imap import ImapOptions
from watcher.sources.mail import read_letter
from watcher.sources.options import option_faults
from watcher.sources.records import Harvest, RecordError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = "password"
CORPUS = Path(__file__).parent.parent / "corpus" / "mails"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@dataclass(slots=True, kw_only=True)
class Desk:
    """A mailbox, and the source that reads it."""

    server: ImapServer
    settings: SourceSettings

    @property
    def inbox(self) -> Folder:
        return self.server.folders["INBOX"]

    async def poll(self, after: Fetched | None = None, **options: Any) -> Fetched:
        settings = replace(self.settings, options={**self.settings.options, **options})
        validators = after.validators if after else Validators()
        async with Http() as http:
            return await SOURCES["imap"].fetch(settings, http, validators, NOON)

    async def fails(self, **options: Any) -> SourceError:
        with pytest.raises(SourceError) as failure:
            await self.poll(**options)
        return failure.value


def settings_of(server: ImapServer, **changes: Any) -> SourceSettings:
    """Return the settings that read *server*."""
    values: dict[str, Any] = {"id": "mail", "url": server.url, "kind": "imap", "allow_private": True}
    values["options"] = {"user": "desk", "password": PASSWORD}
    return SourceSettings(**(values | changes))


@pytest.fixture(params=[True, False], ids=["tls", "starttls"])
async def both(
    request: pytest.FixtureRequest, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    """Behind TLS from the first byte, and behind STARTTLS."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path / "ca.pem")))
    async with ImapServer(authority.context("localhost"), tls_first=request.param) as server:
        yield Desk(server=server, settings=settings_of(server))


@pytest.fixture
async def desk(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path / "ca.pem")))
    async with ImapServer(authority.context("localhost")) as server:
        yield Desk(server=server, settings=settings_of(server))


async def test_new_mails_become_items_once(both: Desk) -> None:
    """The first poll brings what is there, the next what came since, and then nothing until something comes."""
    both.inbox.put(a_mail("Convoy leaves", "It left at dawn."))
    first = await both.poll()
    (item,) = first.items
    assert (item.title, item.content, item.source, item.fetched) == ("Convoy leaves", "It left at dawn.", "mail", NOON)
    assert item.published == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert first.validators == Validators(etag=f"{both.inbox.validity} 1")
    assert await both.poll(first) == Fetched(not_modified=True, validators=first.validators)
    both.inbox.put(a_mail("Convoy arrives"))
    second = await both.poll(first)
    assert [item.title for item in second.items] == ["Convoy arrives"]
    assert second.validators.etag.endswith(" 2")


async def test_nothing_in_the_mailbox_is_touched(both: Desk) -> None:
    """Opened read-only, peeked at: no command that could mark, move or delete is ever given."""
    both.inbox.put(a_mail("One"))
    await both.poll()
    names = {command.split(" ")[0] for command in both.server.commands}
    assert names <= {"CAPABILITY", "STARTTLS", "AUTHENTICATE", "EXAMINE", "FETCH", "UID", "LOGOUT"}
    assert all("PEEK" in command for command in both.server.commands if command.startswith("UID FETCH"))


async def test_a_server_without_auth_plain_is_told_by_login(desk: Desk) -> None:
    """Quotes and backslashes in user and password arrive as they are."""
    desk.server.capabilities = "IMAP4rev1"
    desk.server.user, desk.server.password = 'de"sk \\', 'pass "word\\'
    desk.inbox.put(a_mail("One"))
    fetched = await desk.poll(user='de"sk \\', password='pass "word\\')
    assert len(fetched.items) == 1


async def test_a_password_of_other_letters_is_taken(desk: Desk) -> None:
    """AUTHENTICATE carries UTF-8."""
    desk.server.password = "mot de passe é"
    desk.inbox.put(a_mail("One"))
    assert len((await desk.poll(password="mot de passe é")).items) == 1


async def test_a_wrong_password_is_named_and_never_told(desk: Desk) -> None:
    """The server repeats it in its answer; the error does not."""
    error = await desk.fails(password="hush-password")
    assert error.fault is Fault.LOGIN
    assert "hush" not in f"{error!r} {error.detail} {error.__cause__} {error.__context__}"


async def test_a_server_that_cannot_log_in_anybody_now_is_no_wrong_password(desk: Desk) -> None:
    """The operator must not go and change a good password."""
    desk.server.login_answer = "NO [UNAVAILABLE] later"
    assert (await desk.fails()).fault is Fault.UNREACHABLE


async def test_a_folder_that_is_not_there_is_named(desk: Desk) -> None:
    """The login was good, the folder is not."""
    desk.settings = replace(desk.settings, url=desk.settings.url.replace("INBOX", "No%20such"))
    error = await desk.fails()
    assert error.fault is Fault.NO_ACCESS
    assert "folder" in error.detail


async def test_a_folder_with_a_space_is_opened(desk: Desk) -> None:
    """Its name is written as in any address."""
    desk.server.folders["News wire"] = folder = Folder()
    folder.put(a_mail("One"))
    desk.settings = replace(desk.settings, url=desk.settings.url.replace("INBOX", "News%20wire"))
    assert len((await desk.poll()).items) == 1


async def test_a_certificate_of_nobody_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """There is no insecure second try, and no password is sent."""
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority().write(tmp_path / "other.pem")))
    error = await desk.fails()
    assert (error.fault, error.detail) == (Fault.UNREACHABLE, "its certificate is not valid")
    assert desk.server.commands == []


async def test_a_certificate_of_another_name_is_refused(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name in the address is the one that counts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path / "ca.pem")))
    async with ImapServer(authority.context("other.example")) as server:
        error = await Desk(server=server, settings=settings_of(server)).fails()
    assert error.detail == "its certificate is not valid"


async def test_without_starttls_nothing_is_said(authority: Authority) -> None:
    """A man in the middle who hides STARTTLS gets no password."""
    async with ImapServer(authority.context("localhost"), tls_first=False) as server:
        server.offers_starttls = False
        error = await Desk(server=server, settings=settings_of(server)).fails()
    assert (error.fault, error.detail) == (Fault.UNREACHABLE, "the server offers no TLS")
    assert {command.split(" ")[0] for command in server.commands} <= {"CAPABILITY", "LOGOUT"}


async def test_a_private_address_needs_permission(desk: Desk) -> None:
    """As for every other kind: nothing is dialled."""
    desk.settings = replace(desk.settings, allow_private=False)
    assert (await desk.fails()).fault is Fault.REFUSED_ADDRESS
    assert desk.server.connections == 0


async def test_a_name_that_does_not_resolve_is_named(desk: Desk) -> None:
    """Without the name's resolver having its say in the error."""
    desk.settings = replace(desk.settings, url="imaps://no-such-host.invalid/INBOX")
    assert (await desk.fails()).detail == "the name does not resolve"


async def test_a_server_that_refuses_is_unreachable(desk: Desk) -> None:
    """Nobody listens at that port."""
    desk.settings = replace(desk.settings, url="imaps://localhost:1/INBOX")
    assert (await desk.fails()).fault is Fault.UNREACHABLE


async def test_a_silent_server_is_left_in_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the deadline the poll fails and the thread that waits ends with its line."""
    monkeypatch.setattr(imap, "DEADLINE", timedelta(seconds=0.5))
    desk.server.silent = True
    assert (await desk.fails()).fault is Fault.TIMEOUT
    desk.server.silent = False
    monkeypatch.setattr(imap, "DEADLINE", timedelta(seconds=60))
    for _ in range(5):  # more than there are threads
        await desk.poll()


async def test_a_server_that_announces_too_much_is_left(desk: Desk) -> None:
    """Ten gigabytes are not waited for."""
    desk.inbox.put(a_mail("One"))
    desk.server.literal = 10_000_000_000
    assert (await desk.fails()).fault is Fault.TOO_LARGE


async def test_what_was_whole_before_a_break_is_kept_and_the_rest_comes_again(desk: Desk) -> None:
    """The cursor stands behind the last whole message."""
    for title in ("One", "Two", "Three"):
        desk.inbox.put(a_mail(title))
    desk.server.hang_up_at = 2
    first = await desk.poll()
    assert [item.title for item in first.items] == ["One"]
    assert "broke off after 1" in first.note
    desk.server.hang_up_at = None
    assert [item.title for item in (await desk.poll(first)).items] == ["Two", "Three"]


async def test_a_break_before_any_message_is_a_fault(desk: Desk) -> None:
    """Nothing whole arrived: the poll failed, it did not find silence."""
    desk.inbox.put(a_mail("One"))
    desk.server.hang_up_at = 1
    assert (await desk.fails()).fault is Fault.UNREACHABLE


async def test_a_mailbox_that_is_new_to_us_is_read_from_its_newest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Years of mail are not read; the note says that they are there, and what comes next is not missed."""
    monkeypatch.setattr(imap, "FIRST_LOOK", 3)
    for number in range(10):
        desk.inbox.put(a_mail(f"Mail {number}"))
    first = await desk.poll()
    assert [item.title for item in first.items] == ["Mail 7", "Mail 8", "Mail 9"]
    assert "7 older message(s)" in first.note
    desk.inbox.put(a_mail("Mail 10"))
    assert [item.title for item in (await desk.poll(first)).items] == ["Mail 10"]


async def test_a_flood_comes_over_several_polls_and_none_is_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most so many at once, in order, across numbers that are gone."""
    monkeypatch.setattr(imap, "MOST_MESSAGES", 4)
    monkeypatch.setattr(imap_line, "SPAN", 3)
    fetched = await desk.poll()
    for number in range(10):
        desk.inbox.put(a_mail(f"Mail {number}"))
        desk.inbox.next_uid += 5
    seen: list[str] = []
    for _ in range(8):
        fetched = await desk.poll(fetched)
        seen += [item.title for item in fetched.items]
    assert seen == [f"Mail {number}" for number in range(10)]
    assert fetched.not_modified


async def test_bytes_are_bounded_over_a_poll(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit is left for the next poll, and the note says so."""
    monkeypatch.setattr(imap, "MOST_BYTES", 2_000)
    for number in range(3):
        desk.inbox.put(a_mail(f"Mail {number}", "x " * 1_000))
    first = await desk.poll()
    assert [item.title for item in first.items] == ["Mail 0"]
    assert "2 message(s) are left" in first.note
    assert [item.title for item in (await desk.poll(first)).items] == ["Mail 1"]


async def test_a_mailbox_that_is_numbered_anew_is_read_anew(desk: Desk) -> None:
    """With another UIDVALIDITY the old numbers mean nothing; the same mail keeps its identity."""
    desk.inbox.put(a_mail("One"))
    first = await desk.poll()
    desk.inbox.validity += 1
    second = await desk.poll(first)
    assert [item.id for item in second.items] == [item.id for item in first.items]
    assert "made anew" in second.note


async def test_an_empty_mailbox_is_no_fault(desk: Desk) -> None:
    """Nothing came yet; the note says so, and the first mail is read."""
    first = await desk.poll()
    assert first.items == ()
    assert first.note
    desk.inbox.put(a_mail("One"))
    assert len((await desk.poll(first)).items) == 1


async def test_a_message_that_is_deleted_meanwhile_is_no_fault(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else reads this mailbox too."""
    for title in ("One", "Two"):
        desk.inbox.put(a_mail(title))
    newest = imap_line.Mailbox.newest

    def newest_then_deleted(mailbox: imap_line.Mailbox, count: int) -> list[int]:
        uids = newest(mailbox, count)
        desk.inbox.messages.pop(1)
        return uids

    monkeypatch.setattr(imap_line.Mailbox, "newest", newest_then_deleted)
    assert [item.title for item in (await desk.poll()).items] == ["Two"]


async def test_news_of_others_between_the_answers_does_not_confuse(desk: Desk) -> None:
    """A server may tell of flags and numbers at any time."""
    desk.server.gossip = True
    desk.inbox.put(a_mail("One"))
    assert [item.title for item in (await desk.poll()).items] == ["One"]


async def test_one_bad_mail_takes_nobody_with_it(desk: Desk) -> None:
    """It is counted and noted, and not read again for ever."""
    desk.inbox.put(a_mail("One"))
    desk.inbox.put(_wrapped(60))
    desk.inbox.put(a_mail("Two"))
    first = await desk.poll()
    assert [item.title for item in first.items] == ["One", "Two"]
    assert "skipped 1 unreadable" in first.note
    assert "message 2" in first.note
    assert (await desk.poll(first)).not_modified


async def test_a_mailbox_of_one_bad_mail_goes_on(desk: Desk) -> None:
    """It alone is no reason to fail at every poll."""
    desk.inbox.put(_wrapped(60))
    first = await desk.poll()
    assert first.items == ()
    assert "skipped 1" in first.note
    assert (await desk.poll(first)).not_modified


async def test_only_the_allowed_senders_are_read(desk: Desk) -> None:
    """Patterns over the address in From; the others are counted."""
    desk.inbox.put(a_mail("One", From="AFP <Desk@AFP.example>"))
    desk.inbox.put(a_mail("Two", From="spam@elsewhere.example"))
    desk.inbox.put(a_mail("Three", From='"desk@afp.example" <spam@elsewhere.example>'))
    fetched = await desk.poll(senders=["*@afp.example"])
    assert [item.title for item in fetched.items] == ["One"]
    assert "2 message(s) of senders who are not on the list" in fetched.note


async def test_our_own_servers_word_on_the_sender_is_shown(desk: Desk) -> None:
    """SPF and DKIM become codes where the header is our server's; anybody else's word is nothing."""
    good = "mx.desk.example; spf=pass smtp.mailfrom=wire.example; dkim=fail"
    desk.inbox.put(a_mail("One", Authentication_Results=good))
    desk.inbox.put(a_mail("Two", Authentication_Results="mx.forger.example; spf=pass; dkim=pass"))
    fetched = await desk.poll(authserv="mx.desk.example")
    assert [item.codes for item in fetched.items] == [("mail:spf:pass", "mail:dkim:fail"), ()]
    assert "1 message(s) without a good SPF or DKIM" in fetched.note
    assert [item.codes for item in (await desk.poll()).items] == [(), ()]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"user": "x"}, "'password' is missing"),
        ({"user": "x\r\nA1 DELETE INBOX", "password": "p"}, "control character"),
        ({"user": "x", "password": "p", "senders": ["afp.example"]}, "senders"),
        ({"user": "x", "password": "p", "delete": True}, "no option 'delete'"),
    ],
)
def test_wrong_options_are_told(written: dict[str, Any], told: str) -> None:
    """Before anything is dialled."""
    assert told in " ".join(what for _, what, _ in option_faults(ImapOptions, written))


@pytest.mark.parametrize(
    "url",
    [
        "https://mail.example.org/INBOX",
        "imaps://desk:pw@mail.example.org/INBOX",
        "imaps:///INBOX",
        "imaps://mail.example.org/INBOX?x",
        "imaps://mail.example.org/Bo%C3%AEte",
        "imaps://mail.example.org/IN%0d%0aBOX",
        "imaps://mail.example.org\\@evil.example/",
        "",
    ],
)
def test_a_wrong_address_is_told_with_what_to_write(url: str) -> None:
    """A password in the address above all."""
    what, instead = ImapOptions.address_problem(url)
    assert what
    assert "imaps://mail.example.org/INBOX" in instead


def _wrapped(depth: int) -> bytes:
    """A mail of wrappers in wrappers."""
    head = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(depth))
    return f"Subject: Bomb\n{head}Content-Type: text/plain\n\nwords\n".encode()


def test_both_halves_are_looked_at_and_the_longer_is_read() -> None:
    """Of a newsletter one half often says only that the other is there."""
    html = "<p>Tankers <b>attacked</b> &amp; burnt</p><script>x()</script><p>Long.</p>"
    assert str(read_letter(a_mail("One", "See below.", html=html)).record.content).startswith("<p>Tankers")
    letter = read_letter(a_mail("One", "The whole of the story stands here.", html="<p>No HTML?</p>"))
    assert "whole of the story" in str(letter.record.content)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.eml")), ids=lambda path: path.stem)
def test_strange_mails_are_read_or_lost_alone(path: Path) -> None:
    """Each sample says in its header X-Expect what its title must be, or ``lost``."""
    raw = path.read_bytes()
    said = next(line for line in raw.splitlines() if line.startswith(b"X-Expect: "))
    expected = said.removeprefix(b"X-Expect: ").decode()
    harvest = Harvest(source="mail", language=None, now=NOON)
    harvest.take(read_letter(raw).record, where="it")
    assert [item.title for _, item in harvest.drafts] == ([] if expected == "lost" else [expected])


BOMBS = {
    "wrappers": _wrapped(5_000),
    "parts": b'Subject: x\nContent-Type: multipart/mixed; boundary="a"\n\n' + b"--a\n\nx\n" * 100_000,
    "headers": b"".join(b"X-%d: y\n" % n for n in range(80_000)) + b"Subject: x\n\nwords",
    "one header": b"Subject: " + b"=?utf-8?q?a?= " * 60_000 + b"\n\nwords",
    "addresses": b"Subject: x\nFrom: " + b"a@b.example, " * 60_000 + b"\n\nwords",
    "comments": b"Subject: x\nFrom: " + b"(" * 500_000 + b"\n\nwords",
    "tags": b"Subject: x\nContent-Type: text/html\n\n" + b"<div>" * 190_000,
    "punycode": b"Subject: x\nContent-Type: text/plain; charset=punycode\n\n" + b"a-b" * 300_000,
}


@pytest.mark.parametrize("raw", BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.timeout(60)
def test_a_mail_made_to_be_slow_is_not(raw: bytes) -> None:
    """However a megabyte is filled, its words are there or it is refused, and not after minutes."""
    with suppress(RecordError):
        text_of(read_letter(raw).record.content)
