"""Checks: a file at fault is refused with the line and what to write; it never crashes the program.

Each file of the corpus is named after what is wrong with it and begins with what must be said about
it, one line for each problem: ``# expect: LINE: words`` (``-`` where YAML tells no line).
"""

import re
from pathlib import Path

import pytest

from indicators.checks import faults_of
from indicators.checks.references import near_names, suggestion
from indicators.errors import Problem, Severity
from indicators.parsing import parse_assessment
from indicators.written import spoken
from tests.builders import a_small_assessment, small

CORPUS = Path(__file__).parents[1] / "corpus" / "assessments"
BAD_FILES = sorted(CORPUS.glob("*.yaml"))
_EXPECT = re.compile(r"# expect: (\d+|-): (.+)")


def problems_of(text: str) -> tuple[Problem, ...]:
    return parse_assessment(text, name="x.yaml")[1]


def changed(was: str, becomes: str) -> str:
    """Return the small assessment with one piece of its text replaced."""
    assert small().count(was) == 1, was
    return small().replace(was, becomes)


@pytest.mark.parametrize("file", BAD_FILES, ids=lambda file: file.stem)
def test_a_bad_file_is_refused_with_exactly_these_problems_at_these_lines(file: Path) -> None:
    """No value comes back, and every fault is named once, at its line, with nothing else beside it."""
    text = file.read_text("utf-8")
    expected = _EXPECT.findall(text)
    assessment, problems = parse_assessment(text, name=file.name)
    assert assessment is None
    assert [p.where for p in problems] == [file.name if n == "-" else f"{file.name}:{n}" for n, _ in expected]
    assert [words for (_, words), p in zip(expected, problems, strict=True) if words not in str(p)] == []
    assert {p.severity for p in problems} == {Severity.ERROR}


def test_faults_of_shape_and_of_names_come_in_one_round() -> None:
    """A missing title, an entry that cannot be read and an unknown name elsewhere: one look, three faults, no echo."""
    text = small()
    text = text.replace("title: {en: Small, fr: Petite}\n", "").replace("lat: 16.2717", "lat: north")
    text = text.replace("region: near", "region: nere")
    problems = problems_of(text)
    assert [p.what for p in problems] == [
        "title: is missing",
        "entry 3 of places, lat: is not a number",
        *["unknown region 'nere'"] * text.count("region: nere"),
    ]
    assert [p.where for p in problems[2:]] == [
        f"x.yaml:{n}" for n, line in enumerate(text.splitlines(), 1) if "region: nere" in line
    ]


def test_what_cannot_be_read_makes_nothing_else_unknown() -> None:
    """A scenario of a wrong shape is told once: not again by each indicator that speaks of it, nor by its statement."""
    problems = problems_of(changed("impact: extreme", "impact: enormous"))
    assert [p.what for p in problems] == ["entry 1 of scenarios, impact: is none of the words that are known here"]
    assert problems[0].instead == "write one of: moderate, high, extreme"


@pytest.mark.parametrize("value", ["abc", "''", "[]", "{}", "-1", "2.5", "1e9", "yes", "null", "[a, b]", "2026-13-45"])
@pytest.mark.parametrize("key", ["as_of", "p", "lat", "horizon_days", "impact", "basis", "thresholds", "marking", "of"])
def test_no_fault_is_told_in_the_words_of_a_library(key: str, value: str) -> None:
    """Whatever stands there, the message is ours: what is wrong with it and what to write."""
    text = re.sub(rf"\b{key}: (\[[^\]]*\]|[^,}}\n]+)", f"{key}: {value}", small(), count=1)
    assert text != small()
    told = " ".join(map(str, problems_of(text))).lower()
    assert not [
        word for word in ("input should", "value error", "valid ", "unable to", "tuple", "dict") if word in told
    ]


def test_the_small_assessment_of_these_tests_is_good() -> None:
    """Every bad file differs from a good one by its fault alone."""
    assert problems_of(small()) == ()
    assert len(BAD_FILES) > 50


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "# only a comment\n",
        "---\n",
        "null\n",
        "[]\n",
        "42\n",
        "\x00",
        "\ud800",
        "{",
        "%YAML 9.9\n---\na: 1",
    ],
    ids=ascii,
)
def test_what_is_no_assessment_at_all_is_refused_in_one_sentence(text: str) -> None:
    """One problem and no exception, whatever was saved under that name."""
    assessment, problems = parse_assessment(text, name="x.yaml")
    assert assessment is None
    assert len(problems) == 1


def test_a_huge_file_is_refused_unread() -> None:
    """A log file given by mistake is not fed to the YAML reader."""
    (problem,) = problems_of("# " + "x" * 2_000_000)
    assert "over 2000000 characters" in problem.what


def test_a_norwegian_file_is_not_a_false_one() -> None:
    """The country code NO and an actor called no are words, not truth values."""
    text = small(country="NO", actors="{no: {any: [Yes Party]}}")
    assessment, problems = parse_assessment(text, name="x.yaml")
    assert problems == ()
    assert assessment is not None
    assert (assessment.country, list(assessment.actors)) == ("NO", ["no"])


def test_a_text_without_a_fault_is_read_once_whatever_its_file_is_called() -> None:
    """What is compared, saved and taken up is one text; another text is another assessment."""
    text = small(author="somebody who is read once")
    once, again = (parse_assessment(text, name=name)[0] for name in ("x.yaml", "y.yaml"))
    other = parse_assessment(text.replace("read once", "read twice"), name="x.yaml")[0]
    assert once is again
    assert other is not None
    assert other.author == "somebody who is read twice"


def test_a_fault_is_told_of_the_file_that_was_asked_about() -> None:
    """Errors and warnings name the file and the line, also of a text that stood in another file before."""
    for text in (changed("author: tests", "autor: tests"), changed("p: 0.12", "p: 0.19")):
        told = [{p.where.partition(":")[0] for p in parse_assessment(text, name=name)[1]} for name in ("x", "y", "x")]
        assert told == [{"x"}, {"y"}, {"x"}]


def test_what_was_read_without_its_examples_is_not_proven() -> None:
    """An example that fails refuses a text that was read before without it."""
    text = changed("[Convoy ambushed near Kolokani]", "[Nothing of the kind]")
    assert parse_assessment(text, name="x.yaml", proven=False)[0] is not None
    assert parse_assessment(text, name="x.yaml")[0] is None


def test_other_shared_concepts_are_another_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """What its words stand for is part of what a text says."""
    before = parse_assessment(small(), name="x.yaml")[0]
    monkeypatch.setattr("indicators.parsing.shared_digest", lambda: "another library")
    assert parse_assessment(small(), name="x.yaml")[0] is not before


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["unix", "windows"])
def test_lines_are_counted_as_an_editor_counts_them(ends: str) -> None:
    """Windows line ends and a byte order mark do not shift the line."""
    text = changed("author: tests", "autor: tests").replace("\n", ends)
    assert "x.yaml:5" in {p.where for p in problems_of("\ufeff" + text)}


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf"])
@pytest.mark.parametrize(
    "was", ["p: 0.12", "window_days: 30", "half_life_days: 45", "lat: 12.6392", "thresholds: [1, 2, 4"]
)
def test_a_number_that_is_no_number_is_refused(was: str, value: str) -> None:
    """YAML knows NaN and infinity; no probability, length of time or latitude is either."""
    key = was.rpartition(" ")[0] if "[" not in was else "thresholds: [1,"
    becomes = f"{key} {value}" if "[" not in was else f"{key} {value}, 4"
    assessment, problems = parse_assessment(changed(was, becomes), name="x.yaml")
    assert assessment is None
    assert len(problems) == 1


def test_a_prior_at_the_edge_of_its_word_is_a_warning_only() -> None:
    """A person should look; the file is used."""
    assessment, problems = parse_assessment(changed("p: 0.12", "p: 0.19"), name="x.yaml")
    assert assessment is not None
    assert [(p.severity, p.where) for p in problems] == [(Severity.WARNING, "x.yaml:35")]
    assert "within 0.03 of the edge" in problems[0].what


@pytest.mark.parametrize("p", [0.15, 0.08, 0.17], ids=["in the middle", "at the margin", "at the other margin"])
def test_a_prior_well_inside_its_word_is_no_warning(p: float) -> None:
    """Exactly the margin is far enough."""
    assert problems_of(changed("p: 0.12", f"p: {p}")) == ()


def test_a_written_reason_allows_a_second_path() -> None:
    """An indicator may feed a parent and its child once the analyst has said why."""
    link = "statements: [S2]}\n    links: [{parent: coup, p_if: 0.7, statements: [S2]}]"
    twice = "effects: {coup: [VL, U], blockade: [L, E]}"
    said = f"{twice}\n    direct_reason: {{blockade: Officers guard the convoys.}}"
    linked = changed("term: likely, basis: stated, statements: [S2]}", f"term: likely, basis: stated, {link}")
    assert ["counted twice" in p.what for p in problems_of(linked.replace("effects: {coup: [VL, U]}", twice))] == [True]
    assert problems_of(linked.replace("effects: {coup: [VL, U]}", said)) == ()


def test_a_problem_reads_as_one_line_for_an_editor() -> None:
    """``file:line: severity: what — instead``: editors jump there."""
    problem = Problem(where="x.yaml:3", what="unknown place 'bamaco'", instead="did you mean bamako?")
    assert str(problem) == "x.yaml:3: error: unknown place 'bamaco' — did you mean bamako?"
    assert str(Problem(where="x", what="bad", severity=Severity.WARNING)) == "x: warning: bad"


SUPPLIES = ("blockade", "convoy", "short_supplies", "short_supply", "shortage", "shortages", "short_supplied")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("shortag", "did you mean shortage or shortages?"),
        ("short_suppli", "did you mean short_supplies, short_supplied or short_supply?"),
        ("convoi", "did you mean convoy?"),
        ("blokade", "did you mean blockade?"),
        ("zzz", "known: blockade, convoy, short_supplies, short_supply, shortage, shortages, short_supplied"),
    ],
)
def test_near_names_are_offered_as_long_as_they_are_about_equally_near(wrong: str, said: str) -> None:
    """One where one is clearly nearest, at most three, and what there is where none is near."""
    assert suggestion(wrong, SUPPLIES) == said


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("indicators", 0, "why", "becuase"), "entry 1 of indicators, why.becuase"),
        (("scenarios", 0, "states", 1), "entry 1 of scenarios, entry 2 of states"),
        (("codes", 0, 2), "entry 1 of codes, entry 3 of the list"),
        (("model", "warn"), "model.warn"),
        ((), ""),
    ],
)
def test_a_place_in_a_file_is_told_as_a_person_counts(path: tuple[str | int, ...], words: str) -> None:
    """Lists from one, tables by their keys."""
    assert spoken(path) == words


def test_at_most_three_names_are_offered() -> None:
    """More are a list to search."""
    assert len(near_names("attack_x", [f"attack_{letter}" for letter in "abcdef"])) == 3
    assert suggestion("zzz", [f"attack_{letter}" for letter in "abcdefghi"]).endswith("attack_h …")
    assert suggestion("zzz", ()) == ""


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("fuel-convoy", "write fuel_convoy"),
        ("dépôt", "write depot"),
        ("2nd_army", "write a name such as fuel_convoy"),
        ('"fuel convoy"', "write fuel_convoy"),
        ("وقود", "write a name such as fuel_convoy"),
        ("at-tack", "write at_tack"),
        ('"a OR b"', "write a_OR_b"),
        ('"convoy "', "write a name such as fuel_convoy"),
    ],
)
def test_a_concept_that_no_query_can_call_is_refused(name: str, instead: str) -> None:
    """At its line, with a name that can be called and is not taken; what it is asked is the grammar itself."""
    (problem,) = problems_of(changed("  convoy: {en:", f"  {name}: {{en: [truck*]}}\n  convoy: {{en:"))
    number = small().splitlines().index("concepts:") + 2
    assert problem.where == f"x.yaml:{number}"
    assert problem.what.startswith(f"no query can call the concept {name.strip(chr(34))!r} as @")
    assert problem.instead == instead


def test_an_actor_that_no_query_can_call_is_refused() -> None:
    """Actors are called in the same way; names with capitals and digits are fine."""
    (problem,) = problems_of(changed("jnim: {any", "al-qaida: {any: [AQ]}, jnim: {any"))
    assert "no query can call the actor 'al-qaida' as #al-qaida" in problem.what
    assert problem.instead == "write al_qaida"
    assert problems_of(changed("jnim: {any", "AQ2_x: {any: [AQ]}, jnim: {any")) == ()


@pytest.mark.parametrize(
    ("old", "new", "what", "instead"),
    [
        pytest.param(
            "{countries: [ML]}",
            "{country: ML}",
            "country: is not a key that is known here",
            "did you mean countries?",
            id="a key that is known elsewhere",
        ),
        pytest.param(
            "{countries: [ML]}",
            "{countries: [NE]}",
            "unknown country 'NE'",
            "add it under countries: NE: {names: […]}",
            id="a country that was never named",
        ),
        pytest.param(
            "@convoy NEAR/12 @attack",
            "@convoy NEAR/12 @kidnapping",
            "unknown concept 'kidnapping'",
            "`watcher concepts` lists those of the library",
            id="a concept that has another name",
        ),
        pytest.param(
            "    where: {region: near}\n",
            "",
            "convoy_attack has no where, and there is no region 'anywhere'",
            "add anywhere: {anywhere: true} under regions",
            id="a where that nobody wrote",
        ),
    ],
)
def test_the_first_faults_of_a_new_file_say_what_to_write(old: str, new: str, what: str, instead: str) -> None:
    """Somebody who writes about another country meets these within the first hour."""
    found = problems_of(changed(old, new).replace("  anywhere: {anywhere: true}\n", ""))
    assert any(what in p.what and instead in p.instead for p in found), [str(p) for p in found]


def test_references_are_checked_before_what_builds_on_them() -> None:
    """One unknown name gives one problem, not a trail of proofs that fail because of it."""
    broken = a_small_assessment().model_copy(update={"concepts": {}})
    assert {fault.what.partition(" '")[0] for fault in faults_of(broken)} == {"unknown concept"}


@pytest.mark.parametrize("deep", ["a: " + "[" * 400_000, "a: " + "{a: " * 300_000, "- " * 500_000, "? " * 500_000])
def test_no_depth_of_nesting_ends_the_process(deep: str) -> None:
    """A faster reader would go down until the stack is gone, and take the daemon with it."""
    assert "not readable as YAML" in str(problems_of(deep)[0])
