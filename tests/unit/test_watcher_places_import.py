"""Importing and looking up places: any file is read to its end or refused, and what was done is told."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from indicators.documents import Document
from indicators.errors import Severity
from indicators.parsing import parse_assessment
from indicators.places import Gazetteer
from indicators.places.geonames import COLUMNS, names_from, parse_row
from tests.builders import SHIPPED, an_item, mali, small
from watcher.cli import app
from watcher.gazetteers import bundled, fingerprint, load_atlas
from watcher.gazetteers.compact import read_places
from watcher.gazetteers.lines import LONGEST_LINE
from watcher.settings import load_settings

CORPUS = Path(__file__).parents[1] / "corpus" / "geonames"
GOOD, BROKEN = CORPUS / "ML.txt", CORPUS / "broken.txt"


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["places", *map(str, arguments)])


def _imported(folder: Path, *options: str, dump: Path = GOOD) -> dict[str, Any]:
    target = folder / "places.tsv"
    done = _run("import", dump, "--to", target, "--json", "--force", *options)
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["file"] == str(target)
    return told


def _names(path: Path) -> list[str]:
    atlas, problems = read_places(path)
    assert not problems
    return [p.names[0] for p in atlas.places]


def test_an_import_keeps_towns_and_villages_and_tells_what_it_did(tmp_path: Path) -> None:
    """Features that are no settlement and places that are gone stay out; each is counted."""
    told = _imported(tmp_path)
    assert told["kept"] == 19
    assert told["by_country"] == {"BF": 1, "ML": 17, "SN": 1}
    assert told["left_out"] == {"other features": 2, "no longer there": 1}
    assert told["broken"] == 0
    names = _names(tmp_path / "places.tsv")
    assert "Bandiagara" in names
    assert not {"Ancien Village", "Région de Mopti", "Sévaré Airport"} & set(names)


def test_the_file_goes_below_places_and_the_next_step_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --to it is places/ML.tsv; a second import overwrites it only when told to."""
    monkeypatch.chdir(tmp_path)
    done = _run("import", GOOD)
    assert done.exit_code == 0
    assert "gazetteers: [places/ML.tsv, bundled]" in done.stdout
    again = _run("import", GOOD)
    assert again.exit_code == 1
    assert "--force" in again.stderr
    assert _run("import", GOOD, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (("--min-population", "50000"), {"Bamako", "San", "Koro"}),
        (("--feature", "AIRP"), {"Sévaré Airport"}),
        (("--feature", "PPLA", "--feature", "PPLQ"), {"Tombouctou", "Ancien Village"}),
        (("--near", "Koro", "--within", "60"), {"Koro", "Bankass"}),
        (("--near", "tombouctou", "--within", "1"), {"Tombouctou"}),
        (("--near", "14.35,-3.61", "--within", "10"), {"Bandiagara"}),
    ],
)
def test_an_analyst_chooses_what_is_kept(options: tuple[str, ...], kept: set[str], tmp_path: Path) -> None:
    """By size, by feature of GeoNames, by distance from a place or a point."""
    _imported(tmp_path, *options)
    assert set(_names(tmp_path / "places.tsv")) == kept


def test_names_that_would_find_nothing_or_too_much_are_left_out() -> None:
    """Airport codes, transliterations, other scripts and mere accents; the place's own name always stays."""
    others = ["TOM", "Timbuktu", "tmbktw", "Tombouctou", "TOMBOUCTOU", "टिम्बकटू", "Тимбукту", "تمبكتو", "", "x|y", "12"]
    assert names_from("Tombouctou", others) == ("Tombouctou", "Timbuktu", "Тимбукту", "تمبكتو")
    assert names_from("bla", []) == ("bla",)


def test_broken_lines_are_named_and_the_others_go_on(tmp_path: Path) -> None:
    """The first ten with file, line and reason, the rest counted; what is good is kept."""
    target = tmp_path / "places.tsv"
    done = _run("import", BROKEN, "--to", target, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["broken"] == 13
    reasons = {
        2: "3 columns",
        3: "latitude '95'",
        4: "longitude '-181'",
        5: "latitude 'nan'",
        6: "'12,5'",
        7: "no name",
        8: "'8x'",
        9: "NUL",
        10: "not UTF-8",
        11: "twice",
    }
    lines = done.stderr.splitlines()
    for number, reason in reasons.items():
        (line,) = [x for x in lines if x.startswith(f"{BROKEN}:{number}: warning")]
        assert reason in line
    assert "3 more line(s) are broken" in lines[-1]
    assert len(lines) == 11
    assert _names(target) == ["Diré", "Goundam"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no row of GeoNames"),
        (b"\n\n\n", "no row of GeoNames"),
        (b"hello\nworld\n", "no row of GeoNames"),
        (b"PK\x03\x04 and so on", "ZIP archive"),
        ("Bamako;12.6;-8.0\n".encode("utf-16"), "no row of GeoNames"),
        (os.urandom(300_000), "no row of GeoNames"),
        (b"\x00" * 3_000_000, "no row of GeoNames"),
        (("\t" * (COLUMNS - 1) + "\n").encode() * 50, "no row of GeoNames"),
    ],
    ids=["empty", "blank lines", "prose", "zip", "utf-16", "noise", "one long line", "tabs"],
)
def test_a_file_without_a_good_line_is_an_error_and_nothing_is_written(
    content: bytes, said: str, tmp_path: Path
) -> None:
    """Exit code 1 and one clear error, whatever the file holds."""
    dump, target = tmp_path / "X.txt", tmp_path / "places.tsv"
    dump.write_bytes(content)
    done = _run("import", dump, "--to", target)
    assert done.exit_code == 1
    (error,) = [line for line in done.stderr.splitlines() if ": error: " in line]
    assert said in error
    assert not target.exists()


def test_a_huge_file_without_an_end_of_line_is_one_broken_line(tmp_path: Path) -> None:
    """It is read in pieces and never held: 150 MB of it with a memory that has room for 60."""
    dump = tmp_path / "X.txt"
    with dump.open("wb") as file:
        file.write(GOOD.read_bytes())
        file.truncate(150_000_000)
    command = (
        "import resource\n"
        "from pathlib import Path\n"
        "from watcher.gazetteers.dump import Selection, read_dump\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"done = read_dump(Path({str(dump)!r}), Selection())\n"
        "grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "print(len(done.places), done.broken.count, grown)\n"
    )
    ran = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    kept, broken, grown = map(int, ran.stdout.split())
    assert (kept, broken) == (19, 1)
    assert grown < 60_000, "kilobytes"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("no.txt",), 1, "No such file"),
        ((".",), 1, "directory"),
        ((GOOD, "--near", "Koro"), 2, "go together"),
        ((GOOD, "--near", "Nowhere", "--within", "5"), 2, "no town"),
        ((GOOD, "--near", "95,1", "--within", "5"), 2, "not between -90 and 90"),
        ((GOOD, "--near", "12", "--within", "5"), 2, "LAT,LON"),
        ((GOOD, "--min-population", "99999999"), 1, "no place is left: 19 too small"),
        ((GOOD, "--feature", "XYZ"), 1, "no place is left"),
    ],
)
def test_a_wrong_import_is_told_and_writes_nothing(
    arguments: tuple[str | Path, ...], code: int, said: str, tmp_path: Path
) -> None:
    """A missing file, half an option, a place that is not there, a choice that leaves nothing."""
    target = tmp_path / "places.tsv"
    done = _run("import", *arguments, "--to", target)
    assert done.exit_code == code
    assert said in done.stderr
    assert not target.exists()


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A path below a file is no path."""
    (tmp_path / "file").write_text("x", "utf-8")
    done = _run("import", GOOD, "--to", tmp_path / "file" / "places.tsv")
    assert done.exit_code == 1
    assert "--to" in done.stderr


@pytest.mark.parametrize("length", [LONGEST_LINE - 1, LONGEST_LINE, LONGEST_LINE + 1, 3 * LONGEST_LINE])
def test_a_line_of_any_length_leaves_the_next_one_whole(length: int, tmp_path: Path) -> None:
    """The limit cuts a line off and not the file."""
    dump = tmp_path / "X.txt"
    dump.write_bytes(b"x" * length + b"\n" + GOOD.read_bytes())
    assert _imported(tmp_path, dump=dump)["kept"] == 19


def test_any_row_is_a_place_or_a_reason() -> None:
    """Every cell of a good row in turn replaced by nonsense: one of the two comes back, never an exception."""
    cells = GOOD.read_text("utf-8").splitlines()[0].split("\t")
    for column in range(COLUMNS):
        for nonsense in ("", "\x00", "x" * 5000, "9" * 5000, "-1", "1e999", "٣", "nan", "²", "\ud800", "\u202e", "|"):
            row, what = parse_row("\t".join([*cells[:column], nonsense, *cells[column + 1 :]]))
            assert (row is None) is bool(what)
            place = row.place() if row else None
            assert place is None or all(name.isprintable() for name in place.names)


def test_the_bundled_gazetteer_has_the_towns_of_a_country() -> None:
    """Only of the countries asked for, with their spellings and positions."""
    atlas, problems = load_atlas(["bundled"], ["ML", "BF"])
    assert not problems
    assert {p.country for p in atlas.places} == {"ML", "BF"}
    (bamako,) = [p for p in atlas.places if p.names[0] == "Bamako" and p.country == "ML"]
    assert bamako.population > 1_000_000
    assert (bamako.lat, bamako.lon) == pytest.approx((12.6, -8.0), abs=0.1)
    assert any("Tombouctou" in p.names for p in atlas.places)
    assert load_atlas(["bundled"], []) == (atlas.__class__(), ())


def test_the_bundled_file_is_built_as_it_is_searched() -> None:
    """Braces stand around places only: so the object around a country's code is that place."""
    text = (Path(str(files(bundled.PACKAGE))) / bundled.FILE).read_bytes()
    places = text.count(b'"countrycode": "')
    assert places > 100_000
    assert text.count(b"{") == text.count(b"}") == places + 1


def test_a_missing_bundled_gazetteer_is_told_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warning that says what to do; the assessment's own places still work."""
    monkeypatch.setattr(bundled, "PACKAGE", "no_such_package")
    atlas, (problem,) = load_atlas(["bundled"], ["TD"])
    assert not atlas.places
    assert problem.severity is Severity.WARNING
    assert "install" in problem.instead


def test_an_imported_file_goes_before_the_bundled_one(tmp_path: Path) -> None:
    """Both are used; a file is read again when it changed, and a bad line of it is only a warning."""
    _imported(tmp_path)
    path = tmp_path / "places.tsv"
    gazetteers = [str(path), "bundled"]
    names = {p.names[0] for p in load_atlas(gazetteers, ["ML"])[0].places}
    assert {"Diallassagou", "Tessalit"} <= names
    known = next(p.key for p in load_atlas(["bundled"], ["ML"])[0].places if p.names[0] == "Tessalit")
    path.write_text(path.read_text("utf-8") + f"{known}\t20.2\t1.0\tML\t0\tTessalit-Ville\n", "utf-8")
    both = [p.names for p in load_atlas(gazetteers, ["ML"])[0].places if p.key == known]
    assert both == [("Tessalit-Ville",)]
    before = fingerprint(gazetteers)
    path.write_text(path.read_text("utf-8") + "7\t99\t0\tML\t0\tNowhere\n8\t15\t-3\tML\t0\tNew Village\n", "utf-8")
    atlas, (problem,) = load_atlas(gazetteers, ["ML"])
    assert "New Village" in {p.names[0] for p in atlas.places}
    assert "latitude '99'" in str(problem)
    assert problem.severity is Severity.WARNING
    assert fingerprint(gazetteers) != before


CONFIGURATION = """
assessments: [small.yaml]
gazetteers: [{gazetteers}]
sources: [{{id: one, url: "https://example.org/feed"}}]
recipients: [{{id: desk, channels: {{console: ""}}}}]
routes: [{{to: [desk]}}]
last_resort: desk
"""


def _configured(folder: Path, gazetteers: str) -> Path:
    (folder / "small.yaml").write_text(small(), "utf-8")
    path = folder / "watcher.yaml"
    path.write_text(CONFIGURATION.format(gazetteers=gazetteers), "utf-8")
    return path


def test_a_configuration_names_its_gazetteers_relative_to_itself(tmp_path: Path) -> None:
    """places/ML.tsv lies beside watcher.yaml, wherever the daemon was started."""
    (tmp_path / "places").mkdir()
    _run("import", GOOD, "--to", tmp_path / "places" / "ML.tsv")
    settings, problems = load_settings(_configured(tmp_path, "places/ML.tsv, bundled"))
    assert settings is not None, problems
    assert settings.gazetteers == (str(tmp_path / "places" / "ML.tsv"), "bundled")


def test_without_a_word_a_configuration_uses_the_bundled_gazetteer(tmp_path: Path) -> None:
    """A newcomer's villages are found."""
    path = _configured(tmp_path, "")
    path.write_text(path.read_text("utf-8").replace("gazetteers: []\n", ""), "utf-8")
    settings, _ = load_settings(path)
    assert settings is not None
    assert settings.gazetteers == ("bundled",)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.tsv", None, "No such file"),
        ("ML.txt", GOOD.read_bytes(), "`watcher places import"),
        ("ML.zip", b"PK\x03\x04", "ZIP archive"),
        ("empty.tsv", b"", "not written by Watcher"),
        ("bundle", None, "No such file"),
    ],
)
def test_a_gazetteer_that_is_none_is_refused_at_its_line(
    name: str, content: bytes | None, said: str, tmp_path: Path
) -> None:
    """A missing file, a dump that was not imported, an archive: what to do instead is said."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    settings, problems = load_settings(_configured(tmp_path, name))
    assert settings is None
    (problem,) = problems
    assert problem.where.endswith("watcher.yaml:3")
    assert said in str(problem)


@pytest.fixture
def assessment(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(small(), "utf-8")
    return path


def test_find_tells_where_a_name_is_known_and_what_it_means(assessment: Path, tmp_path: Path) -> None:
    """The assessment, a file and the bundled gazetteer each tell; the verdict is the matcher's own."""
    _imported(tmp_path)
    options = ("-a", assessment, "--places", tmp_path / "places.tsv", "--places", "bundled")
    done = _run("find", "bamako", *options, "--json")
    told = json.loads(done.stdout)
    assert [p["source"] for p in told["places"]] == ["assessment", str(tmp_path / "places.tsv"), "bundled"]
    assert told["verdict"] == "The name alone means bamako."
    verdicts = {n: json.loads(_run("find", n, *options, "--json").stdout)["verdict"] for n in ("San", "Touré", "Mali")}
    assert "only after a place word" in verdicts["San"]
    assert "only after a place word" in verdicts["Touré"]
    assert "No report is located" in verdicts["Mali"]


def test_find_prints_the_line_to_write_into_the_assessment(assessment: Path) -> None:
    """A region can only be drawn around a place of the assessment: the missing one is ready to paste."""
    done = _run("find", "Bandiagara", "-a", assessment)
    assert done.exit_code == 0
    assert "- {id: bandiagara, lat: 14.3" in done.stdout
    line = next(x for x in done.stdout.splitlines() if "- {id: bandiagara" in x)
    assessment.write_text(small().replace("countries: ", f"{line}\ncountries: ", 1), "utf-8")
    assert "The name alone means bandiagara." in _run("find", "Bandiagara", "-a", assessment).stdout


def test_find_says_what_is_written_almost_so(assessment: Path) -> None:
    """Exit code 1 and the nearest names."""
    done = _run("find", "Bandiagra", "-a", assessment)
    assert done.exit_code == 1
    assert "Bandiagara" in done.stdout


def test_near_lists_what_a_region_would_hold(assessment: Path, tmp_path: Path) -> None:
    """The nearest first with its distance, from a name or a point."""
    _imported(tmp_path)
    options = ("-a", assessment, "--places", tmp_path / "places.tsv", "--json")
    told = json.loads(_run("near", "Koro", "--within", "60", *options).stdout)
    assert [(p["id"].split(",")[0], p["km"]) for p in told["places"]] == [("Koro", 0.0), ("Bankass", 47.5)]
    told = json.loads(_run("near", "12.64,-8.0", "--within", "10", *options).stdout)
    assert "bamako" in [p["id"] for p in told["places"]]


def test_looking_up_uses_the_assessment_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a configuration and without --assessment it is the one that ships, and the command says so."""
    monkeypatch.chdir(tmp_path)
    done = _run("find", "Bamako")
    assert (done.exit_code, "mali-2025-12 (it ships with Watcher)" in done.stderr) == (0, True)
    _configured(tmp_path, "bundled")
    told = _run("find", "Bamako")
    assert ("The name alone means bamako." in told.stdout, told.stderr) == (True, "")


PAGE = (Path(__file__).parents[2] / "docs" / "places.md").read_text("utf-8")
TOLD = re.findall(r"(?m)^\| (.+?) \| (.+?) \| .+ \|$", PAGE)[1:]


@pytest.mark.parametrize(("title", "wanted"), TOLD)
def test_the_guides_table_is_true(title: str, wanted: str) -> None:
    """What docs/places.md says of a report is what the shipped assessment and the bundled gazetteer make of it."""
    where = _guides().locate(Document(an_item(title)))
    located = ", ".join(p.place for p in where.places) or ", ".join(sorted(where.countries)) or "nowhere"
    assert located == wanted


@cache
def _guides() -> Gazetteer:
    atlas, problems = load_atlas(["bundled"], mali().countries)
    assert not problems
    return Gazetteer(mali().places, mali().countries, mali().regions, atlas=atlas)


def test_the_guides_regions_pass_in_the_shipped_assessment() -> None:
    """Each kind of region of docs/places.md is one that `watcher check` accepts."""
    (block,) = re.findall(r"(?s)```yaml\nregions:\n(.*?)```", PAGE)
    shipped = (SHIPPED / "mali-2025-12.yaml").read_text("utf-8")
    lines = [line for line in block.splitlines() if line.split(":")[0].strip() not in mali().regions]
    assert len(lines) > 3
    text = shipped.replace("\nregions:\n", "\nregions:\n" + "\n".join(lines) + "\n", 1)
    assessment, problems = parse_assessment(text, name="guide")
    assert assessment is not None, problems


def test_the_command_line_loads_no_gazetteer_to_say_help() -> None:
    """Help answers at once: neither the package of places nor our reader of it is imported."""
    command = "import sys, watcher.cli; print([m for m in sys.modules if 'geonames' in m or 'gazetteers' in m])"
    ran = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
