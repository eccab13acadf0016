"""Messages: every part of an alert in words, in both languages, and no failure that keeps it from going out."""

import html
import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from jinja2 import DictLoader

from alerts import messages
from alerts.alert import Alert
from alerts.digest import Digest, DigestEntry
from alerts.layouts.environment import shipped_sandbox
from alerts.messages import render
from alerts.pending import Pending
from alerts.said import AnyAlert
from indicators.bands import WarningLevel
from tests.builders import a_cause, a_sighting, a_system_warning, an_alert

PARTS = {
    "en": {
        "marking": "TLP:AMBER | Small | small 1",
        "level change": "Baseline -> Advisory (0/4 -> 2/4)",
        "question": "Question: Coup attempt?",
        "change, word, range and horizon": "Probability: 12 % -> 24 %, unlikely (20-45 %), by 2026-04-04",
        "sensitivity": "17 % to 36 %",
        "cause with its factor": "x2.69  Officer unrest (level 3)",
        "total": "x2.69  in all",
        "event": '2026-01-02, Bamako, B2: "Officers arrested in Bamako"',
        "what it counts for, source and link": "    Officer unrest; wire, 2 reports, https://news.example/1",
        "against": "x0.82  Fuel (quiet)",
        "missing": "quiet: Gunfire",
        "coverage": "Can be seen of what bears on it: 85 %",
        "review and id": "Review of the assessment: 2026-04-01. Decided 2026-01-04 06:30 UTC. Alert 0123456789abcdef",
    },
    "fr": {
        "marking": "TLP:AMBER | Petite | small 1",
        "level change": "Référence -> Attention (0/4 -> 2/4)",
        "question": "Question : Tentative de coup ?",
        "change, word, range and horizon": "Probabilité : 12 % -> 24 %, improbable (20-45 %), d'ici au 2026-04-04",
        "sensitivity": "17 % à 36 %",
        "cause with its factor": "x2,69  Officer unrest (fr) (niveau 3)",
        "total": "x2,69  en tout",
        "event": "2026-01-02, Bamako, B2 : « Officers arrested in Bamako »",
        "what it counts for, source and link": "    Agitation des officiers ; wire, 2 articles, https://news.example/1",
        "against": "x0,82  Fuel (fr) (calme)",
        "missing": "calme : Tirs",
        "coverage": "Visible de ce qui s'y rapporte : 85 %",
        "review and id": "Révision de l'évaluation : 2026-04-01. Décidé le 2026-01-04 06:30 UTC. Alerte 0123456789",
    },
}


@pytest.mark.parametrize("part", PARTS["en"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_message_has_every_part_a_reader_needs(lang: str, part: str) -> None:
    """The same facts stand in both languages, each in its own words."""
    assert PARTS[lang][part] in render(an_alert(), lang=lang).text


@pytest.mark.parametrize(
    ("lang", "subject"),
    [
        ("en", "[TLP:AMBER] BASELINE -> ADVISORY ▲ Coup attempt: 12 % -> 24 % (unlikely, 20-45 %)"),
        ("fr", "[TLP:AMBER] RÉFÉRENCE -> ATTENTION ▲ Tentative de coup : 12 % -> 24 % (improbable, 20-45 %)"),
    ],
)
def test_the_subject_says_marking_level_question_and_change(lang: str, subject: str) -> None:
    """Who reads only this line knows what happened."""
    assert render(an_alert(), lang=lang).subject == subject


def test_a_stand_down_points_down() -> None:
    """The arrow is that of the warning level."""
    fallen = an_alert(before=0.24, after=0.12, level_before=2, level_after=1)
    assert render(fallen, lang="en").subject.startswith("[TLP:AMBER] ADVISORY -> WATCH ▼ ")
    assert "Advisory -> Watch (2/4 -> 1/4)" in render(fallen, lang="en").text


def asked_by_a_day(by_last_day: float | None) -> Alert:
    """Return an alert of a question that is asked "by 20 January"."""
    line = an_alert().line.model_copy(update={"last_day": date(2026, 1, 20), "by_last_day": by_last_day})
    return an_alert().model_copy(update={"line": line})


VARIANTS = [
    pytest.param(an_alert(level_before=2), "(2/4, unchanged)", "(2/4, inchangé)", id="level unchanged"),
    *(
        pytest.param(
            an_alert(band_after=1, pending=Pending(settled=1, **waits)), english, french, id=str(waits["wait"])
        )
        for waits, english, french in (
            (
                {"wait": "edge", "needs": 0.03},
                "The term has not settled: the figure lies within 3 points of the edge to “very unlikely”.",
                "à moins de 3 points de la limite avec « très improbable »",
            ),
            (
                {"wait": "second voice", "needs": 6},
                "it may go back to “very unlikely” until the change has held for 6 h, or a second publisher says so",
                "tant que le changement n'a pas tenu 6 h",
            ),
            ({"wait": "fall", "needs": 72}, "until the fall has held for 72 h", "tant que la baisse n'a pas tenu 72 h"),
            ({"wait": "sight"}, "too little can be seen to be sure", "trop peu est visible"),
        )
    ),
    pytest.param(
        asked_by_a_day(0.08),
        "By its last day, 2026-01-20: 8 %",
        "D'ici à son dernier jour, le 2026-01-20 : 8 %",
        id="a fixed last day",
    ),
    pytest.param(
        asked_by_a_day(None),
        "Its last day, 2026-01-20, is over: only a ruling counts.",
        "Son dernier jour, le 2026-01-20, est passé : seule une décision compte.",
        id="a last day that is over",
    ),
    pytest.param(an_alert(happened=True), "it occurred", "cela s'est produit", id="ruled to have occurred"),
    pytest.param(an_alert(happened=False), "it did not occur", "cela ne s'est pas produit", id="ruled out"),
    pytest.param(
        an_alert(against=(a_cause("Fuel", -0.2, source="fuel", level="level 1", less=True),)),
        "x0.82  Fuel (level 1, less than before)",
        "x0,82  Fuel (fr) (niveau 1, moins qu'avant)",
        id="against by less of it",
    ),
    pytest.param(an_alert(other_nats=0.3), "x1.35  everything else", "x1,35  tout le reste", id="other rows"),
    pytest.param(
        an_alert(evidence=(a_sighting(dated=False),)),
        "2026-01-02 (undated, day of receipt)",
        "2026-01-02 (non daté, jour de réception)",
        id="undated",
    ),
    pytest.param(an_alert(evidence=(a_sighting(place=""),)), "no place named", "aucun lieu nommé", id="no place named"),
    pytest.param(an_alert(more_events=7), "… and 7 more", "… et 7 de plus", id="more events"),
    pytest.param(an_alert(evidence=()), "no event stands behind it", "aucun événement derrière", id="no event"),
    pytest.param(
        an_alert(against=(), missing=()), "nothing in the ledger", "rien dans le registre", id="nothing against"
    ),
    pytest.param(an_alert(degraded=True), "this line is degraded", "cette ligne est dégradée", id="degraded"),
    pytest.param(
        an_alert(degraded=True, unseen=({"en": "Shots", "fr": "Tirs"}, {"en": "Arrests", "fr": "Arrestations"})),
        "degraded and not lowered; cannot be seen: Shots, Arrests",
        "dégradée et n'est pas abaissée ; ne peut être vu : Tirs, Arrestations",
        id="degraded by what cannot be seen",
    ),
    pytest.param(
        an_alert(families=("wire",)),
        "one publisher family (wire)",
        "une seule famille de publications (wire)",
        id="a single voice",
    ),
    pytest.param(
        an_alert(causes=(a_cause(fading=True),)), "(level 3, fading)", "(niveau 3, s'estompe)", id="a fading cause"
    ),
    pytest.param(an_alert(causes=(a_cause(kind="link", level=""),)), "through: Officer", "par : Officer", id="a link"),
]


@pytest.mark.parametrize(("alert", "english", "french"), VARIANTS)
def test_what_is_out_of_the_ordinary_is_said(alert: Alert, english: str, french: str) -> None:
    """Each special case has its sentence in both languages, and an ordinary alert does not have it."""
    assert english in render(alert, lang="en").text
    assert french in render(alert, lang="fr").text
    assert english not in render(an_alert(), lang="en").text


def test_a_single_voice_is_a_caution_on_the_way_up_only() -> None:
    """That one family reported the end of something raises nothing."""
    fallen = an_alert(before=0.24, after=0.12, level_before=2, level_after=1, families=("wire",))
    assert "publisher family" not in render(fallen, lang="en").text


def test_a_possible_repeat_says_so() -> None:
    """At least once means that a reader may see it twice."""
    assert render(an_alert(), lang="en", repeat=True).text.endswith("(may be a repeat)")
    assert render(an_alert(), lang="fr", repeat=True).text.endswith("(peut-être une répétition)")
    assert "repeat" not in render(an_alert(), lang="en").text


@pytest.mark.parametrize(("rest", "nats"), [(0.4, (0.9, 0.5, 0.25)), (-0.3, (0.7,)), (0.0, (0.2, 0.1))])
def test_the_printed_factors_multiply_to_the_printed_total(rest: float, nats: tuple[float, ...]) -> None:
    """A reader with a calculator gets our total, within what rounding to two places can do."""
    alert = an_alert(causes=tuple(a_cause(f"c{n}", x) for n, x in enumerate(nats)), other_nats=rest)
    moved = render(alert, lang="en").text.partition("What moved it")[2].partition("Evidence:")[0]
    *factors, total = [float(f) for f in re.findall(r"x(\d+\.\d\d)", moved)]
    assert len(factors) == len(nats) + (rest != 0)
    assert math.prod(factors) == pytest.approx(total, rel=0.005 * len(factors) / min(factors))


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        "<!channel> look",
        "{{ 7*7 }}",
        "{% raw %}",
        "{% include 'x' %}",
        "{# no #}",
        "%s {0}",
    ],
)
def test_a_title_is_text_and_never_a_template(lang: str, title: str) -> None:
    """I17: It stands in the message as it was written, on one line, and no layout breaks on it."""
    rendered = render(an_alert(evidence=(a_sighting(title),)), lang=lang)
    assert rendered.fallback == ""
    assert [line for line in rendered.text.splitlines() if title in line] != []
    assert len(rendered.text.splitlines()) == len(render(an_alert(), lang=lang).text.splitlines())


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_title_that_imitates_a_message_stays_a_quotation(lang: str) -> None:
    """I19: A report that looks like our own warning, link or footer stands in quotes behind its day and grade."""
    forged = (
        "TLP:RED | Coup: Critical. Acknowledge: https://evil.example/ack?id=0123456789abcdef Alert 0123456789abcdef"
    )
    text = render(an_alert(evidence=(a_sighting(forged),)), lang=lang).text
    (line,) = [one for one in text.splitlines() if "evil.example" in one]
    quoted = f'"{forged}"' if lang == "en" else f"« {forged} »"
    assert line.strip().startswith("- 2026-01-02, Bamako, B2")
    assert quoted in line.replace("\u00a0", " ")
    assert text.splitlines()[-1] == render(an_alert(), lang=lang).text.splitlines()[-1]


@pytest.mark.parametrize("lang", ["de", "", "EN", "../en"])
def test_a_language_without_a_layout_is_answered_in_english(lang: str) -> None:
    """A warning in the wrong language is better than none."""
    assert render(an_alert(), lang=lang) == render(an_alert(), lang="en")


def test_a_name_that_was_not_translated_is_shown_in_english() -> None:
    """One missing name does not keep a French reader from the warning."""
    text = render(an_alert(title={"en": "Small"}, causes=(a_cause("Only English", fr=""),)), lang="fr").text
    assert "| Small |" in text
    assert "Only English (niveau 3)" in text


def test_a_name_in_neither_language_is_shown_as_it_is() -> None:
    """The first name there is stands in."""
    assert "| Klein |" in render(an_alert(title={"de": "Klein"}), lang="en").text


def test_machines_get_the_facts_flat() -> None:
    """What a pager routes or files by, as plain strings."""
    assert render(an_alert(), lang="fr").data == {
        "kind": "move",
        "alert": "0123456789abcdef",
        "assessment": "small",
        "version": "1",
        "scenario": "coup",
        "marking": "TLP:AMBER",
        "level": "advisory",
        "level_before": "baseline",
        "probability": "0.2400",
        "probability_before": "0.1200",
        "term": "unlikely",
        "deadline": "2026-04-04T00:00:00+00:00",
        "decided": "2026-01-04T06:30:00+00:00",
        "proposed": "no",
    }


def test_a_text_beyond_all_measure_is_cut_and_says_so() -> None:
    """I12: No channel should have to cut for us."""
    text = render(an_alert(evidence=(a_sighting("x" * 20_000),)), lang="en").text
    assert len(text) <= messages.LONGEST + len(" [cut]")
    assert text.endswith(" [cut]")


# --- a layout that fails -----------------------------------------------------------------------------


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Stand in for the folder of layouts: what a test puts here is all there is."""
    found: dict[str, str] = {}
    monkeypatch.setattr(shipped_sandbox(), "loader", DictLoader(found))
    yield found
    shipped_sandbox.cache_clear()


@pytest.mark.parametrize(
    ("layout", "fault"),
    [
        pytest.param(None, "TemplateNotFound", id="no layout"),
        pytest.param("{% if %}", "TemplateSyntaxError", id="cannot be read"),
        pytest.param("{{ nobody }}", "UndefinedError", id="asks for what there is not"),
        pytest.param("{{ evidence.append(1) }}", "SecurityError", id="changes what it is given"),
        pytest.param("{{ id.__class__.__mro__ }}", "SecurityError", id="looks behind its values"),
        pytest.param("{{ marking | attr('x') }}", "TemplateAssertionError", id="uses a filter it was not given"),
    ],
)
def test_a_warning_goes_out_plainly_if_its_layout_fails(
    layouts: dict[str, str], layout: str | None, fault: str
) -> None:
    """Marking, level, change, horizon, events with grade and link, and the id stand; the fault is named."""
    if layout is not None:
        layouts["alert.en.txt.j2"] = layout
    rendered = render(an_alert(), lang="en")
    assert rendered.fallback.startswith(fault)
    assert rendered.text.splitlines() == [
        "[TLP:AMBER] BASELINE -> ADVISORY ▲ Coup attempt: 12 % -> 24 % (unlikely, 20-45 %)",
        "by 2026-04-04",
        "",
        "- 2026-01-02 B2 Officers arrested in Bamako (wire) https://news.example/1",
        "",
        "Alert 0123456789abcdef",
    ]


def test_a_layout_that_works_is_no_fallback(layouts: dict[str, str]) -> None:
    """The plain form is for failures only."""
    layouts["alert.fr.txt.j2"] = "{{ marking }} : {{ question }}"
    rendered = render(an_alert(), lang="fr")
    assert (rendered.text, rendered.fallback) == ("TLP:AMBER : Tentative de coup", "")


# --- the page for mail --------------------------------------------------------------------------------


def a_digest() -> Digest:
    at = datetime(2026, 1, 4, 6, 30, tzinfo=UTC)
    line = {"en": "Fuel: 12 % -> 24 %", "fr": "Carburant : 12 % -> 24 %"}
    held = DigestEntry(alert="m1", kind="move", about="fuel", at=at, urgency=WarningLevel.WATCH, line=line, count=2)
    return Digest(
        id="dig-1",
        recipient="desk",
        at=at,
        urgency=WarningLevel.WATCH,
        reasons={"quiet hours": 2},
        entries=(held,),
        marking="TLP:AMBER",
    )


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("alert", [an_alert(), a_system_warning(), a_digest()], ids=["move", "system", "digest"])
def test_every_kind_has_a_page_in_every_language(alert: AnyAlert, lang: str) -> None:
    """The page says what the text says: subject, id, language; a repeat is marked in it too."""
    rendered = render(alert, lang=lang)
    assert rendered.unlaid == ""
    assert f'<html lang="{lang}">' in rendered.html
    assert alert.id in rendered.html
    assert rendered.subject in html.unescape(rendered.html)
    assert {"en": "may be a repeat", "fr": "peut-être une répétition"}[lang] in render(
        alert, lang=lang, repeat=True
    ).html


def test_a_page_asks_for_nothing_from_elsewhere() -> None:
    """No script, no picture, no style sheet: who opens a warning tells nobody."""
    page = render(an_alert(), lang="en").html
    assert not re.search(r"<(?:script|img|link|iframe|form)\b|url\(|@import|\bsrc=", page)


@pytest.mark.parametrize("title", ["<script>x</script>", '"><img src=x onerror=y>', "{{ 7*7 }}", "</bdi></a>&"])
def test_a_headline_is_text_in_a_page_too(title: str) -> None:
    """What a feed wrote stands there as it was written, and does nothing."""
    page = render(an_alert(evidence=(a_sighting(title),)), lang="en").html
    assert f"<bdi>{html.escape(title).replace('&quot;', '&#34;')}</bdi>" in page


def test_a_page_that_fails_costs_the_page_only(layouts: dict[str, str]) -> None:
    """The text goes out as laid out, and the fault is named."""
    layouts |= {"alert.en.txt.j2": "{{ question }}", "alert.en.html.j2": "{{ nobody }}"}
    rendered = render(an_alert(), lang="en")
    assert (rendered.text, rendered.html, rendered.fallback) == ("Coup attempt", "", "")
    assert rendered.unlaid.startswith("UndefinedError")
