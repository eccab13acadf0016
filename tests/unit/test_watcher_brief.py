"""The printed brief: one or two pages of the message's own words, set from data that is never markup."""

import json
import re
import sys
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.messages import parts
from alerts.notices import Edits, NoticeType
from alerts.notices.edits import Part
from alerts.notices.notice import Mark, Notice
from tests.noticing import a_client_desk, a_finding, a_notice, a_written_client
from watcher.releasing.brief import BriefError, brief, page_of


def _inside(pdf: bytes) -> bytes:
    """What stands in the file once its streams are unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return pdf + b"".join(_unpacked(stream) for stream in streams)


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


def _pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", _inside(pdf)))


def _long() -> Notice:
    titles = (
        f"Officers arrested in Bamako after a meeting in the {n}th district, two of them later let go" for n in range(6)
    )
    return a_notice(findings=tuple(a_finding(title=title) for title in titles), more=9)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("notice", [a_notice(), _long()], ids=["usual", "long"])
def test_a_brief_has_one_page_or_two(notice: Notice, lang: str) -> None:
    """Whoever carries it into a meeting carries a sheet; the same notice is the same file."""
    made = brief(notice, lang=lang)
    assert made.startswith(b"%PDF")
    assert 1 <= _pages(made) <= 2
    assert brief(notice, lang=lang) == made


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_page_has_the_words_of_the_message_and_its_marking(lang: str) -> None:
    """Every section line for line; the marking and its colour for head and foot; the curve's steps and terms."""
    page = page_of(a_notice(), lang=lang)
    assert {s["name"]: "\n".join(s["lines"]) for s in page["sections"]} == parts(a_notice(), lang=lang)
    assert (page["marking"], page["colour"]) == ("TLP:AMBER", "#ffc000")
    curve = page["curve"]
    assert [p for _, p in curve["points"]] == [0.12, 0.24, 0.24]
    assert [share for share, _ in curve["points"]] == sorted(share for share, _ in curve["points"])
    assert [b["term"] for b in curve["bands"] if b["ours"]] == [a_notice().judgement.band.spelled(lang)]


@pytest.mark.parametrize(
    "changes", [{"facts_only": True}, {"recalls": True, "type": NoticeType.CANCEL}], ids=["facts only", "recall"]
)
def test_what_judges_nothing_has_no_curve_and_no_level(changes: dict[str, Any]) -> None:
    """A curve is a judgement, and so is the colour of a level."""
    page = page_of(a_notice(**changes), lang="en")
    assert (page["curve"], page["level"], page["urgency"]) == (None, "", 0)
    assert "20-45" not in json.dumps(page)
    assert brief(a_notice(**changes), lang="en").startswith(b"%PDF")


HOSTILE = '#panic("out") $ x $ *b* _i_ @ref <label> \\ // /* ` [ ] { } "quoted" #import "@preview/x:1.0.0"'


def test_words_from_outside_are_no_markup() -> None:
    """A headline that is written to run in the page is set as the letters it has."""
    edits = Edits().with_words(Part.SO_WHAT, "en", HOSTILE)
    notice = a_notice(
        findings=(a_finding(title=HOSTILE, name={"en": HOSTILE}),), edits=edits, client_name=HOSTILE, issuer=HOSTILE
    )
    assert brief(notice, lang="en").startswith(b"%PDF")


def test_a_curve_of_one_moment_is_left_out() -> None:
    """On the assessment's own day there is nothing to draw."""
    at = a_notice().at
    assert page_of(a_notice(course=(Mark(at=at, p=0.2),)), lang="en")["curve"] is None
    same = (Mark(at=at, p=0.1), Mark(at=at, p=0.2))
    assert brief(a_notice(course=same), lang="en").startswith(b"%PDF")
    many = tuple(Mark(at=at - timedelta(days=n), p=0.1 + n / 100) for n in range(60, -1, -1))
    assert brief(a_notice(course=many), lang="en").startswith(b"%PDF")


def test_without_the_extra_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package is a sentence, never a traceback."""
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(BriefError, match=r"pip install iw-watcher\[pdf\]"):
        brief(a_notice(), lang="en")


async def test_the_command_writes_a_draft_as_a_draft(tmp_path: Path) -> None:
    """What has not left says so on each page; in the language that was asked for, else the client's."""
    desk = a_client_desk(tmp_path, a_written_client())
    await desk.story()
    out = tmp_path / "brief.pdf"
    done = desk.run("notices", "pdf", desk.draft(), "-o", str(out))
    assert done.exit_code == 0, done.output
    assert "a draft, not released" in done.stdout
    assert out.read_bytes().startswith(b"%PDF")
    assert desk.run("notices", "pdf", desk.draft(), "-o", str(tmp_path / "none" / "b.pdf")).exit_code == 1
    assert desk.run("notices", "pdf", desk.draft(), "-o", str(out), "--lang", "de").exit_code == 2
