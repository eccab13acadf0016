"""Clients: what they are told of, where they are, and what of their entry is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from alerts.clients import ReleaseRule, position
from alerts.markings import MARKINGS, strictness
from indicators.errors import Severity
from tests.builders import an_alert, small
from tests.daemons import configure
from tests.noticing import SIGNED, a_client, a_written_client
from watcher.settings import Settings, load_settings
from watcher.workbench.checking import check_files


def test_a_subscription_fits_by_assessment_scenario_and_level() -> None:
    """The first that fits speaks; a stand-down fits by the level it comes from."""
    both = [{"scenarios": ["blockade"]}, {"scenarios": ["coup*"], "min_level": "advisory", "release": "two-person"}]
    client = a_client(subscriptions=both)
    found = client.subscription(an_alert(level_before=0, level_after=2))
    assert found is not None
    assert found.release is ReleaseRule.TWO_PERSON
    assert client.subscription(an_alert(level_before=2, level_after=0)) is found
    assert client.subscription(an_alert(level_before=0, level_after=1)) is None
    assert client.subscription(an_alert(scenario="famine")) is None
    assert a_client(subscriptions=[{"assessment": "other"}]).subscription(an_alert()) is None


def test_nothing_leaves_unread_unless_the_subscription_says_so() -> None:
    """The rule that nobody wrote down is that a person releases."""
    assert a_client().subscriptions[0].release is ReleaseRule.REVIEWED


def test_markings_are_in_the_order_of_the_standard() -> None:
    """A ceiling is a comparison, and a marking that is none is refused."""
    assert [strictness(m) for m in MARKINGS] == [0, 1, 2, 3, 4]
    assert strictness("TLP:AMBER") < strictness("TLP:AMBER+STRICT") < strictness("TLP:RED")
    with pytest.raises(ValueError, match="no marking"):
        strictness("TLP:WHITE")


@pytest.mark.parametrize(
    ("written", "point"), [("12.65,-8.00", (12.65, -8.0)), (" 12.65 , -8 ", (12.65, -8.0)), ("Bamako", None)]
)
def test_a_spot_is_a_name_or_degrees(written: str, point: tuple[float, float] | None) -> None:
    """North first, then east."""
    assert position(written) == point


@pytest.mark.parametrize("written", ["91,0", "0,181", " "])
def test_a_spot_off_the_globe_is_refused(written: str) -> None:
    """A slip of the pen must not become a distance."""
    with pytest.raises(ValidationError):
        a_client(sites=[{"name": "Depot", "at": written}])


def test_contacts_go_by_their_clients_name() -> None:
    """Two clients may both have an ops; deliveries know them apart."""
    assert [c.id for c in a_client().addressees] == ["acme/ops"]
    assert "mailto" not in repr(a_client(contacts=[{"id": "ops", "channels": {"email": "mailto://u:p@h?to=x"}}]))


def _loaded(folder: Path, clients: list[dict[str, Any]], **more: Any) -> tuple[Settings | None, list[str], list[str]]:
    config = configure(
        folder, small(), sources={"wire": "https://w.example/rss"}, channels={"webhook": "https://d.example/"}
    )
    raw = json.loads(config.read_text("utf-8")) | {"clients": clients, "notices": SIGNED} | more
    config.write_text(json.dumps(raw, indent=1), "utf-8")
    settings, problems = load_settings(config)
    errors = [f"{p.what} | {p.instead}" for p in problems if p.severity is Severity.ERROR]
    assert all(":" in p.where for p in problems), "every fault has its line"
    return settings, errors, [p.what for p in problems if p.severity is Severity.WARNING]


def _reached(name: str, **ways: str) -> dict[str, Any]:
    return a_written_client(name, contacts=[{"id": "ops", "channels": ways}])


def test_an_address_of_two_owners_is_refused(tmp_path: Path) -> None:
    """It would show one client what is the other's, or a client what is our own desk's."""
    settings, errors, _ = _loaded(
        tmp_path, [_reached("acme", webhook="https://x.example/"), _reached("bolt", webhook="https://x.example/")]
    )
    assert settings is None
    assert "bolt/ops has an address of acme" in errors[0]
    settings, errors, _ = _loaded(tmp_path, [_reached("acme", webhook="https://d.example/")])
    assert settings is None
    assert "of our own desk" in errors[0]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (
            "email",
            "mailtos://u:p@smtp.example/ops@acme.example",
            "mailtos://relay.example?from=a@b.example&to=Ops@Acme.example",
        ),
        ("slack", "slackbot://xoxb-1234567890-a@C0123456789", "slackbot://xoxb-0987654321-b@C0123456789/"),
        ("webhook", "https://hook.example/acme#key=a", "https://HOOK.example/acme#key=b"),
        ("webhook", "https://hook.example", "jsons://hook.example/"),
    ],
)
def test_an_address_of_two_owners_is_refused_however_it_is_written(
    tmp_path: Path, kind: str, one: str, other: str
) -> None:
    """A copied contact whose server, sender, token or key was changed and whose mailbox or room was not."""
    settings, errors, _ = _loaded(tmp_path, [_reached("acme", **{kind: one}), _reached("bolt", **{kind: other})])
    assert settings is None
    assert "bolt/ops has an address of acme" in errors[0]


def test_addresses_that_look_alike_are_two(tmp_path: Path) -> None:
    """A path in other letters, another query, another header, another room: two readers."""
    ways = ["https://h.example/a", "https://h.example/A", "https://h.example/a?c=1", "jsons://h.example/a?+X-To=b"]
    clients = [_reached(f"c{n}", webhook=way) for n, way in enumerate(ways)]
    clients.append(_reached("mail", email="mailtos://u:p@smtp.example/ops@acme.example"))
    clients.append(_reached("mails", email="mailtos://u:p@smtp.example/ops2@acme.example"))
    settings, errors, _ = _loaded(tmp_path, clients)
    assert settings is not None, errors


def test_a_sound_client_is_taken_and_found_by_the_names_of_its_contacts(tmp_path: Path) -> None:
    """A contact is an addressee, and never a recipient of our own."""
    settings, errors, warnings = _loaded(tmp_path, [_reached("acme", webhook="https://x.example/")])
    assert settings is not None, errors
    assert not warnings
    found = settings.addressee("acme/ops")
    assert found is not None
    assert settings.recipient("acme/ops") is None
    owner = settings.client_of("acme/ops")
    assert owner is not None
    assert owner.id == "acme"
    assert settings.client_of("desk") is None
    assert settings.addressee("acme/gone") is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"contacts": [{"id": "ops", "channels": {"pigeon": "x"}}]}, "no channel 'pigeon'"),
        (
            {"contacts": [{"id": "ops", "channels": {"webhook": "${NO_SUCH_NAME}"}}]},
            "the environment has no NO_SUCH_NAME",
        ),
        ({"ceiling": "TLP:WHITE"}, "ceiling"),
        ({"subscriptions": [{"release": "sometimes"}]}, "release"),
        ({"subscriptions": [{"advice": {"fr": "Restez."}}]}, "no advice in 'en'"),
        ({"subscriptions": [{"advice": "Stay.", "release": "automatic-facts-only"}]}, "only facts leave"),
        (
            {"contacts": [{"id": "ops", "zone": "Africa/Atlantis", "channels": {"webhook": "https://x.example/"}}]},
            "time zone database",
        ),
        ({"sites": [{"name": "Depot", "at": "95,0"}]}, "no such point"),
    ],
)
def test_what_is_wrong_with_a_client_is_told_with_its_line(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    """An operator corrects the file in one go, before anything leaves."""
    settings, errors, _ = _loaded(tmp_path, [_reached("acme", webhook="https://x.example/") | changes])
    assert settings is None
    assert any(told in error for error in errors), errors


def test_two_of_one_name_are_refused_and_a_notice_is_signed(tmp_path: Path) -> None:
    """A client must know who speaks, and we which client is meant."""
    twice = [_reached("acme", webhook="https://x.example/"), _reached("acme", webhook="https://y.example/")]
    settings, errors, _ = _loaded(tmp_path, twice, notices={})
    assert settings is None
    assert any("there twice" in error for error in errors)
    assert any("issuer" in error for error in errors)


def test_a_channel_that_ends_at_this_machine_is_warned_of(tmp_path: Path) -> None:
    """Nobody at the client reads our console."""
    _, errors, warnings = _loaded(tmp_path, [_reached("acme", console="")])
    assert not errors
    assert "console ends at this machine" in warnings[0]


def test_what_is_dropped_into_a_folder_is_private_until_somebody_says_otherwise(tmp_path: Path) -> None:
    """Closed by default: a client reads neither its name nor its headlines."""
    sources = [
        {"id": "wire", "url": "https://w.example/rss"},
        {"id": "drop", "url": f"file://{tmp_path}", "kind": "folder"},
        {"id": "shared", "url": f"file://{tmp_path}/two", "kind": "folder", "private": False},
        {"id": "paid", "url": "https://p.example/rss", "private": True},
    ]
    settings, errors, _ = _loaded(tmp_path, [], sources=sources)
    assert settings is not None, errors
    assert settings.public_sources == {"wire", "shared"}


def test_check_tells_what_would_never_reach_a_client(tmp_path: Path) -> None:
    """A pattern that fits nothing, a marking above the ceiling, a site that no gazetteer knows: all in one go."""
    subscriptions = [{"scenarios": ["cuop", "blockade"]}]
    sites = [{"name": "Depot", "at": "Atlantis"}, {"name": "Office", "at": "Bamako"}]
    client = _reached("acme", webhook="https://x.example/") | {"ceiling": "TLP:CLEAR"}
    _loaded(tmp_path, [client | {"subscriptions": subscriptions, "sites": sites}])
    found = [f"{p.what} | {p.instead}" for p in check_files([tmp_path / "watcher.yaml"]).problems if "acme" in p.what]
    told = " ".join(found)
    assert "fits no scenario with 'cuop' | did you mean coup" in told
    assert "small is marked TLP:GREEN, above its ceiling TLP:CLEAR" in told
    assert "Depot is not measured to" in told
    assert len(found) == 3
