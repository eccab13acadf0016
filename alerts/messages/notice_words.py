"""The fixed words of notices to clients, in each language; the French stands in the catalogue."""

from alerts.catalogue import in_each
from alerts.notices.notice import NoticeType

HEADINGS = in_each(
    {
        "facts": "",
        "correction": "",
        "recall": "Withdrawn",
        "judgement": "Judgement",
        "changed": "What changed since our last notice",
        "so_what": "What it means for your sites and roads",
        "evidence": "Evidence",
        "confidence": "Confidence and gaps",
        "alternatives": "Alternative",
        "mind": "What would change our mind",
        "advice": "Advice",
        "next": "Next update and all-clear",
        "about": "About this notice",
    }
)
TYPES = in_each(
    {
        NoticeType.ALERT: "Alert",
        NoticeType.UPDATE: "Update",
        NoticeType.CANCEL: "Cancel",
        NoticeType.CORRECTION: "Correction",
    }
)
CLEAR = in_each("All-clear")
ONLY_FACTS = in_each("Facts only")
RELIABILITY = in_each(
    {
        "A": "completely reliable",
        "B": "usually reliable",
        "C": "fairly reliable",
        "D": "not usually reliable",
        "E": "unreliable",
        "F": "reliability cannot be judged",
    }
)
CREDIBILITY = in_each(
    {
        "1": "confirmed by others",
        "2": "probably true",
        "3": "plausible, not confirmed",
        "4": "doubtful",
        "5": "improbable",
        "6": "truth cannot be judged",
    }
)
VOICES = in_each(("no publisher", "one publisher", "two independent publishers", "three independent publishers"))
MANY = in_each("{n} independent publishers")
DRIVES = in_each(
    {
        True: ("raises it slightly", "raises it clearly", "raises it strongly"),
        False: ("lowers it slightly", "lowers it clearly", "lowers it strongly"),
    }
)
FADING = in_each(", and is fading")
BY_FADING = in_each(", by fading")
LESS = in_each(", for there is less of it than before")
THROUGH = in_each({"link": "through: "})
SIGNS = in_each({"level 1": "first signs", "level 2": "clear signs", "level 3": "strong signs"})
FEWER_SIGNS = in_each({"level 1": "no more than first signs", "level 2": "no more than clear signs"})
NO_SIGNS = in_each("no more signs")
SURE = in_each({"low": "low", "moderate": "moderate", "high": "high"})
DOUBTS = in_each(
    {
        "coverage": "only {value} of what bears on it can be seen",
        "one family": "{value} of the evidence comes from one publisher alone",
        "poor sources": "{value} of the evidence comes from sources that are not usually reliable",
        "wide range": "another weighing of the same evidence would give any of {value} terms",
    }
)
MARKED = in_each(
    {
        "TLP:RED": "for the named addressees only; not to be passed on",
        "TLP:AMBER+STRICT": "within your organisation only, as far as needed",
        "TLP:AMBER": "within your organisation and its clients, as far as needed",
        "TLP:GREEN": "within your community; not for publication",
        "TLP:CLEAR": "may be passed on without limit",
    }
)
HAPPENED = in_each({True: "it has occurred", False: "it did not occur"})
