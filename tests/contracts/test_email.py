"""What mail of ours promises beside what every channel does, kept against real SMTP servers on this machine."""

import ssl
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from alerts.channels import Answer, Email, Enclosure, Message, Outcome, Secret
from alerts.channels.email import mail_of
from alerts.channels.mail_address import read_mail_address
from tests.servers import MailServer

TLS = Path(__file__).parents[1] / "corpus" / "tls"
CA = TLS / "ca.pem"
LONG = timedelta(seconds=20)
WORDS = Message(
    id="0123456789abcdef", subject="Mali: fuel", text="Two reports.", html="<p>Two <b>reports</b>.</p>", thread="t1"
)


def a_certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem", TLS / "server.key")
    return context


def the_one_login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    del server, session, envelope, mechanism
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"desk", b"open sesame")
    return AuthResult(success=known, handled=known)  # not handled: the server itself says 535


async def send(server: MailServer, start: str, *options: str, to: str = "duty@reader.example") -> Outcome:
    asked = "&".join(("from=w@sender.example", *options))
    address = f"{start}127.0.0.1:{server.port}/{to}?{asked}"
    assert Email().problems(address) == []
    return await Email().send(WORDS, Secret(value=address), deadline=LONG)


async def test_mail_is_text_and_page_with_its_date() -> None:
    """A reader without HTML misses nothing; the page is the better form, so it stands last."""
    with MailServer() as server:
        outcome = await send(server, "mailto://", "name=Desk%20Mali", "reply=desk@sender.example")
    assert outcome.answer is Answer.ACCEPTED
    [mail] = server.mails
    assert [part.get_content_type() for part in mail.message.iter_parts()] == ["text/plain", "text/html"]
    assert (mail.text.strip(), mail.html.strip()) == (WORDS.text, WORDS.html)
    assert mail.message["From"] == "Desk Mali <w@sender.example>"
    assert mail.message["Reply-To"] == "desk@sender.example"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(mail.message["Date"]).tzinfo is not None


async def test_mail_goes_encrypted_and_logged_in() -> None:
    """STARTTLS with a checked certificate, then the login; the port's own rule wants both."""
    ways = {"auth_required": True, "authenticator": the_one_login}
    with MailServer(tls_context=a_certificate(), require_starttls=True, **ways) as server:
        outcome = await send(server, "mailtos://desk:open%20sesame@", f"ca={CA}")
        assert outcome.answer is Answer.ACCEPTED
        assert len(server.mails) == 1


async def test_mail_goes_by_tls_from_the_first_byte() -> None:
    """mode=ssl is for servers that speak nothing else."""
    with MailServer(ssl_context=a_certificate()) as server:
        assert (await send(server, "mailtos://", "mode=ssl", f"ca={CA}")).answer is Answer.ACCEPTED


async def test_a_wrong_password_is_refused() -> None:
    """D05: no trying again helps; what the server says to it is not passed on, its code is."""
    ways = {"auth_required": True, "authenticator": the_one_login}
    with MailServer(tls_context=a_certificate(), **ways) as server:
        outcome = await send(server, "mailtos://desk:canary@", f"ca={CA}")
    assert outcome == Outcome(answer=Answer.REFUSED, detail="SMTP 535 (5.7.8)")
    assert server.mails == []


@pytest.mark.parametrize("options", [(), ("verify=no",)])
@pytest.mark.parametrize("mode", ["starttls", "ssl"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(mode: str, options: tuple[str, ...]) -> None:
    """D08: no mail to a server that is not who it says it is, whatever an address asks for."""
    way = "ssl_context" if mode == "ssl" else "tls_context"
    with MailServer(**{way: a_certificate()}) as server:
        outcome = await send(server, "mailtos://", f"mode={mode}", *options)
    assert outcome == Outcome(answer=Answer.REFUSED, detail="the server's certificate is not valid for it")
    assert server.mails == []


async def test_a_server_without_encryption_gets_nothing() -> None:
    """D08: where encryption is asked for and not offered, the mail does not go in the clear."""
    with MailServer() as server:
        for mode in ("starttls", "ssl"):
            outcome = await send(server, "mailtos://", f"mode={mode}")
            assert outcome == Outcome(
                answer=Answer.REFUSED, detail="the server offers no connection of the kind asked for"
            )
    assert server.mails == []


async def test_one_refused_recipient_harms_no_other() -> None:
    """D08: three recipients are three transactions: a 550 for one and a 450 for another leave the third alone."""
    with MailServer() as server:
        server.replies = {"gone@reader.example": "550 5.1.1 no such user", "grey@reader.example": "450 4.2.0 later"}
        outcomes = [await send(server, "mailto://", to=f"{name}@reader.example") for name in ("gone", "duty", "grey")]
    assert [o.answer for o in outcomes] == [Answer.REFUSED, Answer.ACCEPTED, Answer.TEMPORARY]
    assert [o.detail for o in outcomes] == ["SMTP 550 (5.1.1)", "taken by the mail server", "SMTP 450 (4.2.0)"]
    assert [mail.recipients for mail in server.mails] == [("duty@reader.example",)]


@pytest.mark.parametrize(
    "address",
    [
        "mailto://desk:canary@mail.example/duty@reader.example",
        "mailtos://mail.example/duty@reader.example?mode=none",
        "mailto://desk:canary@mail.example/duty@reader.example?mode=insecure",
    ],
)
def test_no_password_goes_in_the_clear(address: str) -> None:
    """An address that asks for that is refused by `watcher check`, long before anything is sent."""
    assert Email().problems(address) == [
        "A password, and mailtos://, need encryption: use mailtos:// with mode=starttls or mode=ssl."
    ]


PICTURE = Enclosure(name="outlook.png", media_type="image/png", content=b"\x89PNG", shown_as="outlook", alt="up")
BRIEF = Enclosure(name="n-1.pdf\r\nBcc: x@example.org", media_type="application/pdf", content=b"%PDF")


def _made(*, html: str) -> list[str]:
    """The parts of a mail in order, with what each is called by."""
    to, _ = read_mail_address("mailto://127.0.0.1/duty@reader.example?from=w@sender.example")
    assert to is not None
    mail = mail_of(replace(WORDS, html=html, enclosures=(PICTURE, BRIEF)), to)
    assert mail["Bcc"] is None
    return [f"{part.get_content_type()} {part.get_filename('')}".strip() for part in mail.walk()]


def test_a_picture_stands_in_the_page_and_a_file_behind_the_words() -> None:
    """Readers that show no page have the words and the file; the picture's address leads into the mail itself."""
    assert _made(html='<p><img src="cid:outlook" alt="up"></p>') == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png outlook.png",
        "application/pdf n-1.pdf Bcc: x@example.org",
    ]


def test_a_picture_that_no_page_shows_is_left_out() -> None:
    """An operator's own page may have none: a stray file would look like something to open."""
    assert "image/png outlook.png" not in _made(html="<p>words</p>")
    assert "image/png outlook.png" not in _made(html="")
