"""STIX 2.1 (OASIS) of alerts about moves: a report each, the links behind it as observed data. The one room of stix2.

Every id is made from ours, so that a bundle taken twice is known as the same. The likelihood stands in the text:
``confidence`` in STIX says how sure one is, and the two are never mixed here.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from alerts.alert import Alert, Sighting
from alerts.messages import render, subject_lines
from indicators.language.text import clean, one_line

OURS = UUID("6c0c2b1e-2f0b-5d0e-9d0a-3d1f7c9b6a52")
"""The namespace of our ids; any, but the same in every copy of this program."""

_TLP = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

MARKINGS = {
    "TLP:CLEAR": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "TLP:GREEN": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "TLP:AMBER": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "TLP:AMBER+STRICT": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "TLP:RED": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
"""The definitions that OASIS gives the labels of TLP 2.0; everybody refers to the same."""

_MARKED = datetime(2022, 10, 1, tzinfo=UTC)
"""When those definitions were made; of our own name any day does, if it is always the same."""


class MissingStixError(Exception):
    """The package that knows STIX is not installed."""


def bundle(alerts: Iterable[Alert], *, issuer: str) -> dict[str, Any]:
    """Return *alerts* as one bundle; *issuer* names this installation."""
    try:
        import stix2
    except ModuleNotFoundError:
        raise MissingStixError from None
    rows = list(alerts)
    identity = stix2.Identity(
        id=_id("identity", issuer), created=_MARKED, modified=_MARKED, name=f"Watcher {issuer}", identity_class="system"
    )
    objects: dict[str, Any] = {identity.id: identity}
    for marking in sorted({alert.marking for alert in rows}):
        objects[MARKINGS[marking]] = _marking(stix2, marking)
    for alert in rows:
        for one in _of_alert(stix2, alert, identity.id):
            objects[one.id] = one
    name = " ".join(sorted(objects))
    made = stix2.Bundle(id=_id("bundle", name), objects=list(objects.values()), allow_custom=True)
    told: dict[str, Any] = json.loads(made.serialize())
    return told


def _id(kind: str, name: str) -> str:
    return f"{kind}--{uuid5(OURS, f'{kind} {name}')}"


def _marking(stix2: Any, marking: str) -> Any:
    level = marking.removeprefix("TLP:").lower()
    told = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": MARKINGS[marking],
        "created": _MARKED.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "name": marking,
        "extensions": {_TLP: {"extension_type": "property-extension", "tlp_2_0": level}},
    }
    return stix2.parse(told, allow_custom=True)


def _of_alert(stix2: Any, alert: Alert, issuer: str) -> list[Any]:
    both = {"created_by_ref": issuer, "object_marking_refs": [MARKINGS[alert.marking]]}
    seen = [made for sighting in alert.evidence for made in _observed(stix2, alert, sighting, both)]
    refs = [one.id for one in seen if one.type == "observed-data"] or [issuer]
    report = stix2.Report(
        id=_id("report", alert.id),
        created=alert.at,
        modified=alert.at,
        published=alert.at,
        name=one_line(subject_lines(alert)["en"]),
        description=clean(render(alert, lang="en").text),
        report_types=["observed-data"],
        labels=[f"level:{alert.level.name.lower()}", f"scenario:{alert.scenario}", f"assessment:{alert.assessment}"],
        external_references=[{"source_name": "watcher", "external_id": alert.id}],
        object_refs=list(dict.fromkeys(refs)),
        **both,
    )
    return [*seen, report]


def _observed(stix2: Any, alert: Alert, sighting: Sighting, both: dict[str, Any]) -> list[Any]:
    if not sighting.url:
        return []
    link = stix2.URL(value=sighting.url)
    data = stix2.ObservedData(
        id=_id("observed-data", f"{alert.id} {sighting.event}"),
        created=alert.at,
        modified=alert.at,
        first_observed=alert.at,
        last_observed=alert.at,
        number_observed=max(1, sighting.reports),
        object_refs=[link.id],
        **both,
    )
    return [link, data]
