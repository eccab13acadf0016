"""News: made-up English and French items that look to a matcher like the real thing, the same for every run.

``python -m benchmarks.news`` prints how realistic they are.
"""

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from statistics import mean

from benchmarks import sentences
from benchmarks.vocabulary import LANGUAGES, Vocabulary, vocabulary_of
from indicators.items import Item

_START = datetime(2026, 1, 1, tzinfo=UTC)
_SHORTEST, _LONGEST, _USUAL = 55, 540, 490
_HOLE = re.compile(r"\{(\w)\}")
_ELIDED = re.compile(r"\b([Dd]|[Qq]u)e (?=[aeiouyéèêâîôûœAEIOUYÉÈÊÂÎÔÛŒ])")
_AN = re.compile(r"\b([Aa]) (?=[aeiou])")
_SPACED = re.compile(r" ([;:?!%])")

_REPEATED = 0.8
"""Words a report draws for each time it needs one: the lower, the more it speaks of the same things."""

_CHANCES = {"declares": 0.9, "ligatures": 0.7}
"""How many sources say their language, and how many type œ as one letter."""

_LATIN_1 = 0xFF


@dataclass(frozen=True, slots=True)
class _Template:
    texts: tuple[str, ...]
    holes: tuple[str, ...]
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A newsroom and its typing habits."""

    name: str
    lang: str
    declares: bool
    apostrophe: str
    quotes: tuple[str, str]
    dash: str
    hyphen: str
    space: str
    ligatures: bool


def news(count: int, *, seed: int = 1) -> Iterator[Item]:
    """Yield *count* items, half English and half French; the same for the same *seed*."""
    rng = random.Random(f"news {seed}")
    sources = [_source(number, rng) for number in range(40)]
    for number in range(count):
        yield _item(number, rng.choice(sources), rng)


def _source(number: int, rng: random.Random) -> _Source:
    lang = LANGUAGES[number % 2]
    spaces = ["\u00a0", "\u202f", " "]
    guillemets = [(f"«{space}", f"{space}»") for space in spaces]
    return _Source(
        name=f"{rng.choice(('radio', 'agence', 'daily', 'wire', 'journal'))}-{number}",
        lang=lang,
        declares=rng.random() < _CHANCES["declares"],
        apostrophe=rng.choice("''’’’"),
        quotes=rng.choice([("“", "”"), ("“", "”"), ('"', '"')] if lang == "en" else [*guillemets, ('"', '"')]),
        dash=rng.choice("—–-"),
        hyphen=rng.choice("-" * 30 + "\u2011\u2010"),
        space=rng.choice(spaces),
        ligatures=rng.random() < _CHANCES["ligatures"],
    )


def _item(number: int, source: _Source, rng: random.Random) -> Item:
    length = round(rng.triangular(_SHORTEST, _LONGEST, _USUAL))
    title, body = _written(source.lang, length, rng)
    texts = [_typed(text, source) for text in (title, " ".join(body[:2]), "\n\n".join(_paragraphs(body[2:], rng)))]
    title, summary, content = _odd(texts, rng)
    published = _START + timedelta(minutes=number)
    return Item(
        id=f"n{number}",
        source=source.name,
        title=title,
        summary=summary,
        content=content,
        lang=source.lang if source.declares else None,
        published=published,
        fetched=published + timedelta(minutes=5),
    )


@cache
def _templates(lang: str, kind: str) -> tuple[_Template, ...]:
    lines = {
        ("en", "body"): sentences.ENGLISH,
        ("en", "title"): sentences.ENGLISH_TITLES,
        ("fr", "body"): sentences.FRENCH,
        ("fr", "title"): sentences.FRENCH_TITLES,
    }[lang, kind]
    cut = [(_HOLE.split(line), len(line.split())) for line in lines]
    return tuple(_Template(tuple(parts[::2]), tuple(parts[1::2]), length) for parts, length in cut)


def _written(lang: str, length: int, rng: random.Random) -> tuple[str, list[str]]:
    """Return a title and sentences of about *length* words that keep coming back to the same names and things."""
    chosen = [rng.choice(_templates(lang, "title"))]
    while sum(template.length for template in chosen) < length:
        chosen.append(rng.choice(_templates(lang, "body")))
    needed = Counter(hole for template in chosen for hole in template.holes)
    pools = {hole: _drawn(vocabulary_of(lang), hole, count, rng) for hole, count in sorted(needed.items())}
    title, *body = [_filled(template, pools) for template in chosen]
    return title, body


def _drawn(vocabulary: Vocabulary, hole: str, count: int, rng: random.Random) -> Iterator[str]:
    own = vocabulary[hole].draw(rng, 1 + round(count * _REPEATED))
    return iter(rng.choices(own, k=count))


def _filled(template: _Template, pools: dict[str, Iterator[str]]) -> str:
    parts = [template.texts[0]]
    for hole, text in zip(template.holes, template.texts[1:], strict=True):
        parts += (next(pools[hole]), text)
    whole = "".join(parts)
    return whole[:1].upper() + whole[1:]


def _paragraphs(body: Sequence[str], rng: random.Random) -> Iterator[str]:
    at = 0
    while at < len(body):
        size = rng.randint(1, 4)
        yield " ".join(body[at : at + size])
        at += size


def _typed(text: str, source: _Source) -> str:
    if source.lang == "fr":
        text = _SPACED.sub(source.space + r"\1", _ELIDED.sub(r"\1'", text)).replace(" 000 ", f"{source.space}000 ")
    else:
        text = _AN.sub(r"\1n ", text)
    if not source.ligatures:
        text = text.replace("œ", "oe")
    opening, closing = source.quotes
    text = text.replace("<<", opening).replace(">>", closing).replace(" -- ", f" {source.dash} ")
    return text.replace("-", source.hyphen).replace("'", source.apostrophe)


def _odd(texts: list[str], rng: random.Random) -> list[str]:
    """Return *texts* as one feed in twenty spoils them: marks apart, hidden characters, emoji, other scripts."""
    title, summary, content = texts
    match rng.randrange(200):
        case 0 | 1:
            return [unicodedata.normalize("NFD", text) for text in texts]
        case 2 | 3:
            return [title, summary.replace(" ", " \u200b", 1), content.replace("tion", "\u00adtion", 3)]
        case 4 | 5 | 6:
            return [f"{rng.choice('🔴⚡📌▶')} {title}", summary, content]
        case 7 | 8:
            return [title, f"{summary} ({rng.choice(('مالي', 'الجيش', 'Мали', 'армия'))})", content]
        case 9:
            return [title.replace("é", "ɛ").replace("ou", "ɔ"), summary, content]
        case _:
            return texts


def described(items: Iterable[Item]) -> dict[str, float]:
    """Return what a corpus of *items* looks like in figures; lengths in words and characters."""
    texts = [f"{item.title} {item.summary} {item.content}" for item in items]
    cut = [re.findall(r"[^\W_]+", text.casefold()) for text in texts]
    counts = Counter(word for words in cut for word in words)
    total = sum(counts.values())
    return {
        "items": len(texts),
        "mean words": mean(map(len, cut)),
        "shortest": min(map(len, cut)),
        "longest": max(map(len, cut)),
        "mean characters": mean(map(len, texts)),
        "mean UTF-8 bytes": mean(len(text.encode()) for text in texts),
        "tokens": total,
        "types": len(counts),
        "types seen once": sum(count == 1 for count in counts.values()),
        "mean types per item": mean(len(set(words)) for words in cut),
        "share of the 100 most frequent types": sum(count for _, count in counts.most_common(100)) / total,
        "share of non-ASCII characters": sum(not c.isascii() for text in texts for c in text) / sum(map(len, texts)),
        "share of items beyond Latin-1": mean(any(ord(c) > _LATIN_1 for c in text) for text in texts),
        "share of items with œ": mean("œ" in text.casefold() for text in texts),
    }


def main() -> None:
    """Print the figures of 2,000 items, and two of them."""
    items = list(news(2000))
    for name, figure in described(items).items():
        print(f"{name:40} {figure:12,.3f}".rstrip("0").rstrip("."))
    for item in items[:2]:
        print(f"\n[{item.lang} {item.source}] {item.title}\n{item.summary}\n{item.content}")


if __name__ == "__main__":
    main()
