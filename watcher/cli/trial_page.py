"""How ``watcher try`` prints a trial for people."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watcher.cli.marks import marked
from watcher.cli.printing import new_table, screen

if TYPE_CHECKING:
    from rich.text import Text

    from indicators.assessments import Assessment
    from indicators.levels import Reading
    from indicators.outlooks import Outlook
    from watcher.workbench.trial import Day, FoundItem, Moment, Trial, Version

BLOCKS = "▁▂▃▄▅▆▇█"
CALM, UNKNOWN = "·", "?"
MOST_GROUPS = 12
"""Groups of examples that are printed; --json has every match."""
MOST_REASONS = 8
MOST_CHANGES = 20
_HARDLY = 0.005
"""Signal that is not worth a word."""
VISIBLE = 0.005
"""Change of a probability that shows in whole per cent; smaller ones are left out."""


def print_trial(trial: "Trial", *, oldest: datetime | None, examples: int) -> None:
    """Print *trial*; *oldest* is the first date of which anything is known."""
    from watcher.workbench.trial import Against

    _print_head(trial, oldest)
    if trial.has_history:
        _print_bars(trial.days)
    _print_totals(trial)
    _print_examples(trial.changed.found, examples)
    _print_levels(trial.changed)
    _print_outlooks(trial)
    _print_one_more(trial)
    if trial.against is Against.ITSELF:
        _say("\nThe file is today's version: there is no difference to show.")
    elif trial.against is Against.NOTHING:
        _say("\nNo version in force was given to compare with: give --against FILE, or --config watcher.yaml.")
    else:
        _print_difference(trial, examples)
    _say("\nNothing was stored or sent.")


def _say(text: "str | Text") -> None:
    screen().print(text, markup=False)


def _heading(text: str) -> None:
    screen().print(f"\n[bold]{text}[/bold]")


def _print_head(trial: "Trial", oldest: datetime | None) -> None:
    version = trial.changed.assessment
    name = version.indicator(trial.rule).name
    first, last = trial.period.since, trial.period.until
    _say(f"{trial.rule}: {name.get('en') or trial.rule} ({version.id}, version {version.version})")
    days = len(trial.period.days)
    _say(f"{trial.items} item(s) read, dated {first:%Y-%m-%d} to {last:%Y-%m-%d} UTC ({days} day(s)).")
    if oldest is None:
        _say("There is no item at all: nothing is known of this time. That is not the same as calm.")
    elif oldest - first >= timedelta(days=1):
        gap = (oldest - first).days
        _say(f"Nothing is known before {oldest:%Y-%m-%d}: the first {gap} day(s) are unknown, not calm.")
    blind = sum(day.items == 0 for day in trial.days)
    if oldest is not None and blind:
        _say(f"On {blind} of {days} day(s) no item is dated: whether they were calm is unknown (marked {UNKNOWN}).")
    _say(
        f"Read as if the assessment had been written on {version.as_of}, with its own priors and baselines, "
        "and every source watched all the time."
    )


def _print_bars(days: "Sequence[Day]") -> None:
    bars, labels, each = bar_line(days, width=screen().width - 1)
    most = max(days, key=lambda day: day.counted)
    every = "day" if each == 1 else f"{each} days"
    _heading(f"Counted by date of report, one sign for each {every}; most on {most.day}: {most.counted}")
    _say(bars)
    _say(labels)


def bar_line(days: "Sequence[Day]", *, width: int) -> tuple[str, str, int]:
    """Return *days* as one line of blocks at most *width* wide, a line of dates below it, and days for each block.

    A block's height is its share of the highest; ``·`` is a time with items and no match, ``?`` one
    without any item. Mondays are labelled; where a block is several days, as many blocks as have room.
    """
    each = max(1, -(-len(days) // width))
    spans = [days[n : n + each] for n in range(0, len(days), each)]
    counted = [sum(day.counted for day in span) for span in spans]
    most = max(counted, default=0)
    bars = "".join(
        BLOCKS[-(-len(BLOCKS) * n // most) - 1] if n else CALM if any(day.items for day in span) else UNKNOWN
        for n, span in zip(counted, spans, strict=True)
    )
    labels = ""
    for at, span in enumerate(spans):
        label = f"{span[0].day:%d %b}"
        if (each > 1 or span[0].day.weekday() == 0) and at >= len(labels) and at + len(label) <= width:
            labels = f"{labels:<{at}}{label} "
    return bars, labels.rstrip(), each


def _print_totals(trial: "Trial") -> None:
    version = trial.changed
    if not trial.has_history:
        _heading("No history")
        _say(
            f"Nothing matched in {trial.items} item(s); that is what a warning rule looks like on a calm day. "
            "Its proof shows that it can match."
            if trial.items
            else "No item is dated in this time: nothing is known of it, which is not the same as calm."
        )
    else:
        _heading(f"{len(version.counted)} item(s) counted")
        for key, n in _by_language_and_source(version.counted):
            _say(f"{n:6}  {key}")
    if version.refusals:
        _heading(f"{version.refusals.total()} item(s) refused")
        for reason, n in _short(version.refusals).most_common(MOST_REASONS):
            _say(f"{n:6}  {reason}")


def _short(refusals: Counter[str]) -> Counter[str]:
    """Return *refusals* with the words of a veto in one case, so that the same veto is one line."""
    short: Counter[str] = Counter()
    for reason, n in refusals.items():
        short[reason.casefold() if reason.startswith("not:") else reason] += n
    return short


def _by_language_and_source(found: "Iterable[FoundItem]") -> list[tuple[str, int]]:
    return Counter(_group(one) for one in found).most_common(MOST_GROUPS)


def _group(found: "FoundItem") -> str:
    return f"{found.match.item.lang or 'language not told'}, {found.match.item.source}"


def _print_examples(found: "Sequence[FoundItem]", examples: int) -> None:
    counted = [one for one in found if one.counts]
    groups = _by_language_and_source(counted) if examples else []
    if groups:
        _heading("Examples by language and source, newest first, the words found marked")
    for key, n in groups:
        _say(f"{key} ({n})")
        own = sorted((one for one in counted if _group(one) == key), key=lambda one: one.match.item.when)
        for one in own[: -examples - 1 : -1]:
            _print_found(one)
    left = len({_group(one) for one in counted}) - len(groups)
    if groups and left > 0:
        _say(f"… and {left} more language(s) and source(s): --json has all.")


def _print_found(found: "FoundItem", why: str = "") -> None:
    from rich.text import Text

    places = f" (at {', '.join(found.match.places[:3])})" if found.match.places else ""
    for n, excerpt in enumerate(found.excerpts):
        lead = f"  {found.match.item.when:%Y-%m-%d}  " if n == 0 else " " * 14
        end = places + (f": {why}" if why else "") if n == 0 else ""
        _say(Text.assemble(lead, marked(excerpt), end))


def _print_levels(version: "Version") -> None:
    _heading("Level at the end of each day on which it changed")
    for reading in version.changes[:MOST_CHANGES]:
        _say(f"  {_day(reading)}  {reading.level}, {reading.count:.2f} counted, {_percent(reading.activation)} active")
    if len(version.changes) > MOST_CHANGES:
        _say(f"  … and {len(version.changes) - MOST_CHANGES} more: --json has all.")
    last = version.end.reading
    _say(f"  at the end  {last.level}, {last.count:.2f} counted, {_percent(last.activation)} active")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _day(reading: "Reading") -> str:
    return f"{reading.at - timedelta(microseconds=1):%Y-%m-%d}"


def _print_outlooks(trial: "Trial") -> None:
    version = trial.changed
    peak, end = version.peak, version.end
    if peak.reading.signal > max(0.0, end.reading.signal) + _HARDLY:
        _print_moment(version, peak, f"Outlook on {_day(peak.reading)}, when the rule was most active")
    _print_moment(version, end, f"Outlook at the end, {end.at:%Y-%m-%d %H:%M} UTC")


def _print_moment(version: "Version", moment: "Moment", title: str) -> None:
    from watcher.workbench.trial import moved_lines

    keys = _lines(version, moment)
    _heading(title)
    reading = moment.reading
    if reading.signal < -_HARDLY:
        _say(
            f"The rule has fallen below its baseline ({_percent(reading.baseline)} active on the first day), and so "
            "speaks the other way."
        )
    if not moved_lines(moment.without, moment.outlook, by=VISIBLE):
        _say("The rule moves no line by half a point or more.")
    print_change(version.assessment, moment.without, moment.outlook, keys, columns=("without the rule", "with it"))


def _lines(version: "Version", moment: "Moment") -> tuple[str, ...]:
    """Return the lines that the rule feeds, and those that it moves through a link."""
    from watcher.workbench.trial import moved_lines

    fed = set(version.assessment.indicator(moment.reading.indicator).effects)
    moved = moved_lines(moment.without, moment.outlook, by=VISIBLE)
    return tuple(key for key in moment.outlook.estimates if key in moved or key.partition(".")[0] in fed)


def print_change(
    assessment: "Assessment", before: "Outlook", after: "Outlook", keys: Iterable[str], *, columns: tuple[str, str]
) -> None:
    """Print the lines *keys* of two outlooks side by side, with term, range and horizon of the second."""
    from indicators.assessments import forecasts
    from indicators.bands import band_of, percent

    lines = {f.key: f for f in forecasts(assessment)}
    table = new_table("scenario", *columns, "term", "range*", "by")
    for key in keys:
        old, new = before.estimates.get(key), after.estimates[key]
        band = assessment.scale[band_of(new.p, assessment.scale)]
        table.add_row(
            key,
            percent(old.p) if old else "",
            percent(new.p),
            f"{band.term('en')} ({band.printed})",
            f"{percent(new.low)} to {percent(new.high)}",
            f"{lines[key].deadline(after.at):%Y-%m-%d}",
        )
    screen().print(table)
    _say("* with all ratings halved or raised by half")


def _print_one_more(trial: "Trial") -> None:
    from watcher.workbench.trial import moved_lines

    version = trial.changed
    more = version.one_more
    _heading("One more event at the end, as one agency report makes it")
    _say(f"It would read {more.reading.level} ({more.reading.count:.2f} counted).")
    keys = moved_lines(version.end.outlook, more.outlook, by=VISIBLE)
    if keys:
        print_change(version.assessment, version.end.outlook, more.outlook, keys, columns=("at the end", "then"))
    else:
        _say("No line would move by half a point or more.")


def _print_difference(trial: "Trial", examples: int) -> None:
    from watcher.workbench.trial import Against, level_days, moved_lines

    _heading("Difference from today's version")
    if trial.against is Against.NEW:
        _say("The rule is new: the version in force has none of this name.")
    if trial.today is not None:
        _say(f"Today's version counts {len(trial.today.counted)} item(s), this one {len(trial.changed.counted)}.")
        shown = max(examples, 1) * 3
        _print_only("Only this version counts", trial, trial.gained, trial.today, shown)
        _print_only("Only today's version counts", trial, trial.lost, trial.changed, shown)
        days = level_days(trial.changed, trial.today)
        for day, level, before in days[:MOST_CHANGES]:
            _say(f"  level at the end of {day}: {before} today, {level} with this version")
        if not days:
            _say("The levels are the same on every day.")
    _print_watched(trial, max(examples, 1) * 3)
    if trial.outlook_today is None:
        return
    keys = moved_lines(trial.outlook_today, trial.changed.end.outlook, by=VISIBLE)
    if keys:
        _say("Outlook at the end:")
        ends = ("today's version", "this version")
        print_change(trial.changed.assessment, trial.outlook_today, trial.changed.end.outlook, keys, columns=ends)
    else:
        _say("The outlook at the end is the same, to half a point.")


def _print_watched(trial: "Trial", most: int) -> None:
    """Print what only one of the versions keeps for a person to look at, while the other does not even keep it."""
    if trial.watch_gained or trial.watch_lost:
        keeps = "keeps for a person to look at (they do not count)"
        _print_only(f"Only this version {keeps}", trial, trial.watch_gained, trial.today, most)
        _print_only(f"Only today's version {keeps}", trial, trial.watch_lost, trial.changed, most)


def _print_only(title: str, trial: "Trial", found: "Sequence[FoundItem]", other: "Version | None", most: int) -> None:
    """Print what only one version has, with the reason for which the *other* (``None``: no such rule) has not."""
    if not found:
        _say(f"{title}: none.")
        return
    _say(f"{title}: {len(found)} item(s).")
    for one in found[:most]:
        _print_found(one, trial.refusal(one.match.item.id, other) if other else "")
    if len(found) > most:
        _say(f"  … and {len(found) - most} more: --json has all.")
