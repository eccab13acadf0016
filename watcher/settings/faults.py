"""What can be wrong with a configuration beyond the shape of each entry: all of it, each with its place."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from indicators.written import Fault
from watcher.assessment_files import assessment_path, shipped_assessments
from watcher.gazetteers import BUNDLED, refusal
from watcher.settings.client_faults import client_faults
from watcher.settings.oidc import oidc_faults
from watcher.settings.outside import watchdog_faults
from watcher.settings.people_faults import address_faults, people_faults
from watcher.settings.secrets import filled_or_missing, secret
from watcher.settings.source_faults import proxy_faults, source_faults, source_option_faults
from watcher.settings.whole import Settings


def setting_faults(settings: Settings, environment: Mapping[str, str], *, folder: Path) -> Iterator[Fault]:
    """Yield every fault of *settings* as read in that environment; relative paths are meant from *folder*."""
    yield from source_faults(settings)
    yield from source_option_faults(settings, environment)
    yield from proxy_faults(settings, environment)
    yield from people_faults(settings)
    yield from address_faults(settings.recipients, ("recipients",), environment)
    yield from watchdog_faults(
        settings.watchdog, settings.recipients, filled=lambda w: filled_or_missing(w, environment)
    )
    for i, client in enumerate(settings.clients):
        yield from address_faults(client.contacts, ("clients", i, "contacts"), environment)
    yield from client_faults(
        settings.clients,
        desk=settings.recipients,
        signed=bool(settings.notices.issuer and settings.notices.contact),
        filled=lambda written: secret(written, environment).value,
    )
    for i, name in enumerate(settings.assessments):
        if assessment_path(name, folder) is None:
            shipped = ", ".join(sorted(p.stem for p in shipped_assessments().glob("*.yaml")))
            what = f"no assessment {name!r}"
            yield Fault(path=("assessments", i), what=what, instead=f"write a file's path or one of: {shipped}")
    yield from _gazetteers(settings, folder)
    yield from _slack(settings, environment)
    if settings.web is not None:
        yield from oidc_faults(
            settings.web.oidc,
            base_url=settings.web.base_url,
            filled=lambda written: filled_or_missing(written, environment),
        )
    yield from _database(settings, folder)
    if settings.templates and not (folder / settings.templates).is_dir():
        instead = "`watcher template export` writes the layouts that ship into a folder to begin with"
        yield Fault(path=("templates",), what=f"there is no folder {settings.templates!r}", instead=instead)
    if settings.sending.lease < 3 * settings.sending.deadline:
        what = "a claim must outlast three sends, or a slow provider gets everything twice"
        yield Fault(path=("sending",), what=what, instead="set lease to at least 3 x deadline")


def _slack(settings: Settings, environment: Mapping[str, str]) -> Iterator[Fault]:
    if settings.slack is None:
        return
    for name in filled_or_missing(settings.slack.signing_secret, environment)[1]:
        yield Fault(path=("slack", "signing_secret"), what=f"the environment has no {name}", instead=f"export {name}=…")
    if settings.web is None:
        what = "nothing listens to the buttons of Slack's messages"
        yield Fault(path=("slack",), what=what, instead="write web: with an address that Slack reaches over HTTPS")
    known = {recipient.id for recipient in settings.recipients}
    for user, person in settings.slack.people.items():
        if person not in known:
            what = f"there is no recipient {person!r}"
            yield Fault(path=("slack", "people", user), what=what, instead=f"one of {', '.join(sorted(known))}")


def _gazetteers(settings: Settings, folder: Path) -> Iterator[Fault]:
    for i, name in enumerate(settings.gazetteers):
        what, instead = ("", "") if name == BUNDLED else refusal(folder / name)
        if what:
            yield Fault(path=("gazetteers", i), what=what, instead=instead)


def _database(settings: Settings, folder: Path) -> Iterator[Fault]:
    written = settings.database
    if "://" in written:
        if not written.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            instead = "a file name, or postgresql+psycopg://user@host/name"
            yield Fault(path=("database",), what="this kind of database is not supported", instead=instead)
    elif not (folder / written).absolute().parent.is_dir():
        yield Fault(path=("database",), what="its folder does not exist", instead="create it, or write another path")
