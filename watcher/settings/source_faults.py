"""What can be wrong with the sources of a configuration beyond the shape of each entry."""

from collections.abc import Iterator, Mapping
from typing import Any

from indicators.errors import Severity
from indicators.written import Fault
from watcher.settings.secrets import VARIABLE, filled, filled_or_missing
from watcher.settings.whole import Settings
from watcher.sources import SOURCES, articles
from watcher.sources.options import option_faults
from watcher.sources.proxies import problem


def source_faults(settings: Settings) -> Iterator[Fault]:
    """Yield ids and addresses that stand twice, kinds that do not exist, and extras that are not installed."""
    seen: set[str] = set()
    for i, source in enumerate(settings.sources):
        if source.id in seen:
            yield Fault(path=("sources", i, "id"), what=f"the id {source.id!r} is used twice", instead="rename one")
        seen.add(source.id)
        if source.url and source.url in [other.url for other in settings.sources[:i]]:
            what, instead = "the same address is polled twice", "remove one, or its items count as two sources"
            yield Fault(path=("sources", i, "url"), what=what, instead=instead, severity=Severity.WARNING)
        if source.full_text and not articles.can_be_read():
            instead = "pip install 'iw-watcher[fulltext]', or take full_text out"
            yield Fault(path=("sources", i, "full_text"), what="the extra for full texts is not here", instead=instead)
        if source.kind not in SOURCES:
            hint = f"one of: {', '.join(SOURCES)}"
            yield Fault(path=("sources", i, "kind"), what=f"no source kind {source.kind!r}", instead=hint)


def proxy_faults(settings: Settings, environment: Mapping[str, str]) -> Iterator[Fault]:
    """Yield what is wrong with the proxy that sources are asked through."""
    if not settings.proxy:
        return
    instead = 'proxy: "http://proxy.example:3128", or with "http://${PROXY_USER}:${PROXY_PASSWORD}@…"'
    address, missing = filled_or_missing(settings.proxy, environment)
    for name in missing:
        yield Fault(path=("proxy",), what=f"the environment has no {name}", instead=f"export {name}=…")
    if not missing and (what := problem(address)):
        yield Fault(path=("proxy",), what=f"no proxy can be reached so: {what}", instead=instead)
    elif "@" in settings.proxy and not VARIABLE.search(settings.proxy.rpartition("@")[0]):
        yield Fault(path=("proxy",), what="the proxy's password stands in the file", instead=instead)


def source_option_faults(settings: Settings, environment: Mapping[str, str]) -> Iterator[Fault]:
    """Check what each kind asks for: its own options, its address, and that secrets stand in the environment."""
    for i, source in enumerate(settings.sources):
        if source.kind not in SOURCES:
            continue
        model = SOURCES[source.kind].options
        path, told = ("sources", i, "options"), f"source {source.id!r} ({source.kind})"
        what, instead = model.address_problem(source.url)
        if what:
            yield Fault(path=("sources", i, "url"), what=what, instead=instead)
        missing = [name for name in VARIABLE.findall(f"{source.url} {source.options!r}") if not environment.get(name)]
        for name in dict.fromkeys(missing):
            yield Fault(path=path, what=f"{told}: the environment has no {name}", instead=f"export {name}=…")
        for name in model.secrets():
            if name in source.options and not _only_names(source.options[name]):
                what, instead = f"{told}: the secret {name!r} stands in the file", "write ${NAME} and export it"
                yield Fault(path=(*path, name), what=what, instead=instead)
        if not missing:
            for where, what, instead in option_faults(model, filled(source.options, environment)):
                yield Fault(path=(*path, *where), what=f"{told}: {what}", instead=instead)


def _only_names(written: Any) -> bool:
    """Whether a secret is written as a name in the environment (a map of secrets: each of them)."""
    if isinstance(written, dict):
        return all(_only_names(part) for part in written.values())
    return isinstance(written, str) and VARIABLE.search(written) is not None
