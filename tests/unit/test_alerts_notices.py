"""Notices: every part in both languages, what they never hold, and who may let them go."""

import html
from datetime import UTC, datetime, timedelta

import pytest
from jinja2 import DictLoader

from alerts.clients import ReleaseRule
from alerts.drafts.exposure import Placed, Spotted, exposures_of
from alerts.drafts.rules import Handled, headline_faults, persons_missing, too_soon, words_missing
from alerts.layouts.environment import shipped_sandbox
from alerts.messages import parts, render
from alerts.notices import Edits, Notice, NoticeState, NoticeType, Step, StepKind, state_of
from alerts.notices.edits import Part
from alerts.notices.notice import Alternative, Before, Driver, Shift, Turn
from alerts.pending import Pending
from tests.builders import an_alert
from tests.noticing import a_client, a_finding, a_notice

NOW = datetime(2026, 1, 4, 7, tzinfo=UTC)

UNSETTLED = Pending(settled=1, wait="second voice", needs=6)

IN_ORDER = {
    "en": (
        "TLP:AMBER | Sahel Desk | Update",
        "Our judgement: unlikely (20-45 %) that “Coup attempt” comes about by 4 April 2026.",
        "Warning level: Watch -> Advisory.",
        "Our last notice to you (n-0, 1 January 2026, 06:30 (UTC)) said very unlikely (5-20 %), 12 %",
        "- Officer unrest: raises it strongly",
        "- through: Fuel: lowers it slightly, and is fading",
        "- Kati depot: nearest reported event about 15 km away (Arrest, Bamako, 2 January 2026).",
        "- RN3 (road): no located event within 500 km.",
        "- 2 January 2026, Bamako: Officer unrest. Two independent publishers, usually reliable; probably true.",
        "“Officers arrested in Bamako” https://news.example/1",
        "- 1 January 2026 (undated, day of receipt), no place named: Officer unrest. One publisher, reliability cannot",
        "And 1 more, not named here.",
        "Our confidence in this judgement is low: 80 % of the evidence comes from one publisher alone;",
        "Not observable at present: Gunfire.",
        "not seen: Troops.",
        "That it does not come about by then: likely (55-80 %).",
        "Upward, to roughly even chance, any one of:",
        "- Gunfire: clear signs",
        "Downward, to very unlikely: no change in up to three of the things we watch would be enough.",
        "Keep two weeks of fuel.",
        "Next update by 5 January 2026, 06:30 (UTC); at once if the warning level rises.",
        "All-clear: once the warning level is below Watch.",
        "Issued by Sahel Desk. Released by A. Keita, 4 January 2026, 06:50 (UTC).",
        "Questions and receipt: +223 20 00 00 00",
        "Notice n-1, supersedes n-0.",
        "TLP:AMBER: within your organisation and its clients",
    ),
    "fr": (
        "TLP:AMBER | Sahel Desk | Mise à jour",
        "Notre jugement sur « Tentative de coup » d'ici au 4 avril 2026 : improbable (20-45 %).",
        "Niveau d'alerte : Veille -> Attention.",
        "Notre dernier avis (n-0, 1er janvier 2026, 06h30 (UTC)) disait : très improbable (5-20 %), 12 %",
        "- Agitation : la relève fortement",
        "- par : Carburant : l'abaisse un peu, et s'estompe",
        "- Kati depot : événement rapporté le plus proche à environ 15 km (Arrest, Bamako, 2 janvier 2026).",
        "- RN3 (route) : aucun événement localisé à moins de 500 km.",
        "- 2 janvier 2026, Bamako : Agitation des officiers. Deux éditeurs indépendants, habituellement fiable",
        "« Officers arrested in Bamako » https://news.example/1",
        "Et 1 de plus",
        "Notre confiance dans ce jugement est faible : 80 % des éléments viennent d'un seul éditeur",
        "Non observable en ce moment : Tirs.",
        "Que cela ne se réalise pas d'ici là : probable (55-80 %).",
        "À la hausse, vers « chances à peu près égales »",
        "- Tirs : signes nets",
        "Gardez deux semaines de carburant.",
        "Prochain avis au plus tard le 5 janvier 2026, 06h30 (UTC)",
        "Fin d'alerte : quand le niveau sera sous Veille.",
        "Émis par Sahel Desk. Diffusé par A. Keita, le 4 janvier 2026, 06h50 (UTC).",
        "Avis n-1, remplace n-0.",
        "TLP:AMBER : dans votre organisation et chez ses clients",
    ),
}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_part_stands_there_in_the_order_of_warning_research(lang: str) -> None:
    """Judgement, change, so what, evidence, confidence, alternative, what would change it, advice, next, who."""
    words = render(a_notice(), lang=lang)
    assert not words.fallback
    assert not words.unlaid
    page = html.unescape(words.html)
    assert [part for part in IN_ORDER[lang][1:] if part not in page] == []
    places = [words.text.find(part) for part in IN_ORDER[lang]]
    assert -1 not in places, [part for part in IN_ORDER[lang] if part not in words.text]
    assert places == sorted(places)
    assert "\n\n\n" not in words.text


@pytest.mark.parametrize(
    ("how", "en", "fr"),
    [
        ({"fading": True, "less": True}, "raises it strongly, by fading", "la relève fortement, en s'estompant"),
        (
            {"less": True},
            "raises it strongly, for there is less of it than before",
            "la relève fortement, car on en voit moins qu'avant",
        ),
    ],
)
def test_what_moves_a_figure_by_being_seen_less_says_so(how: dict[str, bool], en: str, fr: str) -> None:
    """'Convoy attacks: raises it', of peace, would make a client doubt the rest."""
    driver = Driver(kind="indicator", name={"en": "Attacks", "fr": "Attaques"}, up=True, strength=3, **how)
    notice = a_notice(drivers=(driver,))
    assert f"- Attacks: {en}\n" in render(notice, lang="en").text
    assert f"- Attaques : {fr}\n" in render(notice, lang="fr").text


@pytest.mark.parametrize(
    ("p", "en", "fr"),
    [(0.54, "Likelier than that: “War”", "Plus probable que cela : « Guerre »"),
     (0.13, "Next most likely: “War”", "L'issue la plus probable ensuite : « Guerre »")],
)  # fmt: skip
def test_another_path_that_is_likelier_is_not_called_the_next(p: float, en: str, fr: str) -> None:
    """A warning often tells of what is not the likeliest yet; its client must not think that it is."""
    notice = a_notice(alternative=Alternative(name={"en": "War", "fr": "Guerre"}, p=p, opposite=False))
    assert en in render(notice, lang="en").text
    assert fr in render(notice, lang="fr").text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_facts_alone_have_no_judgement(lang: str) -> None:
    """No figure, no term, no level, no advice, no horizon; and it says what it is and that nobody has read it."""
    alone = a_notice(facts_only=True, release=a_notice().release.model_copy(update={"by": ""}))  # type: ignore[union-attr]
    words = render(alone, lang=lang)
    assert not words.fallback
    assert {"en": "nobody has reviewed it", "fr": "personne ne l'a relu"}[lang] in words.text
    assert "Officers arrested in Bamako" in words.text
    everything = f"{words.subject}\n{words.text}\n{words.html}\n{words.data}"
    for judged in (
        "unlikely",
        "improbable",
        "24 %",
        "12 %",
        "20-45",
        "Advisory",
        "Attention",
        "ADVISORY",
        "fuel",
        "0.24",
    ):
        assert judged not in everything, judged


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_recall_says_what_no_longer_holds_and_nothing_else(lang: str) -> None:
    """Whoever reads it stops relying on the other; the wrong words are not sent a second time."""
    edits = (
        Edits().with_words(Part.TOLD, "en", "The place was wrong.").with_words(Part.TOLD, "fr", "Le lieu était faux.")
    )
    words = render(a_notice(recalls=True, type=NoticeType.CANCEL, edits=edits), lang=lang)
    assert {"en": "We withdraw our notice n-0", "fr": "Nous retirons notre avis n-0"}[lang] in words.text
    assert {"en": "The place was wrong.", "fr": "Le lieu était faux."}[lang] in words.text
    assert "20-45" not in words.text + words.subject
    assert "Officers arrested" not in words.text


def test_a_correction_and_an_all_clear_say_so_first() -> None:
    """What it does to the last one must be seen before anything else is read."""
    told = Edits().with_words(Part.TOLD, "en", "It was another road.")
    correction = render(a_notice(type=NoticeType.CORRECTION, edits=told), lang="en")
    assert correction.text.index("CORRECTION of our notice n-0. It was another road.") < correction.text.index(
        "Our judgement"
    )
    assert correction.subject.startswith("[TLP:AMBER] Correction: ")
    clear = render(
        a_notice(type=NoticeType.CANCEL, judgement=a_notice().judgement.model_copy(update={"level": 0})), lang="en"
    )
    assert "ALL-CLEAR" in clear.text
    assert clear.subject.startswith("[TLP:AMBER] All-clear: ")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_words_from_outside_are_text_on_the_page(lang: str) -> None:
    """A headline of a feed, or an editor's slip, is never markup."""
    edits = Edits().with_words(Part.SO_WHAT, lang, "<script>alert(2)</script>")
    words = render(a_notice(findings=(a_finding(title="<img src=x onerror=alert(1)>"),), edits=edits), lang=lang)
    assert not words.unlaid
    assert "<img" not in words.html
    assert "<script>alert" not in words.html
    assert "&lt;img src=x" in words.html


def test_a_ruling_and_a_line_that_is_gone_need_no_probability() -> None:
    """What has occurred is not likely any more, and of what is not assessed nothing is said."""
    occurred = a_notice(judgement=a_notice().judgement.model_copy(update={"happened": True}))
    assert "“Coup attempt”: it has occurred, as we have established." in render(occurred, lang="en").text
    gone = a_notice(judgement=a_notice().judgement.model_copy(update={"gone": True}))
    assert "We no longer assess “Coup attempt”" in render(gone, lang="en").text


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("facts_only", [False, True])
def test_what_nobody_watches_any_more_is_no_all_clear(lang: str, facts_only: bool) -> None:
    """That we stop looking ends the warning and not the danger: no all-clear, no next update, no figure of facts."""
    judged = a_notice().judgement.model_copy(update={"gone": True, "level": 0})
    words = render(a_notice(type=NoticeType.CANCEL, judgement=judged, facts_only=facts_only), lang=lang)
    assert not words.fallback
    assert {"en": "will not tell you of it", "fr": "ne vous en aviserons plus"}[lang] in words.text
    every = f"{words.subject}\n{words.text}".casefold()
    assert not [one for one in ("all-clear", "fin d'alerte", "next update", "prochain avis") if one in every]
    assert ("12 %" in words.text) is not facts_only


def test_times_are_on_the_readers_clocks_and_name_them() -> None:
    """A time without its zone is another time."""
    words = render(a_notice(zone="Europe/Paris"), lang="fr")
    assert "le 4 janvier 2026, 07h50 (Europe/Paris)" in words.text


def test_a_persons_words_stand_beside_or_for_the_machines() -> None:
    """Facts stay; advice and headline are a person's to word; an event can be left out and is then only counted."""
    edits = (
        Edits(left_out=(1,))
        .with_words(Part.SO_WHAT, "en", "Your drivers know it.")
        .with_words(Part.ADVICE, "en", "Stay.")
    )
    words = render(a_notice(edits=edits), lang="en").text
    assert "Kati depot: nearest" in words
    assert "Your drivers know it." in words
    assert "Stay." in words
    assert "two weeks of fuel" not in words
    assert "Officers arrested" not in words
    assert "And 2 more, not named here." in words


def test_a_broken_layout_sends_the_plain_facts_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """J03: no layout can stop a notice, and the fallback holds nothing that the layout would not."""
    monkeypatch.setattr(shipped_sandbox(), "loader", DictLoader({"notice.en.txt.j2": "{{ nothing.at.all }}"}))
    shipped_sandbox().cache.clear()  # type: ignore[union-attr] # it has one: the default size is not 0
    words = render(a_notice(), lang="en")
    shipped_sandbox.cache_clear()
    assert words.fallback
    assert "Sahel Desk" in words.text
    assert "Officer unrest" in words.text


def test_the_brief_has_the_very_words_of_the_message() -> None:
    """Each section is a block of the one template."""
    whole = render(a_notice(), lang="en").text
    found = parts(a_notice(), lang="en")
    assert next(iter(found)) == "judgement"
    assert list(found)[-1] == "about"
    for words in found.values():
        assert words in whole


# ------------------------------------------------------------------------------------------------ who lets it go


@pytest.mark.parametrize(
    ("rule", "worked", "releases", "told"),
    [
        (ReleaseRule.REVIEWED, (), "A. Keita", ""),
        (ReleaseRule.REVIEWED, ("A. Keita",), "A. Keita", ""),
        (ReleaseRule.REVIEWED, (), " ", "only by a named person"),
        (ReleaseRule.TWO_PERSON, (), "A. Keita", "two people"),
        (ReleaseRule.TWO_PERSON, ("A. Keita",), "a.  KEITA", "cannot release"),
        (ReleaseRule.TWO_PERSON, ("A. Keita", "B. Sow"), "B. Sow", "cannot release"),
        (ReleaseRule.TWO_PERSON, ("A. Keita",), "B. Sow", ""),
        (ReleaseRule.AUTOMATIC_FACTS_ONLY, (), "", "only by a named person"),
    ],
)
def test_who_may_release(rule: ReleaseRule, worked: tuple[str, ...], releases: str, told: str) -> None:
    """One named person, or two of whom the second has not touched it; a name in other letters is the same name."""
    found = " ".join(persons_missing(rule, Handled(worked=worked, releases=releases)))
    assert (told in found) if told else not found


def test_a_headline_is_a_judgement_or_is_refused() -> None:
    """Term, range and day must stand in it, and no word that says less than any term."""
    sound = "A coup attempt is unlikely (20-45 %) before 4 April 2026."

    def faults(headline: str) -> str:
        return " ".join(headline_faults(a_notice(edits=Edits().with_words(Part.HEADLINE, "en", headline)), "en"))

    assert not faults(sound)
    assert "'20-45 %'" in faults("A coup attempt is unlikely before 4 April 2026.")
    assert "'may'" in faults(f"{sound} It may come sooner.")
    assert "cannot be ruled out" in faults("A coup cannot be ruled out.")


def test_words_in_one_language_only_do_not_leave() -> None:
    """Nobody is sent half a notice, or another language's half."""
    half = a_notice(edits=Edits().with_words(Part.ADVICE, "en", "Stay."))
    assert list(words_missing(half, ("en",))) == []
    assert "advice.fr" in " ".join(words_missing(half, ("en", "fr")))
    assert "what was wrong" in " ".join(words_missing(a_notice(type=NoticeType.CORRECTION), ("en",)))


def _sent(hours: float, level: int = 2) -> Notice:
    at = NOW - timedelta(hours=hours)
    first = a_notice(judgement=a_notice().judgement.model_copy(update={"level": level}))
    return first.model_copy(update={"release": a_notice().release.model_copy(update={"at": at})})  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("notice", "last", "waits"),
    [
        (a_notice(), None, False),
        (a_notice(), _sent(7), False),
        (a_notice(), _sent(5), True),
        (a_notice(), _sent(5, level=1), False),
        (a_notice(type=NoticeType.CANCEL), _sent(1), False),
        (a_notice(type=NoticeType.CORRECTION), _sent(1), False),
    ],
)
def test_one_notice_of_a_scenario_in_six_hours_unless_it_rises(
    notice: Notice, last: Notice | None, waits: bool
) -> None:
    """A flood is muted; a rise, an end and a correction never wait."""
    until = too_soon(notice, last, at_most_every=timedelta(hours=6), now=NOW)
    assert (until is not None) is waits
    assert until is None or until == NOW + timedelta(hours=1)


def test_where_a_notice_stands_is_read_off_its_steps() -> None:
    """The last step that leads somewhere counts; a review and a receipt lead nowhere."""

    def stands(*kinds: StepKind) -> NoticeState:
        return state_of(Step(kind=kind, who="a", why="b", at=NOW) for kind in kinds)

    assert stands() is NoticeState.DRAFT
    assert stands(StepKind.REVIEW) is NoticeState.DRAFT
    assert stands(StepKind.HOLD, StepKind.REOPEN) is NoticeState.DRAFT
    assert stands(StepKind.HOLD, StepKind.ARCHIVE) is NoticeState.ARCHIVED
    assert stands(StepKind.RELEASE, StepKind.RECEIPT) is NoticeState.RELEASED
    assert stands(StepKind.RELEASE, StepKind.WITHDRAW, StepKind.RECEIPT) is NoticeState.WITHDRAWN


# -------------------------------------------------------------------------------------- what it is worked out of


def test_a_persons_figure_takes_the_machines_place() -> None:
    """The word, the other answer and the curve follow; what would change the machine's mind is not told for it."""
    drafted = a_notice()
    drafted = a_notice(judgement=drafted.judgement.model_copy(update={"pending": UNSETTLED}))
    changed = drafted.decided(0.6, "high")
    words = render(changed, lang="en").text
    assert "has not settled" not in words
    assert "has not settled" in render(drafted.decided(None, "high"), lang="en").text
    assert "likely (55-80 %) that “Coup attempt”" in words
    assert "does not come about by then: unlikely (20-45 %)" in words
    assert "confidence in this judgement is high" in words
    assert "Gunfire: clear signs" not in words
    assert changed.course[-1].p == 0.6
    assert a_notice().decided(None, "").model_dump() == a_notice().model_dump()


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(("wait", "needs"), [("edge", 0.03), ("second voice", 6), ("fall", 72), ("sight", 0)])
def test_a_term_that_has_not_settled_is_told_to_desk_and_client_in_one_sentence(
    lang: str, wait: str, needs: float
) -> None:
    """Both tell the term of the figure, and the same of what it waits for; of facts alone neither is told."""
    pending = Pending(settled=1, wait=wait, needs=needs)
    alert = an_alert(after=0.24, band_after=1, pending=pending)
    notice = a_notice(judgement=a_notice().judgement.model_copy(update={"pending": pending}))
    (said,) = {line for line in render(alert, lang=lang).text.splitlines() if ("settled" in line or "établi" in line)}
    sections = parts(notice, lang=lang)
    assert said in sections["confidence"].splitlines()
    assert notice.judgement.band.term(lang) in sections["judgement"]
    assert f", {notice.judgement.band.term(lang)} (20-45 %)" in render(alert, lang=lang).text
    facts = notice.model_copy(update={"facts_only": True})
    assert said not in render(facts, lang=lang).text


@pytest.mark.parametrize(
    ("before", "level", "en", "fr"),
    [
        ("level 3", "level 2", "Gunfire: no more than clear signs", "Tirs : tout au plus des signes nets"),
        ("level 3", "quiet", "Gunfire: no more signs", "Tirs : plus aucun signe"),
        ("level 1", "level 2", "Gunfire: clear signs", "Tirs : signes nets"),
        ("quiet", "level 1", "Gunfire: first signs", "Tirs : premiers signes"),
    ],
)
def test_what_would_lower_the_figure_is_said_as_less_than_today(before: str, level: str, en: str, fr: str) -> None:
    """A client who reads *downward: clear signs* of gunfire would wait for the wrong thing."""
    shift = Shift(name={"en": "Gunfire", "fr": "Tirs"}, before=before, level=level)
    notice = a_notice().model_copy(update={"turns": (Turn(rises=False, band=1, ways=((shift,),)),)})
    assert f"- {en}\n" in render(notice, lang="en").text
    assert f"- {fr}\n" in render(notice, lang="fr").text


def test_distances_are_to_the_nearest_event_of_all() -> None:
    """A site by its point, a road by its nearest stretch; far away is not near, and without a place there is none."""
    client = a_client(
        sites=[{"name": "Depot", "at": "12.74,-8.07"}, {"name": "Lost", "at": "Atlantis"}],
        roads=[{"name": "North road", "via": ["12.64,-8.00", "13.57,-8.03"]}],
    )
    lines = {"Depot": [(12.74, -8.07)], "North road": [(12.64, -8.0), (13.57, -8.03)]}
    near = Spotted(name={"en": "Raid"}, place="Kati", day="2026-01-02", point=(13.0, -8.3))
    far = Spotted(name={"en": "Raid"}, place="Gao", day="2026-01-03", point=(16.27, -0.04))
    road, depot = exposures_of(client, Placed(lines=lines), [far, near])
    assert (road.name, road.road, road.place) == ("North road", True, "Kati")
    assert (depot.name, depot.road, depot.place) == ("Depot", False, "Kati")
    assert road.km is not None
    assert depot.km is not None
    assert 28 < road.km < 33 < depot.km < 40
    assert [e.km for e in exposures_of(client, Placed(lines=lines), [far])] == [None, None]


def test_what_was_left_out_is_still_counted() -> None:
    """Silence about an event is not its absence."""
    notice = a_notice(findings=(a_finding(),), more=0, edits=Edits(left_out=(1,)))
    assert "1 more, not named here." in render(notice, lang="en").text
    assert "No new event" in render(a_notice(findings=(), more=0), lang="en").text


def test_the_first_notice_is_told_against_the_assessment() -> None:
    """There is no last notice to name; a withdrawn one is named as such."""
    first = a_notice(before=Before(at=NOW, p=0.12, level=0), supersedes="")
    assert (
        "This is our first notice to you on this question. The assessment of 4 January 2026"
        in render(first, lang="en").text
    )
    taken_back = a_notice(before=a_notice().before.model_copy(update={"withdrawn": True}))
    assert "withdrawn since) said" in render(taken_back, lang="en").text
