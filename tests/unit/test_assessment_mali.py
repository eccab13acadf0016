"""The shipped Mali assessment: the numbers are the draft's, headlines are read as a desk officer would."""

import json
from collections import Counter
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from indicators.assessments import Assessment, Question, forecasts
from indicators.errors import Severity
from indicators.items import Item
from indicators.matcher import Match, Matcher
from indicators.parsing import parse_assessment
from indicators.publishers import publisher_of
from indicators.rules import Effect, Indicator

ROOT = Path(__file__).parents[2]
FILE = ROOT / "indicators" / "assessments" / "mali-2025-12.yaml"
LABELLED = ROOT / "tests" / "corpus" / "labelled" / "mali.jsonl"
NOON = datetime.fromisoformat("2025-12-10T12:00:00+00:00")

MISSION = ["convoy_attack_bamako", "fuel_shortage", "officer_unrest", "aes_troop_movement"]
PRIORS = {  # line of the outlook: (p, ICD 203 term, basis, horizon in days, impact)
    "intl_intervention": (0.25, "unlikely", "stated", 90, "high"),
    "materiel_air_support": (0.50, "roughly even chance", "inferred", 180, "moderate"),
    "russia_direct": (0.23, "unlikely", "stated", 90, "high"),
    "western_support": (0.23, "unlikely", "stated", 90, "high"),
    "aes_deployment": (0.15, "very unlikely", "inferred", 90, "moderate"),
    "capture_attempt": (0.03, "almost no chance", "inferred", 90, "extreme"),
    "jnim_controls_bamako": (0.005, "almost no chance", "inferred", 90, "extreme"),
    "complex_attack_bamako": (0.25, "unlikely", "inferred", 90, "extreme"),
    "coup_attempt": (0.12, "very unlikely", "inferred", 90, "extreme"),
    "fama_degraded": (0.62, "likely", "inferred", 90, "high"),
    "blockade_status.continues": (0.68, "likely", "stated", 90, "high"),
    "blockade_status.negotiated_end": (0.23, "unlikely", "inferred", 90, "high"),
    "blockade_status.broken": (0.09, "very unlikely", "inferred", 90, "high"),
}
LINKS = {  # (parent, scenario): P(scenario | parent happens)
    ("capture_attempt", "intl_intervention"): 0.95,
    ("blockade_status.continues", "materiel_air_support"): 0.60,
    ("capture_attempt", "russia_direct"): 0.45,
    ("capture_attempt", "western_support"): 0.40,
    ("capture_attempt", "aes_deployment"): 0.60,
    ("fama_degraded", "capture_attempt"): 0.04,
    ("capture_attempt", "jnim_controls_bamako"): 0.15,
    ("fama_degraded", "complex_attack_bamako"): 0.30,
    ("complex_attack_bamako", "coup_attempt"): 0.25,
    ("blockade_status.continues", "coup_attempt"): 0.15,
    ("blockade_status.continues", "fama_degraded"): 0.70,
}
# indicator: counted, window, thresholds, half-life, baseline, region
NUMBERS = """
convoy_attack_bamako: event 7 1/3/6 14 0.40 bamako_approaches
fuel_shortage: place_day 7 2/5/10 14 0.40 mali
officer_unrest: event 30 1/2/4 45 0.40 mali
aes_troop_movement: event 14 1/2/4 21 0.00 mali
convoy_attack_corridor: event 14 1/3/6 21 0.40 supply_corridors
blockade_statement: event 21 1/2/3 30 0.00 mali
service_disruption: place_day 14 1/3/6 21 0.40 mali
goods_prices: place_day 30 2/5/10 30 0.00 mali
convoy_arrival: event 14 1/3/6 14 0.75 mali
blockade_duration: duration 14 30/90/180 30 0.00 anywhere
negotiation_contacts: event 30 1/2/4 30 0.40 mali
truce_or_lifting: event 30 1/2/3 30 0.00 mali
command_reshuffle: event 30 1/3/5 30 0.00 mali
mutiny_gunfire: event 7 1/2/3 14 0.00 mali
leadership_signals: event 3 1/2/3 7 0.00 bamako_core
coup_event: event 3 1/2/3 7 0.00 mali
street_protest: event 14 1/3/6 14 0.00 mali
bamako_incident: event 14 1/2/4 21 0.00 bamako_core
plot_disrupted: event 30 1/2/4 30 0.00 bamako_approaches
jnim_threat_capital: event 21 1/2/4 21 0.00 mali
complex_attack_event: event 3 1/2/3 7 0.00 bamako_core
encirclement: event 14 1/2/4 21 0.00 bamako_ring_50
base_overrun: event 14 1/3/5 21 0.40 mali
jnim_drones: event 30 1/2/4 30 0.00 bamako_approaches
fama_constrained: event 21 1/2/4 30 0.00 mali
bamako_reinforced: event 21 1/2/4 30 0.40 bamako_core
africa_corps_pullback: event 30 1/2/4 45 0.00 mali
aes_home_pressure: event 14 2/5/10 21 0.75 aes_partners
russia_reinforcement: event 30 1/2/4 45 0.00 mali
materiel_delivery: event 45 1/2/3 60 0.00 mali
western_engagement: event 30 1/2/4 45 0.00 mali
regional_posture: event 30 1/2/4 30 0.00 anywhere
intervention_request: event 30 1/2/3 30 0.00 anywhere
embassy_departure: event 21 1/3/6 30 0.40 mali
capture_event: event 3 1/2/3 7 0.00 bamako_core
"""
# indicator: [if true, if false] for each scenario; of a set, one rating for each state in order
EFFECTS = """
convoy_attack_bamako: fama_degraded=L/U complex_attack_bamako=L/E blockade_status=VL/VU/U
fuel_shortage: fama_degraded=VL/E coup_attempt=L/E blockade_status=VL/U/U
officer_unrest: coup_attempt=VL/U
aes_troop_movement: aes_deployment=VL/VU intl_intervention=L/U
convoy_attack_corridor: blockade_status=VL/VU/U
blockade_statement: blockade_status=VL/U/VU
service_disruption: coup_attempt=L/E blockade_status=L/U/U
goods_prices: coup_attempt=E/U blockade_status=L/U/U
convoy_arrival: fama_degraded=E/L blockade_status=U/L/VL
blockade_duration: coup_attempt=L/U
negotiation_contacts: blockade_status=U/VL/U
truce_or_lifting: complex_attack_bamako=U/E blockade_status=VU/VL/U
command_reshuffle: coup_attempt=L/E
mutiny_gunfire: coup_attempt=VL/VU
leadership_signals: coup_attempt=L/VU
coup_event: coup_attempt=AC/VU
street_protest: coup_attempt=L/U
bamako_incident: complex_attack_bamako=L/U capture_attempt=L/U
plot_disrupted: complex_attack_bamako=L/U
jnim_threat_capital: complex_attack_bamako=L/E capture_attempt=E/U
complex_attack_event: complex_attack_bamako=AC/VU capture_attempt=L/U
encirclement: capture_attempt=VL/VU complex_attack_bamako=L/U coup_attempt=L/E
base_overrun: fama_degraded=L/E capture_attempt=L/E coup_attempt=L/E
jnim_drones: complex_attack_bamako=E/U capture_attempt=E/U
fama_constrained: fama_degraded=VL/VU
bamako_reinforced: capture_attempt=U/E complex_attack_bamako=U/E
africa_corps_pullback: capture_attempt=E/U fama_degraded=L/E russia_direct=VU/U coup_attempt=E/U
aes_home_pressure: aes_deployment=U/E
russia_reinforcement: russia_direct=VL/U materiel_air_support=VL/U intl_intervention=L/U
materiel_delivery: materiel_air_support=VL/VU
western_engagement: western_support=VL/U materiel_air_support=L/E
regional_posture: intl_intervention=VL/U
intervention_request: intl_intervention=VL/VU aes_deployment=L/U russia_direct=L/U western_support=E/U
embassy_departure: complex_attack_bamako=L/E capture_attempt=L/E
capture_event: capture_attempt=AC/NC
"""
OWN_WEIGHTS = {
    "mutiny_gunfire": (0.7, 0.9, 1.0),
    "leadership_signals": (0.6, 0.85, 1.0),
    "coup_event": (0.8, 1.0, 1.0),
    "complex_attack_event": (0.8, 1.0, 1.0),
    "capture_event": (0.8, 1.0, 1.0),
    "intervention_request": (0.6, 0.85, 1.0),
}


@cache
def mali() -> Assessment:
    assessment, problems = parse_assessment(FILE.read_text("utf-8"), name=FILE.name)
    assert assessment is not None, "\n".join(map(str, problems))
    return assessment


@cache
def matcher() -> Matcher:
    return Matcher(mali())


def headline(title: str, *, summary: str = "", lang: str | None = None) -> Item:
    return Item(id=title, source="wire", title=title, summary=summary, lang=lang, fetched=NOON)


def counted(item: Item) -> dict[str, Match]:
    return {m.indicator: m for m in matcher().match_item(item) if not m.rejected_by}


def numbers(indicator: Indicator) -> str:
    """Return the indicator as a line of NUMBERS."""
    count = indicator.count
    thresholds = "/".join(f"{t:g}" for t in count.thresholds)
    return (
        f"{indicator.id}: {count.of} {count.window_days:g} {thresholds} {count.half_life_days:g} "
        f"{count.baseline:.2f} {indicator.where.region}"
    )


def effects(indicator: Indicator) -> str:
    """Return the indicator as a line of EFFECTS."""
    rated = (
        f"{name}={effect.if_true}/{effect.if_false}"
        if isinstance(effect, Effect)
        else f"{name}={'/'.join(effect.values())}"
        for name, effect in indicator.effects.items()
    )
    return f"{indicator.id}: {' '.join(rated)}"


def test_the_file_has_no_fault() -> None:
    """The file parses without an error or a warning; that runs every indicator's own proof."""
    assessment, problems = parse_assessment(FILE.read_text("utf-8"), name=FILE.name)
    assert assessment is not None
    assert [str(p) for p in problems if p.severity is Severity.ERROR] == []
    assert [str(p) for p in problems] == []


def test_the_head_says_what_it_encodes() -> None:
    """Dates, country and marking are the paper's; all 22 statements are there."""
    head = mali()
    assert (head.id, head.version, head.country, head.marking) == (
        "mali-2025-12",
        "1.0.0",
        "ML",
        "TLP:AMBER",
    )
    assert (str(head.as_of), str(head.review_by)) == ("2025-12-03", "2026-03-03")
    assert list(head.statements) == [f"S{n}" for n in range(1, 23)]


def test_every_statement_is_served_by_an_indicator_or_a_scenario() -> None:
    """No sentence of the paper is left without something that watches it."""
    served = {s for i in mali().indicators for s in i.why.statements}
    served |= {s for f in forecasts(mali()) for s in f.prior.statements}
    assert served == set(mali().statements)


def test_the_missions_four_indicators_come_first() -> None:
    """35 indicators; the four the mission names lead and say so, no other does."""
    ids = [i.id for i in mali().indicators]
    assert len(ids) == 35
    assert ids[:4] == MISSION
    assert [i.id for i in mali().indicators if i.mission] == MISSION


def test_everything_a_reader_sees_has_both_languages() -> None:
    """Title, scenarios, states and indicators have an English and a French name."""
    names = [mali().title, *(s.name for s in mali().scenarios), *(f.name for f in forecasts(mali()))]
    names += [i.name for i in mali().indicators]
    assert [n for n in names if not (n.get("en") and n.get("fr"))] == []


def test_every_indicator_gives_its_reason_and_enough_proof() -> None:
    """A reason in one sentence; a matched indicator has three examples each way."""
    assert [i.id for i in mali().indicators if not i.why.because.endswith(".")] == []
    matched = [i for i in mali().indicators if i.matched]
    assert len(matched) == 34
    for indicator in matched:
        assert indicator.proof is not None
        assert min(len(indicator.proof.must_match), len(indicator.proof.must_not_match)) >= 3, indicator.id


def test_the_priors_are_the_drafts() -> None:
    """Every line of the outlook starts at the draft's probability, word, basis and horizon."""
    lines = forecasts(mali())
    found = {f.key: (f.prior.p, f.prior.term, f.prior.basis, f.horizon_days, f.impact) for f in lines}
    assert found == PRIORS


def test_the_links_are_the_drafts() -> None:
    """Causal links carry the draft's conditional probabilities and no others exist."""
    found = {(link.parent, q.id): link.p_if for q in mali().questions for link in q.links}
    assert found == LINKS


def test_the_bounds_between_scenarios_are_the_drafts() -> None:
    """Any intervention is at least each kind of it; control is at most the attempt."""
    by_id = {s.id: s for s in mali().scenarios}
    whole, control = by_id["intl_intervention"], by_id["jnim_controls_bamako"]
    assert isinstance(whole, Question)
    assert isinstance(control, Question)
    assert whole.at_least_max_of == ("russia_direct", "western_support", "aes_deployment")
    assert control.at_most == "capture_attempt"


def test_the_attempt_on_the_capital_is_the_least_likely_scenario() -> None:
    """The paper calls it that: only what is derived from it may be less likely."""
    own = {f.key: f.prior.p for f in forecasts(mali()) if f.key != "jnim_controls_bamako"}
    assert min(own, key=own.__getitem__) == "capture_attempt"


def test_every_indicators_numbers_are_the_drafts() -> None:
    """What is counted, windows, thresholds, half-lives, baselines and regions, in the draft's order."""
    assert [numbers(i) for i in mali().indicators] == NUMBERS.strip().splitlines()


def test_every_indicators_ratings_are_the_drafts() -> None:
    """What each indicator says about which scenario, and how strongly."""
    assert [effects(i) for i in mali().indicators] == EFFECTS.strip().splitlines()


def test_only_events_that_speak_for_themselves_have_own_weights() -> None:
    """Six indicators reach their weight sooner; the rest use .40/.75/1."""
    own = {i.id: i.count.weights for i in mali().indicators if i.count.weights != (0.40, 0.75, 1.00)}
    assert own == OWN_WEIGHTS


def test_flags_are_the_drafts() -> None:
    """Counter-indicators and those that raise a confirmation task are the draft's."""
    assert {i.id for i in mali().indicators if i.counter} == {
        "convoy_arrival",
        "bamako_reinforced",
        "aes_home_pressure",
    }
    assert {i.id: i.candidate_resolution for i in mali().indicators if i.candidate_resolution} == {
        "coup_event": "coup_attempt",
        "complex_attack_event": "complex_attack_bamako",
        "capture_event": "capture_attempt",
    }
    duration = mali().indicator("blockade_duration").count.while_
    assert duration is not None
    assert (duration.indicator, duration.min_level) == ("convoy_attack_corridor", 1)


def test_every_place_has_a_country_and_generic_names_need_company() -> None:
    """Niamey and Ouagadougou are abroad; names that exist elsewhere too are marked ambiguous."""
    abroad = {p.id: p.country for p in mali().places if p.country != "ML"}
    assert abroad == {"niamey": "NE", "ouagadougou": "BF"}
    ambiguous = {p.id for p in mali().places if p.ambiguous}
    assert ambiguous >= {"san", "kita", "nara", "gao", "fana", "state_tv", "gendarmerie_school", "koulouba"}


@pytest.mark.parametrize(
    ("source", "url", "family", "party"),
    [
        ("rfi-afrique", "", "rfi", False),
        ("my feed", "https://www.jeuneafrique.com/1/mali", "jeuneafrique", False),
        ("ortm", "", "mali_state", True),
        ("my feed", "https://mali.news-pravda.com/x", "russia_state", True),
        ("azzallaqa", "", "jnim_media", True),
        ("my feed", "https://actuniger.com/1", "actuniger", False),
        ("start.com", "https://art.com/1", "start.com", False),
    ],
)
def test_a_source_belongs_to_its_family(source: str, url: str, family: str, party: bool) -> None:
    """Known outlets are found by feed name or host; the state's, JNIM's and Russia's media are parties."""
    who = publisher_of(Item(id="1", source=source, title="t", url=url, fetched=NOON), mali().publisher_rules)
    assert (who.family, who.party) == (family, party)


@pytest.mark.parametrize(
    ("title", "announcement"),
    [
        ("Bamako hosts launch of the AES unified force, flags handed out", True),
        ("L'AES annonce l'envoi prochain de bataillons au Mali", True),
        ("Burkinabe soldiers have arrived in Bamako", False),
        ("Mali : des soldats nigériens déployés à Sikasso, annonce l'état-major", False),
    ],
)
def test_a_ceremony_is_not_a_deployment(title: str, announcement: bool) -> None:
    """Launches and promises are marked as announcements (they count half); arrivals are not."""
    match = counted(headline(title)).get("aes_troop_movement")
    assert match is not None
    assert match.announcement is announcement


@pytest.mark.parametrize(
    "text",
    [
        "Nigeria: troops sent to Niger State after convoy attack",
        "Le convoi de touristes remonte le fleuve Niger jusqu'à Mopti",
        "Somali army convoy ambushed near Kismayo",
        "Kati Outinen stars in new film shown in Nara",
    ],
)
def test_a_neighbours_or_namesakes_news_is_not_malis(text: str) -> None:
    """Niger is not Nigeria, Mali is not Somalia, and a name alone is not a place."""
    assert counted(headline(text)) == {}


@pytest.mark.parametrize("lang", ["en", "fr", None])
def test_background_in_the_body_moves_nothing(lang: str | None) -> None:
    """The sentence every story ends with (coups, blockade, attacks) is not news."""
    english = (
        "The military seized power in coups in 2020 and 2021. Since September JNIM has imposed a fuel "
        "blockade, burning tankers near Bamako. Officers were arrested in August over an alleged plot."
    )
    french = (
        "Les militaires ont pris le pouvoir par deux coups d'État en 2020 et 2021. Depuis septembre, le JNIM "
        "impose un blocus et brûle des citernes près de Bamako. Des officiers ont été arrêtés en août."
    )
    item = headline("Mali : le budget 2026 adopté", summary=french if lang != "en" else english, lang=lang)
    assert counted(item) == {}


@pytest.mark.parametrize(
    "title",
    [
        "Mali : attaque au drone kamikaze contre un camp des FAMa",
        "JNIM uses explosive drones against Mali army post",
    ],
)
def test_a_drone_on_a_post_somewhere_in_mali_is_kept_to_look_at(title: str) -> None:
    """A first flash names the country and no place: it may be near Bamako, so a person sees it and nothing counts."""
    item = Item(id="x", source="afp", fetched=NOON, title=title)
    kept = {m.indicator: m.rejected_by for m in matcher().match_item(item)}
    assert kept["jnim_drones"].startswith("watch: ")


def labelled() -> list[dict[str, Any]]:
    return [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]


def test_the_labelled_set_is_large_mixed_and_apart_from_the_proofs() -> None:
    """At least 120 items in both languages, each indicator three times or more, no proof text reused."""
    items = labelled()
    given = (one for i in mali().indicators if i.proof for one in (*i.proof.must_match, *i.proof.must_not_match))
    proofs = {dict(one)["title"] for one in given}
    seen = Counter(e for item in items for e in item["expected"])
    assert len(items) >= 120
    assert len({item["title"] for item in items}) == len(items)
    assert {item["lang"] for item in items} == {"en", "fr", None}
    assert {i.id for i in mali().indicators if i.matched and seen[i.id] < 3} == set()
    assert sum(not item["expected"] for item in items) >= 60
    assert [item["title"] for item in items if item["title"] in proofs] == []


def test_the_rules_read_the_labelled_set() -> None:
    """Each indicator's precision and recall over the labelled items are at least .95; `maybe` counts neither way."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for entry in labelled():
        published = datetime.fromisoformat(entry["published"])
        item = Item(
            id=entry["id"],
            source=entry["source"],
            title=entry["title"],
            summary=entry["summary"],
            lang=entry["lang"],
            published=published,
            fetched=published,
        )
        found, expected = set(counted(item)) - set(entry.get("maybe", ())), set(entry["expected"])
        right.update(found & expected)
        wrong.update(found - expected)
        missed.update(expected - found)
    low = []
    for indicator in sorted(right | wrong | missed):
        r, w, m = right[indicator], wrong[indicator], missed[indicator]
        precision, recall = r / max(r + w, 1), r / max(r + m, 1)
        print(f"{indicator:24} n={r + m:3}  precision {precision:.2f}  recall {recall:.2f}")
        if min(precision, recall) < 0.95:
            low.append(indicator)
    assert low == []
