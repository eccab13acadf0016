"""What can be wrong with recipients, routes, rotas and chains, and with the addresses written for people."""

import re
from collections.abc import Iterator, Mapping, Sequence

from alerts.chains import CHAIN, EVERYBODY, LAST_RESORT, ROTA, TEAM
from alerts.channels import CHANNELS
from alerts.routes import Recipient
from indicators.errors import Severity
from indicators.written import Fault
from watcher.settings.secrets import VARIABLE, secret
from watcher.settings.whole import Settings


def people_faults(settings: Settings) -> Iterator[Fault]:
    """Yield routes, rotas and chains that name nobody, and ids that are used twice."""
    known = {r.id for r in settings.recipients}
    rotas, chains = {r.id for r in settings.rotas}, {c.id for c in settings.chains}
    callable_ = known | {f"{ROTA}{r}" for r in rotas}
    routed = callable_ | {f"{CHAIN}{c}" for c in chains}
    stepped = callable_ | {f"{TEAM}{r}" for r in rotas} | {EVERYBODY, LAST_RESORT}
    wanted: list[tuple[tuple[str | int, ...], str, set[str]]] = [
        (("routes", i, "to"), name, routed) for i, route in enumerate(settings.routes) for name in route.named()
    ]
    wanted += [(("rotas", i, "people"), name, known) for i, rota in enumerate(settings.rotas) for name in rota.people]
    wanted += [
        (("chains", i, "steps", k, "to"), name, stepped)
        for i, chain in enumerate(settings.chains)
        for k, step in enumerate(chain.steps)
        for name in step.to
    ]
    wanted += [(("escalation", "chain"), settings.escalation.chain, chains)] if settings.escalation else []
    for path, name, allowed in [*wanted, (("last_resort",), settings.last_resort, known)]:
        if name not in allowed:
            hint = f"one of: {', '.join(sorted(allowed)) or 'none is written yet'}"
            yield Fault(path=path, what=f"no recipient, rota or chain {name!r} can stand here", instead=hint)
    yield from _twice(settings)


def _twice(settings: Settings) -> Iterator[Fault]:
    for what, named in (("recipients", settings.recipients), ("rotas", settings.rotas), ("chains", settings.chains)):
        ids = [one.id for one in named]
        for i, name in enumerate(ids):
            if name in ids[:i]:
                yield Fault(path=(what, i, "id"), what=f"the id {name!r} is used twice", instead="rename one")
    for i, chain in enumerate(settings.chains):
        for k, step in enumerate(chain.steps):
            for channel in step.channels:
                if channel not in CHANNELS:
                    hint = f"one of: {', '.join(CHANNELS)}"
                    path = ("chains", i, "steps", k, "channels")
                    yield Fault(path=path, what=f"no channel {channel!r}", instead=hint)


def address_faults(
    recipients: Sequence[Recipient], within: tuple[str | int, ...], environment: Mapping[str, str]
) -> Iterator[Fault]:
    """Yield what is wrong with the channels and addresses of *recipients*, who stand *within* that part of the file."""
    for i, recipient in enumerate(recipients):
        for kind, written in recipient.channels.items():
            path = (*within, i, "channels", kind)
            channel = CHANNELS.get(kind)
            if channel is None:
                hint = f"one of: {', '.join(CHANNELS)}"
                yield Fault(path=path, what=f"no channel {kind!r}", instead=hint)
                continue
            if (kind == "slack" and "${" not in written) or re.search(r"://[^/@?]+:[^/@?]+@", written):
                what, instead = "an address with a secret stands in the file", "write ${NAME} and export it"
                yield Fault(path=path, what=what, instead=instead, severity=Severity.WARNING)
            missing = [name for name in VARIABLE.findall(written) if not environment.get(name)]
            for name in missing:
                yield Fault(path=path, what=f"the environment has no {name}", instead=f"export {name}=…")
            if not missing:
                for what in channel.problems(secret(written, environment).value):
                    yield Fault(path=path, what=what)
