"""Duty terms: words of alerts, deliveries, notices and sources as fixed texts, which pages say in their language."""

from watcher.web.languages import words

DELIVERY = (
    words("held"),
    words("waiting"),
    words("sending"),
    words("accepted"),
    words("bundled"),
    words("dead"),
)
"""Where a delivery stands, as :class:`alerts.deliveries.DeliveryState` spells it."""

LEVELS_OF = (
    words("quiet"),
    words("below level 1"),
    words("level 1"),
    words("level 2"),
    words("level 3"),
    words("not observable"),
    words("not yet due"),
    words("refuted"),
)
"""Levels of an indicator, as an alert spells them."""

NOTICE_STATES = (
    words("draft"),
    words("held"),
    words("archived"),
    words("released"),
    words("withdrawn"),
)
"""Where a notice stands, as :class:`alerts.notices.NoticeState` spells it."""

STEPS = (
    words("review"),
    words("hold"),
    words("archive"),
    words("reopen"),
    words("release"),
    words("withdraw"),
    words("receipt"),
)
"""What somebody did with a notice, as :class:`alerts.notices.StepKind` spells it."""

NOTICE_TYPES = (words("Alert"), words("Update"), words("Cancel"), words("Correction"))
"""What a notice does to the one before it, as :class:`alerts.notices.NoticeType` spells it."""

RULES = (words("reviewed"), words("two-person"), words("automatic-facts-only"))
"""Who must have read a notice, as :class:`alerts.clients.ReleaseRule` spells it."""

PARTS = {
    "headline": words("Headline, in the place of ours: with the term, its range and the day"),
    "changed": words("Below what changed"),
    "so_what": words("Below the distances"),
    "alternatives": words("Below the next most likely"),
    "advice": words("Advice, in the place of the subscription's"),
    "told": words("What was wrong (corrections and recalls)"),
}
"""The parts of a notice that a person words, as :class:`alerts.notices.edits.Part` spells them."""

ADVICE = {
    "never polled": words("Wait for its first poll; if it stays so, test it."),
    "failing": words(
        "Test it. If it fails from here too, look whether its address still works in a browser, then correct or remove "
        "it in watcher.yaml."
    ),
    "refused": words("It does not let us in: look at its key, its login or its terms of use, then test it."),
    "not a feed": words("What stands behind its address is no feed any more: find its new address."),
    "suspect": words("Test it and read what comes. If it is still the one we trust, say so with Trust again."),
    "empty": words("It answers with nothing. Test it; if that is usual for it, say so with Trust again."),
    "stale": words("It answers and says nothing new for longer than usual: look at its site before you call it calm."),
    "gap": words("Some of its reports may have been missed: poll it more often (every: in watcher.yaml)."),
}
"""What to do about a source, by its condition as :class:`watcher.health.conditions.Condition` spells it."""

STATUSES = (words("open"), words("due"), words("resolved"), words("void"))
"""What became of a published figure, as :class:`watcher.scoring.scorecards.Status` spells it."""

FIRST_FIGURE = words("first figure of this version")
"""Why a figure was published that is no move, as the scorecard spells it."""
