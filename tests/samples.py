"""A document of each kind of source, as its provider writes it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.gdelt import event, packed
from tests.mailboxes import a_mail
from watcher.sources import Fault

SECRET = "hush-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A document of one kind: whole, with *titles* in it, and without anything to report."""

    whole: bytes
    titles: tuple[str, ...]
    nothing_new: bytes
    content_type: str
    options: Mapping[str, object] = field(default_factory=dict)
    also: Mapping[str, bytes] = field(default_factory=dict)
    """What else the kind fetches, by its path: the document only leads there."""
    marks: tuple[str, ...] = ()
    """Where each report stands in the document, if not by its title."""
    cursor: str = ""
    """What the kind keeps in front of the server's ETag."""
    refusals: Mapping[int, Fault] = field(default_factory=dict)
    """Statuses that this kind knows a better word for."""

    @property
    def last_mark(self) -> bytes:
        """What stands in the document where its last report begins."""
        return (self.marks or self.titles)[-1].encode()


def cap_alert(identifier: str, headline: str) -> bytes:
    """A whole CAP 1.2 alert."""
    head = f"<identifier>{identifier}</identifier><sender>weather@bureau.example</sender>"
    head += "<sent>2026-03-01T08:00:00+00:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
    info = f"<info><language>en</language><event>Flood</event><headline>{headline}</headline></info>"
    return f'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">{head}{info}</alert>'.encode()


def gdelt_export(number: int, actor: str, country: str = "ML") -> bytes:
    """A packed export of GDELT with one event of one actor at no place."""
    return packed(event(number, c6=actor, c16="", c26="190", c52="", c53=country, c56="", c57=""))


def gdelt_list(*paths: str) -> bytes:
    """The list that names *paths*, as if they lay at GDELT's own address."""
    sums = {path: hashlib.md5(GDELT_FILES[path]).hexdigest() for path in paths}
    return "".join(f"100 {md5} http://files.example/gdeltv2{path}\n" for path, md5 in sums.items()).encode()


GDELT_FILES = {
    "/20260301111500.export.CSV.zip": gdelt_export(1, "MALI"),
    "/20260301113000.export.CSV.zip": gdelt_export(2, "NIGER"),
    "/20260301114500.export.CSV.zip": gdelt_export(3, "KENYA", country="KE"),
}


def json_of(**members: object) -> bytes:
    """A document with these members, as bytes."""
    return json.dumps(members).encode()


def acled_event(number: int, notes: str) -> dict[str, object]:
    """An event as ACLED's API tells it."""
    names = {"event_type": "Battles", "sub_event_type": "Armed clash", "actor1": "Army", "actor2": "Rebels"}
    place = {"country": "Mali", "location": "Kati", "latitude": "12.74", "longitude": "-8.07"}
    return {"event_id_cnty": f"MLI{number}", "event_date": "2026-02-27", **names, **place, "notes": notes}


def feature(number: int, title: str) -> dict[str, object]:
    """A GeoJSON feature with a point."""
    point = {"type": "Point", "coordinates": [-8.0, 12.65]}
    return {"type": "Feature", "id": number, "properties": {"title": title}, "geometry": point}


SAMPLES = {
    "acled": Sample(
        whole=json_of(status=200, success=True, data=[acled_event(1, "Dawn."), acled_event(2, "Dusk.")]),
        titles=("Armed clash: Army / Rebels, Kati, Mali",) * 2,
        nothing_new=json_of(status=200, success=True, data=[]),
        content_type="application/json",
        options={"email": "desk@example.org", "password": SECRET, "token_url": "{server}/oauth/token"},
        also={"/oauth/token": json_of(token_type="Bearer", expires_in=86400, access_token=SECRET, refresh_token="r")},
        marks=("Dawn.", "Dusk."),
        refusals={401: Fault.LOGIN, 403: Fault.NO_ACCESS},
    ),
    "csv": Sample(
        whole=b"id,headline\n1,Market open\n2,Market closed\n",
        titles=("Market open", "Market closed"),
        nothing_new=b"id,headline\n",
        content_type="text/csv",
        options={"columns": {"id": "id", "title": "headline"}},
    ),
    "geojson": Sample(
        whole=json_of(type="FeatureCollection", features=[feature(1, "Flood in Kayes"), feature(2, "Fire in Gao")]),
        titles=("Flood in Kayes", "Fire in Gao"),
        nothing_new=json_of(type="FeatureCollection", features=[]),
        content_type="application/geo+json",
    ),
    "json": Sample(
        whole=json_of(found={"events": [{"n": 1, "what": "Pumps dry"}, {"n": 2, "what": "Pumps reopen"}]}),
        titles=("Pumps dry", "Pumps reopen"),
        nothing_new=json_of(found={"events": []}),
        content_type="application/json",
        options={"items": "found.events", "map": {"id": "n", "title": "what"}},
    ),
    "json_feed": Sample(
        whole=json_of(
            version="https://jsonfeed.org/version/1.1",
            title="Wire",
            items=[{"id": "1", "title": "Talks begin"}, {"id": "2", "title": "Talks end"}],
        ),
        titles=("Talks begin", "Talks end"),
        nothing_new=json_of(version="https://jsonfeed.org/version/1.1", title="Wire", items=[]),
        content_type="application/feed+json",
    ),
    "reliefweb": Sample(
        whole=json_of(
            totalCount=2,
            data=[{"id": "1", "fields": {"title": "Mali: needs"}}, {"id": "2", "fields": {"title": "Mali: access"}}],
        ),
        titles=("Mali: needs", "Mali: access"),
        nothing_new=json_of(totalCount=0, data=[]),
        content_type="application/json",
        options={"appname": SECRET},
        refusals={403: Fault.NO_ACCESS},
    ),
    "cap": Sample(
        whole=b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Warnings</title>'
        + b"".join(
            b"<entry><content>" + cap_alert(name, title) + b"</content></entry>"
            for name, title in (("b", "River over its banks"), ("a", "Storm over Mopti"))
        )
        + b"</feed>",
        titles=("River over its banks", "Storm over Mopti"),
        nothing_new=b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Warnings</title></feed>',
        content_type="application/atom+xml",
    ),
    "folder": Sample(
        whole=(
            b'<rss version="2.0"><channel><title>Carried by hand</title>'
            b"<item><title>Bridge open</title><guid>1</guid></item>"
            b"<item><title>Bridge closed</title><guid>2</guid></item>"
            b"</channel></rss>"
        ),
        titles=("Bridge open", "Bridge closed"),
        nothing_new=b'<rss version="2.0"><channel><title>Carried by hand</title></channel></rss>',
        content_type="application/rss+xml",
    ),
    "gdelt": Sample(
        # The newer file is read first; the older one stands last, so that it is the one which is cut.
        whole=gdelt_list("/20260301113000.export.CSV.zip", "/20260301111500.export.CSV.zip"),
        titles=("Fighting: NIGER", "Fighting: MALI"),
        nothing_new=gdelt_list("/20260301114500.export.CSV.zip"),
        content_type="text/plain",
        options={"countries": ["ML"]},
        also=GDELT_FILES,
        marks=("20260301113000", "20260301111500"),
        cursor="20260301113000 ",
    ),
    "imap": Sample(
        whole=b"\0".join((a_mail("Road closed"), a_mail("Road open"))),
        titles=("Road closed", "Road open"),
        nothing_new=b"",
        content_type="",
        options={"user": "desk", "password": "password"},
    ),
    "webhook": Sample(
        whole=json.dumps([{"id": "1", "title": "Post attacked"}, {"id": "2", "title": "Post retaken"}]).encode(),
        titles=("Post attacked", "Post retaken"),
        nothing_new=b"[]",
        content_type="application/json",
        options={"secret": f"{SECRET} of the sender"},
    ),
    "feed": Sample(
        whole=(
            b'<rss version="2.0"><channel><title>Wire</title>'
            b"<item><title>Convoy leaves</title><guid>1</guid></item>"
            b"<item><title>Convoy arrives</title><guid>2</guid></item>"
            b"</channel></rss>"
        ),
        titles=("Convoy leaves", "Convoy arrives"),
        nothing_new=b'<rss version="2.0"><channel><title>Wire</title></channel></rss>',
        content_type="application/rss+xml",
    ),
}
