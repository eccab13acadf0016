"""The words of an Admiralty grade (reliability of the source, credibility of what it says), for pages to explain it."""

from indicators.publishers import Grade
from watcher.web.languages import Language, words

RELIABILITY = {
    "A": words("a completely reliable source"),
    "B": words("a usually reliable source"),
    "C": words("a fairly reliable source"),
    "D": words("a source that is not usually reliable"),
    "E": words("an unreliable source"),
    "F": words("a source that cannot be judged"),
}
CREDIBILITY = {
    1: words("confirmed by others"),
    2: words("probably true"),
    3: words("possibly true"),
    4: words("doubtful"),
    5: words("improbable: it counts nothing"),
    6: words("cannot be judged"),
}


def grade_words(grade: Grade, lang: Language) -> str:
    """Return what the letter and the digit of *grade* say."""
    return f"{lang.says(RELIABILITY[grade.reliability])}, {lang.says(CREDIBILITY[grade.credibility])}"
