"""That a term has not settled, in one sentence: the same for the desk and for clients."""

from alerts.catalogue import in_each
from alerts.pending import Pending
from indicators.bands import Scale
from indicators.moves import Wait

_SAYS = in_each(
    {
        Wait.EDGE: "The term has not settled: the figure lies within {margin} points of the edge to “{settled}”.",
        Wait.SECOND_VOICE: (
            "The term has not settled: it may go back to “{settled}” until the change has held for {hours} h, "
            "or a second publisher says so."
        ),
        Wait.FALL: "The term has not settled: it may go back to “{settled}” until the fall has held for {hours} h.",
        Wait.SIGHT: "The term has not settled: too little can be seen to be sure that it is not “{settled}” any more.",
    }
)


def pending_line(pending: Pending | None, scale: Scale, lang: str) -> str:
    """Return the sentence in *lang*; empty where nothing is pending."""
    if pending is None:
        return ""
    term = scale[pending.settled].term(lang)
    return _SAYS[lang][Wait(pending.wait)].format(
        settled=term, margin=f"{100 * pending.needs:g}", hours=f"{pending.needs:g}"
    )
