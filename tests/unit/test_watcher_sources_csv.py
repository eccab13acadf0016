"""CSV tables: columns that are there become fields, and a table that changed is a fault, never a guess."""

from datetime import UTC, datetime
from typing import Any

import pytest

from indicators.codes import fault_of
from watcher.sources import Fault, Fetched, Response, SourceError, SourceSettings
from watcher.sources.csv_table import CsvOptions, read_table

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TITLED = {"id": "nr", "title": "what"}


def read(text: str | bytes, *, truncated: bool = False, **options: Any) -> Fetched:
    settings = SourceSettings(id="table", url="https://wire.example/t.csv", kind="csv")
    body = text if isinstance(text, bytes) else text.encode()
    answer = Response(status=200, headers={}, body=body, url=settings.url, truncated=truncated)
    return read_table(answer, options=CsvOptions(**({"columns": TITLED} | options)), settings=settings, now=NOON)


def refused(text: str | bytes, **options: Any) -> SourceError:
    with pytest.raises(SourceError) as failure:
        read(text, **options)
    return failure.value


def titles(fetched: Fetched) -> list[str]:
    return [item.title for item in fetched.items]


def test_columns_become_fields_wherever_they_stand() -> None:
    """X09: columns are found by name: another order or a new one changes nothing; a BOM is no letter."""
    (item,) = read(
        "\ufeffnew,what,nr,day,x,y,kind,side\n?,Clash,1,2026-02-27,12.7,-8,Armed clash,Army\n",
        columns={
            "id": "nr",
            "title": ["what", "nr"],
            "occurred": "day",
            "lat": "x",
            "lon": "y",
            "codes": "kind",
            "actors": "side",
        },
        scheme="acled",
    ).items
    assert (item.title, item.lat, item.lon) == ("Clash, 1", 12.7, -8.0)
    assert (item.codes, item.actors) == (("acled:armed clash",), ("Army",))
    assert item.occurred == datetime(2026, 2, 27, tzinfo=UTC)


def test_quotes_hold_commas_and_line_breaks() -> None:
    """A field may hold what otherwise parts fields and rows."""
    assert titles(read('nr,what\r\n1,"Convoy, then\r\nfire ""at"" it"\r\n2,Calm\r\n')) == [
        'Convoy, then fire "at" it',
        "Calm",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("nr;what\n1;a\n", "is the delimiter ';'?", id="X09-delimiter"),
        pytest.param("nr\twhat\n1\ta\n", "is the delimiter 'tab'?", id="X09-tab"),
        pytest.param("nr,headline\n1,a\n", "no column 'what'; there are: nr, headline", id="X09-renamed"),
        pytest.param("nr,What\n1,a\n", "no column 'what'", id="X09-capital"),
        pytest.param("1,a\n2,b\n", "no column 'nr'", id="X09-no-header"),
        pytest.param("nr,what,what\n1,a,b\n", "'what' is there twice", id="X09-twice"),
        pytest.param('nr,what\n1,a\n2,"b\n3,c\n', "line 4: a quotation mark is not closed", id="X09-open-quote"),
        pytest.param('nr,what\n1,"a"b\n', "line 2: ", id="X09-letters-behind-quote"),
        pytest.param(f"nr,what\n1,{'x' * 140_000}\n", "line 2: a field of more than 131072", id="X09-128-KB"),
        pytest.param(f'nr,what\n1,"{"x,1" * 90_000}', "a field of more than 131072", id="X09-open-quote-128-KB"),
        pytest.param("nr,what\n1,a\0b\n", "NUL", id="X09-NUL"),
        pytest.param("nr,what\n1,é\n".encode("latin-1"), "not utf-8 text at byte 10", id="X09-latin-1"),
        pytest.param("nr,what\n1,a\n".encode("utf-16"), "utf-8", id="X09-utf-16"),
    ],
)
def test_a_table_that_is_not_the_one_described_is_a_fault(text: str | bytes, words: str) -> None:
    """X09: the fault is "columns changed", the message says what was found, and no row is guessed at."""
    error = refused(text)
    assert error.fault is Fault.COLUMNS
    assert words in error.detail


@pytest.mark.parametrize(
    ("body", "fault"),
    [(b"<html>Log in</html>", Fault.NOT_A_FEED), (b'{"error": 1}', Fault.NOT_A_FEED), (b" \n", Fault.EMPTY)],
)
def test_what_is_no_table_at_all_is_told_apart(body: bytes, fault: Fault) -> None:
    """T20: a page, an error in JSON and nothing at all have names of their own."""
    assert refused(body).fault is fault


def test_a_row_with_other_fields_is_skipped_and_counted() -> None:
    """I22: one row with a comma too many takes nobody with it, and the note names its line."""
    fetched = read("nr,what\n1,a\n2,b,c\n\n3,d\n4,\n")
    assert titles(fetched) == ["a", "d"]
    assert "skipped 2 unreadable records (the first: line 3: 3 fields under 2 columns)" in fetched.note


def test_a_table_of_which_no_row_can_be_read_is_a_fault() -> None:
    """A source whose every row is lost is blind, and blindness is no silence."""
    error = refused("nr,what\n1,a,b\n2,c,d\n")
    assert error.fault is Fault.NOT_A_FEED
    assert "none of its 2 records" in error.detail


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("nr,what\n1,a\n2,b", ["a"]),
        ("nr,what\n1,a\n2,b\n", ["a", "b"]),
        ('nr,what\n1,a\n2,"b\nand', ["a"]),
        ('nr,what\n1,a\n2,"b', ["a"]),
    ],
)
def test_a_table_that_broke_off_keeps_its_whole_rows(text: str, whole: list[str]) -> None:
    """T15, X06: half a row is not used: half a number looks like a number."""
    fetched = read(text, truncated=True)
    assert titles(fetched) == whole
    assert fetched.partial


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_another_encoding_is_read_where_it_is_said(encoding: str) -> None:
    """X05: the operator names the encoding; it is not guessed."""
    assert titles(read("nr,what\n1,Ségou\n".encode(encoding), encoding=encoding)) == ["Ségou"]


@pytest.mark.parametrize(("delimiter", "mark"), [(";", ";"), ("tab", "\t"), ("|", "|")])
def test_another_delimiter_is_read_where_it_is_said(delimiter: str, mark: str) -> None:
    """The operator names the delimiter; it is not guessed."""
    assert titles(read(f"nr{mark}what\n1{mark}a,b\n", delimiter=delimiter)) == ["a,b"]


def test_a_way_to_write_dates_can_be_said() -> None:
    """Day first or month first cannot be seen in 03/02/2026, so the operator says it."""
    columns = {"title": "what", "occurred": "day"}
    (item,) = read("what,day\na,03/02/2026\n", columns=columns, date_format="%d/%m/%Y").items
    assert item.occurred == datetime(2026, 2, 3, tzinfo=UTC)
    fetched = read("what,day\na,03/02/2026\n", columns=columns)
    assert fetched.items[0].occurred is None
    assert "a date cannot be read (line 2: '03/02/2026')" in fetched.note


# ACLED's export

HEAD = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,actor2,"
    "assoc_actor_2,civilian_targeting,country,admin1,location,latitude,longitude,source,notes,fatalities,timestamp\n"
)
ROW = (
    'MLI1,{day},2026,1,Political violence,Battles,Armed clash,Army of Mali,"Police; Militia A",Group B,,,Mali,'
    'Koulikoro,Kati,12.744,-8.072,"Paper A; Paper B","On 27 February, shots were heard.",3,1772352000\n'
)


@pytest.mark.parametrize("day", ["2026-02-27", "27 February 2026"], ids=["new-export", "old-export"])
def test_an_export_of_acled_needs_no_map(day: str) -> None:
    """Its day, types, sides, place and notes are known, in the ways its exports have been written."""
    (item,) = read(HEAD + ROW.format(day=day), columns={}, preset="acled").items
    assert item.title == "Armed clash: Army of Mali / Group B, Kati, Mali"
    assert item.occurred == datetime(2026, 2, 27, tzinfo=UTC)
    assert item.published == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert item.codes == ("acled:battles", "acled:armed clash")
    assert not [fault for code in item.codes if (fault := fault_of(code))]
    assert item.actors == ("Army of Mali", "Police", "Militia A", "Group B")
    assert (item.lat, item.lon, item.place) == (12.744, -8.072, "Kati, Koulikoro, Mali")
    assert item.summary == "On 27 February, shots were heard."
    assert item.content == "Fatalities: 3.\nSources: Paper A; Paper B."


def test_an_export_of_acled_with_other_columns_is_a_fault() -> None:
    """X09: a renamed column is noticed in the built-in map too."""
    error = refused((HEAD + ROW).replace("sub_event_type", "subtype"), columns={}, preset="acled")
    assert error.fault is Fault.COLUMNS
    assert "'sub_event_type'" in error.detail


def test_an_event_of_an_unknown_day_is_not_one_of_today() -> None:
    """I09: a row whose day cannot be read is left out and counted: undated, it would count as news."""
    fetched = read(HEAD + ROW.format(day="2026-02-27") + ROW.format(day="soon"), columns={}, preset="acled")
    assert len(fetched.items) == 1
    assert "event_date 'soon' is no day" in fetched.note
