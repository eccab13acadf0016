"""Trying an operator's own layouts: each with a made-up alert, or one with a real alert, before a warning needs it."""

from collections.abc import Iterator
from dataclasses import dataclass

from alerts.layouts.apart import OwnLayouts
from alerts.layouts.own import is_a_place
from alerts.messages import LAYOUTS, Rendered, render
from alerts.messages.samples import samples
from alerts.said import AnyAlert
from watcher.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One of the operator's layouts; ``fault`` is why it cannot be used, empty where it can."""

    name: str
    fault: str = ""
    note: str = ""

    def as_json(self) -> dict[str, str]:
        """Return it as plain values."""
        return {"layout": self.name, "fault": self.fault, "note": self.note}


def tried(own: OwnLayouts, settings: Settings) -> tuple[Tried, ...]:
    """Lay a made-up alert out by each of the operator's layouts, and return what came of it."""
    done: dict[str, Tried] = {name: Tried(name=name, fault=why) for name, why in own.faults.items()}
    for name, alert, lang in _cases(own, settings):
        refused = render(alert, lang=lang, own=own).refused
        done[name] = Tried(name=name, fault=refused.get(name, ""))
    for name in own.names:
        if name not in done:
            done[name] = Tried(name=name, note="stands in no layout's place: only there to be included")
    return tuple(done[name] for name in sorted(done))


def _cases(own: OwnLayouts, settings: Settings) -> Iterator[tuple[str, AnyAlert, str]]:
    """Yield each layout that stands in the place of one that ships, with an alert and a language that call it."""
    kinds = {layout.template: kind for kind, layout in LAYOUTS.items()}
    known = [client.id for client in settings.clients] or ["sample-client"]
    for name in own.names:
        client, _, file = name.rpartition("/")
        template, lang = file.split(".")[:2]
        if is_a_place(name) and template in kinds:
            # Where each client has a layout of its own the common one is tried with a client that is none.
            free = next((one for one in known if f"{one}/{file}" not in own.names), "sample-client")
            yield name, samples(client or free)[kinds[template]], lang


def shown(alert: AnyAlert, own: OwnLayouts | None, *, lang: str) -> Rendered:
    """Return *alert* in the words that would go out in *lang*."""
    return render(alert, lang=lang, own=own)
