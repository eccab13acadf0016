"""An operator's own layouts: what they may do, what they may cost, and that none of it stops a warning."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alerts.catalogue import LANGUAGES
from alerts.layouts.apart import PAUSE, STANDS, LayoutError, OwnLayouts
from alerts.layouts.environment import shipped, shipped_names
from alerts.layouts.own import read_own
from alerts.messages import LAYOUTS, LONGEST, render
from alerts.messages.samples import samples
from tests.builders import a_sighting, an_alert
from tests.noticing import a_notice

TEXT = "alert.en.txt.j2"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


Make = Callable[..., OwnLayouts]
"""Makes layouts by name; ``_`` stands for a dot and ``__`` for a slash."""


@pytest.fixture
def own(clock: Clock) -> Iterator[Make]:
    made: list[OwnLayouts] = []

    def make(**layouts: str) -> OwnLayouts:
        named = {name.replace("__", "/").replace("_", "."): text for name, text in layouts.items()}
        made.append(OwnLayouts(named, clock=clock))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_an_own_layout_stands_in_the_place_of_what_ships(own: Make) -> None:
    """In its language and form alone; the rest goes out as before."""
    layouts = own(alert_en_txt_j2="OURS {{ question }} {{ after }}")
    english, french = render(an_alert(), lang="en", own=layouts), render(an_alert(), lang="fr", own=layouts)
    assert english.text == "OURS Coup attempt 24 %"
    assert (english.html, french.text) == (render(an_alert(), lang="en").html, render(an_alert(), lang="fr").text)
    assert not english.refused


def test_a_layout_may_build_on_what_ships_and_on_its_neighbours(own: Make) -> None:
    """A block of the shipped page is replaced, and a file of the same folder is included."""
    layouts = own(
        alert_en_html_j2='{% extends "shipped/alert.en.html.j2" %}'
        '{% block foot %}{% include "ours.html.j2" %}{% endblock %}',
        ours_html_j2="Sahel Desk &amp; {{ id }}",
    )
    page = render(an_alert(), lang="en", own=layouts)
    assert "Sahel Desk &amp; 0123456789abcdef" in page.html
    assert "Coup attempt?" in page.html
    assert not page.refused


# J01: the ways out of a sandbox that are known, each refused or without effect.
ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ id.__class__ }}",
    "{{ id|attr('__class__') }}",
    "{{ '{0.__class__}'.format(id) }}",
    "{{ id.format_map({}) .__class__}}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ namespace(x=1) }}",
    "{{ self.__init__ }}",
    "{{ evidence|map(attribute='__class__')|list }}",
    "{{ evidence.append(1) }}",
    "{{ config }}",
    "{% include '../../etc/passwd' %}",
    "{% include '/etc/passwd' %}",
    "{% extends id %}",
    "{% import 'os' as os %}{{ os.environ }}",
    "{{ ''|xmlattr }}",
    "{{ evidence|sum(attribute='__class__') }}",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_no_way_out_of_the_sandbox(own: Make, text: str) -> None:
    """J01: an attribute, a format, a global, a filter or a file that is not given is refused; the warning goes out."""
    layouts = own(alert_en_txt_j2=text)
    words = render(an_alert(), lang="en", own=layouts)
    assert words.text == render(an_alert(), lang="en").text
    assert list(words.refused) == [TEXT] == list(layouts.faults)
    assert "root:" not in words.text


COSTLY = [
    "{% for a in 'x' * 100000 %}{% for b in 'x' * 100000 %}{% endfor %}{% endfor %}",
    "{{ 'x' * 10 ** 9 }}",
    "{{ '%1000000000s' % id }}",
    "{{ 10 ** (10 ** 8) }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'alert.en.txt.j2' %}",
    "{{ id | indent(10 ** 9) }}",
]


@pytest.mark.parametrize("text", COSTLY)
def test_a_layout_without_end_is_stopped(own: Make, text: str) -> None:
    """J02: time, memory and recursion are bounded by a process of its own; the next message has another."""
    layouts = own(alert_en_txt_j2=text, alert_fr_txt_j2="OK {{ question }}")
    words = render(an_alert(), lang="en", own=layouts)
    assert words.text == render(an_alert(), lang="en").text
    assert list(words.refused) == [TEXT]
    assert render(an_alert(), lang="fr", own=layouts).text == "OK Tentative de coup"


def test_what_had_to_be_stopped_is_left_out_for_a_while(own: Make, clock: Clock) -> None:
    """J02: a storm of messages does not pay for it each time; later it is tried again."""
    layouts = own(alert_en_txt_j2="{{ 10 ** (10 ** 8) }}")
    assert render(an_alert(), lang="en", own=layouts).refused
    assert layouts._child is None
    assert render(an_alert(), lang="en", own=layouts).refused
    assert layouts._child is None
    clock.now += PAUSE
    assert render(an_alert(), lang="en", own=layouts).refused
    assert layouts.faults


def test_a_fault_stands_though_the_next_message_comes_out_well(own: Make, clock: Clock) -> None:
    """J03: a layout that fails on some alerts is told, however soon another one hides it; an hour without is enough."""
    layouts = own(alert_en_txt_j2="{% if after == '24 %' %}{{ nobody }}{% endif %}{{ question }}")
    well = an_alert(after=0.3)
    assert render(an_alert(), lang="en", own=layouts).refused
    assert not render(well, lang="en", own=layouts).refused
    assert list(layouts.faults) == [TEXT]
    clock.now += STANDS
    assert not render(well, lang="en", own=layouts).refused
    assert not layouts.faults


@pytest.mark.parametrize("text", ["{{ nobody }}", "{{ question.first.second }}", "{{ evidence + 1 }}", "{% if %}"])
def test_a_layout_that_fails_costs_nothing_but_itself(own: Make, text: str) -> None:
    """J03: an unknown name, a wrong type or a slip of the pen: what ships stands in, and the fault has a name."""
    words = render(an_alert(), lang="en", own=own(alert_en_txt_j2=text))
    assert words.text == render(an_alert(), lang="en").text
    assert not words.fallback
    assert "Error" in words.refused[TEXT]


def test_an_empty_or_endless_message_is_none(own: Make) -> None:
    """J04: nothing at all and a text that nobody reads are faults; one that is only long is cut, and says so."""
    for text in ("", "   \n", "{{ 'x' * 300000 }}"):
        words = render(an_alert(), lang="en", own=own(alert_en_txt_j2=text))
        assert words.text == render(an_alert(), lang="en").text
        assert words.refused
    cut = render(an_alert(), lang="en", own=own(alert_en_txt_j2="{{ 'x' * 50000 }}"))
    assert cut.text.endswith("[cut]")
    assert len(cut.text) < LONGEST + 10


def test_an_own_layout_bends_no_header(own: Make) -> None:
    """J05: the subject is ours and one line, whatever a layout or a headline holds."""
    layouts = own(alert_en_txt_j2="first\r\nBcc: x@example.org\r\n\r\nsecond")
    words = render(an_alert(evidence=(a_sighting("a\r\nBcc: y@example.org"),)), lang="en", own=layouts)
    assert words.subject == render(an_alert(), lang="en").subject
    assert "\n" not in words.subject


def test_what_a_feed_wrote_is_text_in_an_own_page_too(own: Make) -> None:
    """J06: values are escaped by the form; there is no filter that would mark them as safe."""
    hostile = an_alert(evidence=(a_sighting("<script>x</script>{{ 7*7 }}"),))
    page = render(hostile, lang="en", own=own(alert_en_html_j2="<p>{{ evidence[0].title }}</p>")).html
    assert page == "<p>&lt;script&gt;x&lt;/script&gt;{{ 7*7 }}</p>"
    assert render(hostile, lang="en", own=own(alert_en_html_j2="{{ evidence[0].title|safe }}")).refused


def test_a_client_has_its_own_layout_and_sees_no_others(own: Make) -> None:
    """J07: the client's before the common one before what ships; another client's cannot even be included."""
    layouts = own(
        acme__notice_en_txt_j2="FOR ACME {{ name }}",
        notice_en_txt_j2="FOR ALL {{ name }}",
        beta__notice_fr_txt_j2="BETA",
    )
    assert render(a_notice(), lang="en", own=layouts).text == "FOR ACME Coup attempt"
    assert render(a_notice(client="beta"), lang="en", own=layouts).text == "FOR ALL Coup attempt"
    assert "BETA" not in render(a_notice(), lang="fr", own=layouts).text
    spy = own(acme__notice_en_txt_j2='{% include "beta/notice.fr.txt.j2" %}', beta__notice_fr_txt_j2="BETA")
    told = render(a_notice(), lang="en", own=spy)
    assert list(told.refused) == ["acme/notice.en.txt.j2"]
    assert "BETA" not in told.text


def test_the_page_has_the_words_of_the_own_text(own: Make) -> None:
    """A section that an own text words otherwise stands so on the page and in print; the others as they ship."""
    text = '{% extends "shipped/notice.en.txt.j2" %}{% block advice %}OUR ADVICE: {{ advice }}{% endblock %}'
    words = render(a_notice(), lang="en", own=own(notice_en_txt_j2=text))
    assert not words.refused
    for said in (words.text, words.html):
        assert "OUR ADVICE: Keep two weeks of fuel." in said
    assert "usually reliable" in words.html


def test_a_layout_sees_neither_files_nor_secrets(own: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """J07: its process has three open files, none of our environment, and a bound on what it may take."""
    monkeypatch.setenv("CANARY_SECRET", "sn0wdrop")
    layouts = own(alert_en_txt_j2="OK")
    render(an_alert(), lang="en", own=layouts)
    assert layouts._child is not None
    process = layouts._child._process.pid
    if not Path(f"/proc/{process}").exists():
        pytest.skip("this system does not show what a process holds")
    assert b"sn0wdrop" not in Path(f"/proc/{process}/environ").read_bytes()
    assert len([*Path(f"/proc/{process}/fd").iterdir()]) == 3
    limits = Path(f"/proc/{process}/limits").read_text("ascii")
    assert [line.split()[3] for line in limits.splitlines() if line.startswith("Max open files")] == ["3"]


@pytest.mark.parametrize("kind", sorted(LAYOUTS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_ships_reads_the_same_as_an_own_layout(own: Make, kind: str, lang: str) -> None:
    """A copy of what ships changes nothing: everything that a layout is given is a plain value."""
    copies = own(**{name: shipped(name) or "" for name in shipped_names()})
    alert = samples()[kind]
    mine = render(alert, lang=lang, own=copies)
    assert mine == render(alert, lang=lang)
    assert not mine.fallback
    assert not mine.unlaid


def test_no_layout_no_child(own: Make) -> None:
    """Who has none of a name pays nothing for it."""
    layouts = own(alert_fr_txt_j2="x")
    render(an_alert(), lang="en", own=layouts)
    assert layouts._child is None
    with pytest.raises(LayoutError, match="no plain value"):
        layouts.lay_out("alert.fr.txt.j2", {"x": object()})


WRONG = {
    "Alert.en.txt.j2": "small letters",
    "nobody/notice.en.txt.j2": "no client 'nobody'",
    "acme/alert.en.txt.j2": "notices alone",
}


def test_a_folder_is_read_with_what_is_wrong_in_it(tmp_path: Path) -> None:
    """What cannot be used is named with what to do, and what can is used."""
    for name in (*WRONG, "alert.en.txt.j2", "acme/notice.fr.html.j2", "readme.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", "utf-8")
    (tmp_path / "system.en.txt.j2").write_bytes(b"\xff\xfe")
    (tmp_path / "digest.en.txt.j2").write_text("x" * 100_001, "utf-8")
    read = read_own(tmp_path, clients=["acme"])
    assert sorted(read.layouts) == ["acme/notice.fr.html.j2", "alert.en.txt.j2"]
    for name, why in (WRONG | {"system.en.txt.j2": "UTF-8", "digest.en.txt.j2": "characters"}).items():
        assert why in read.refused[name]
