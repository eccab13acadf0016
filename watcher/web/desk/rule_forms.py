"""A rule as a form: its fields from what the block says, and what of the block a filled-in form changes.

The block stays the one record: only keys whose fields were changed are written, everything else keeps its text.
"""

from collections.abc import Mapping
from typing import Any

from indicators.assessments import Assessment, ExclusiveSet
from indicators.rules import CountKind
from watcher.web.forms import Form

KINDS = (CountKind.EVENT, CountKind.PLACE_DAY, CountKind.PUBLISHERS, CountKind.RISE, CountKind.SILENCE)
"""Ways to count that need no keys of their own; the others are written in the YAML."""

UNLOCATED = ("drop", "watch", "count")
RATINGS = ("AC", "VL", "L", "E", "U", "VU", "NC")
_NUMBERS = ("window_days", "half_life_days", "baseline")
_PROOFS = ("must_match", "must_not_match")
_LONGEST = 20_000


def fields_of(data: Mapping[str, Any], assessment: Assessment) -> dict[str, str]:
    """Return the text of each field for a rule that says *data*; what has no field stays in the YAML alone."""
    name, why, where, count = (_table(data.get(key)) for key in ("name", "why", "where", "count"))
    if isinstance(data.get("name"), str):
        name = {"en": data["name"]}
    thresholds = _list(count.get("thresholds"))
    told: dict[str, Any] = {
        "id": data.get("id", ""),
        "name_en": name.get("en", ""),
        "name_fr": name.get("fr", ""),
        "group": data.get("group", ""),
        "statements": " ".join(map(str, _list(why.get("statements")))),
        "because": why.get("because", ""),
        "match": data.get("match", ""),
        "not": data.get("not", ""),
        "region": where.get("region", ""),
        "unlocated": where.get("unlocated", "drop"),
        "of": count.get("of", "event"),
        **{key: count.get(key, "") for key in _NUMBERS},
        **{f"t{n + 1}": thresholds[n] if n < len(thresholds) else "" for n in range(3)},
        **_effect_fields(_table(data.get("effects")), assessment),
        **{key: "\n".join(_headlines(_table(data.get("proof")), key)) for key in _PROOFS},
    }
    return {key: " ".join(str(value).split()) if key not in _PROOFS else str(value) for key, value in told.items()}


def changes_of(form: Form, data: Mapping[str, Any], assessment: Assessment) -> dict[str, Any]:
    """Return the keys of the block that *form* sets otherwise than *data* does, each with its whole new value."""
    was = fields_of(data, assessment)
    now = {key: _typed(form, key) for key in was if key in form}
    touched = {key for key, text in now.items() if text != was[key]}
    changes: dict[str, Any] = {}
    for key in touched & {"id", "group", "match", "not"}:
        changes[key] = now[key] or None
    if touched & {"name_en", "name_fr"}:
        changes["name"] = _named(data, now)
    if touched & {"statements", "because"}:
        changes["why"] = _why(data, now)
    if touched & {"region", "unlocated"}:
        changes["where"] = _where(data, now)
    if touched & {"of", "t1", "t2", "t3", *_NUMBERS}:
        changes["count"] = _count(data, now)
    if any(key.startswith("effect.") for key in touched):
        changes["effects"] = _effects(now, assessment)
    if touched & set(_PROOFS):
        changes["proof"] = _proof(data, now)
    return changes


def _typed(form: Form, key: str) -> str:
    if key in _PROOFS:
        lines = (" ".join(line.split()) for line in form.raw(key)[:_LONGEST].splitlines())
        return "\n".join(line for line in lines if line)
    return form.text(key, most=_LONGEST)


def _named(data: Mapping[str, Any], now: Mapping[str, str]) -> dict[str, str]:
    old = data.get("name")
    name = {"en": old} if isinstance(old, str) else dict(_table(old))
    name |= {"en": now.get("name_en", ""), "fr": now.get("name_fr", "")}
    return {lang: text for lang, text in name.items() if text}


def _why(data: Mapping[str, Any], now: Mapping[str, str]) -> dict[str, Any]:
    why = dict(_table(data.get("why"))) | {"statements": now.get("statements", "").replace(",", " ").split()}
    if now.get("because") or "because" in why:
        why["because"] = now.get("because", "")
    return why


def _where(data: Mapping[str, Any], now: Mapping[str, str]) -> dict[str, Any]:
    where = dict(_table(data.get("where"))) | {"region": now.get("region", "")}
    if now.get("unlocated", "drop") != "drop" or "unlocated" in where:
        where["unlocated"] = now.get("unlocated", "drop")
    return where


def _count(data: Mapping[str, Any], now: Mapping[str, str]) -> dict[str, Any]:
    count = dict(_table(data.get("count")))
    if now.get("of", "event") != "event" or "of" in count:
        count["of"] = now.get("of", "event")
    for key in _NUMBERS:
        if now.get(key):
            count[key] = _number(now[key])
        else:
            count.pop(key, None)
    thresholds = [_number(now[key]) for key in ("t1", "t2", "t3") if now.get(key)]
    if thresholds:
        count["thresholds"] = thresholds
    else:
        count.pop("thresholds", None)
    return count


def _effects(now: Mapping[str, str], assessment: Assessment) -> dict[str, Any]:
    effects: dict[str, Any] = {}
    for scenario in assessment.scenarios:
        if isinstance(scenario, ExclusiveSet):
            rated = {s.id: now.get(f"effect.{scenario.id}.{s.id}", "") for s in scenario.states}
            if any(rated.values()):
                effects[scenario.id] = {state: rating for state, rating in rated.items() if rating}
        else:
            pair = [now.get(f"effect.{scenario.id}.{side}", "") for side in ("if_true", "if_false")]
            if any(pair):
                effects[scenario.id] = pair
    return effects


def _effect_fields(effects: Mapping[str, Any], assessment: Assessment) -> dict[str, str]:
    told: dict[str, str] = {}
    for scenario in assessment.scenarios:
        effect = effects.get(scenario.id)
        if isinstance(scenario, ExclusiveSet):
            rated = _table(effect)
            told |= {f"effect.{scenario.id}.{s.id}": str(rated.get(s.id, "")) for s in scenario.states}
        else:
            pair = _list(effect) or [_table(effect).get("if_true", ""), _table(effect).get("if_false", "")]
            told |= {
                f"effect.{scenario.id}.{side}": str(pair[n]) if n < len(pair) else ""
                for n, side in enumerate(("if_true", "if_false"))
            }
    return told


def _proof(data: Mapping[str, Any], now: Mapping[str, str]) -> dict[str, Any]:
    """Return the examples: headlines as the form has them, and those with more than a headline as they were."""
    proof = dict(_table(data.get("proof")))
    for key in _PROOFS:
        more = [one for one in _list(proof.get(key)) if not isinstance(one, str)]
        proof[key] = [*now.get(key, "").splitlines(), *more]
    return proof


def _headlines(proof: Mapping[str, Any], key: str) -> list[str]:
    return [" ".join(one.split()) for one in _list(proof.get(key)) if isinstance(one, str)]


def _number(text: str) -> int | float | str:
    """Return a number where *text* is one; else the text, so that the check says what is wrong with it."""
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and "." not in text else number


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def blank_rule(assessment: Assessment, *, match: str = "") -> str:
    """Return the block of a rule that nobody has filled in yet."""
    told = "".join(ch for ch in match if ch.isprintable()).replace("\\", "\\\\").replace('"', '\\"')
    return (
        'id: ""\nname: {en: ""}\n'
        f"group: {assessment.groups[0]}\n"
        'why:\n  statements: []\n  because: ""\n'
        f'match: "{told}"\n'
        f"where: {{region: {_usual_region(assessment)}}}\n"
        "count: {window_days: 14, thresholds: [1, 3, 6], half_life_days: 14}\n"
        "effects: {}\n"
        "proof:\n  must_match: []\n  must_not_match: []\n"
    )


def _usual_region(assessment: Assessment) -> str:
    """Return the first region that is a country, in which most headlines lie; else the first."""
    regions = assessment.regions
    return next((name for name, region in regions.items() if region.countries), next(iter(regions)))
