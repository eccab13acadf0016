"""``watcher channels test``: the way that alerts take, a marked message, and the provider's own answer."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.builders import small
from tests.daemons import configure
from tests.servers import MailServer
from watcher.cli import app


def _config(folder: Path, mail: MailServer) -> Path:
    address = f"mailto://127.0.0.1:{mail.port}?from=w@example.org&to=desk@example.org"
    return configure(
        folder, small(), sources={"wire": "https://wire.example/rss"}, channels={"email": address, "console": ""}
    )


def _run(config: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["channels", "test", *words, "--config", str(config)])
    return result.exit_code, result.output


def test_a_test_message_says_that_it_is_one(tmp_path: Path) -> None:
    """Subject and text say so first; every channel of the recipient gets it."""
    with MailServer() as mail:
        code, output = _run(_config(tmp_path, mail), "desk")
        assert (code, output.count("accepted")) == (0, 2)
        [letter] = mail.mails
    assert str(letter.message["Subject"]) == "[Watcher] TEST, no warning"
    assert "Nothing has happened" in letter.text


@pytest.mark.parametrize(("reply", "answer"), [("550 5.1.1 no such user", "refused"), ("450 4.2.0 later", "temporary")])
def test_a_failure_is_a_finding(tmp_path: Path, reply: str, answer: str) -> None:
    """What the provider answered is said as it is, and no address with it."""
    with MailServer() as mail:
        mail.replies["desk@example.org"] = reply
        config = _config(tmp_path, mail)
        code, output = _run(config, "desk", "--channel", "email", "--json")
    assert code == 1
    assert [(t["channel"], t["answer"]) for t in json.loads(output)] == [("email", answer)]
    assert "example.org" not in output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nobody"], "there is no recipient 'nobody'; there are desk"),
        (["desk", "--channel", "slack"], "has no channel"),
    ],
)
def test_who_or_what_is_not_there_is_wrong_usage(tmp_path: Path, words: list[str], told: str) -> None:
    """The answer names whom and what there is."""
    with MailServer() as mail:
        code, output = _run(_config(tmp_path, mail), *words)
        assert (code, mail.mails) == (2, [])
    assert told in " ".join(output.split())
