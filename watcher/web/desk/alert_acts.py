"""What people do about alerts: take one, give it back, escalate, silence; and about messages: send, give up, revive."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from alerts.acknowledgements import USUAL, Answer
from alerts.deliveries import Delivery
from alerts.quiet import LEVELS
from alerts.silences import Silence
from watcher.asking.refusal import DecisionError
from watcher.deciding.acknowledging import Taken, acknowledge, give_back
from watcher.deciding.silencing import end_silence, set_silence
from watcher.saying import owing
from watcher.saying.escalating import escalate_now
from watcher.showing.alert_in_full import AlertInFull
from watcher.store import StoreError
from watcher.web.desk.alerts import HOURS, alert_or_refuse, alert_page, number_of, overview_page
from watcher.web.forms import Form
from watcher.web.languages import words
from watcher.web.site import Site
from watcher.web.visits import Acting, Visit

_LONGEST_NOTE = 500


def router(site: Site) -> APIRouter:
    """Return the routes that change something."""
    routes = APIRouter()

    @routes.post("/alerts/{key}/take")
    async def take(key: str, visit: Acting) -> Response:
        return await _about(visit, key, _take)

    @routes.post("/alerts/{key}/give-back")
    async def back(key: str, visit: Acting) -> Response:
        return await _about(visit, key, _give_back)

    @routes.post("/alerts/{key}/escalate")
    async def escalate(key: str, visit: Acting) -> Response:
        return await _about(visit, key, _escalate)

    @routes.post("/alerts/{key}/silence")
    async def silence(key: str, visit: Acting) -> Response:
        return await _about(visit, key, _silence)

    @routes.post("/silences/{number}/end")
    async def end(number: str, visit: Acting) -> Response:
        try:
            done = await site.act(end_silence, number_of(number), who=visit.person.who, now=visit.now)
        except (DecisionError, StoreError) as error:
            return await overview_page(visit, wrong=str(error))
        said = words("Silence %(number)s is over; %(count)s held messages go out now.")
        return visit.go("/alerts", said=said, number=number, count=done.holds)

    @routes.post("/messages/{key}/send")
    async def send(key: str, visit: Acting) -> Response:
        return await _message(visit, key, owing.send_now, words("The message is due now and goes out within seconds."))

    @routes.post("/messages/{key}/give-up")
    async def give_up(key: str, visit: Acting) -> Response:
        said = words("The message is given up. It stands under Given up, and can be sent again from there.")
        return await _message(visit, key, owing.give_up, said, with_reason=True)

    @routes.post("/messages/{key}/revive")
    async def revive(key: str, visit: Acting) -> Response:
        return await _message(visit, key, owing.revive, words("The message is owed again and goes out within seconds."))

    return routes


async def _about(visit: Visit, key: str, act: Callable[[Visit, AlertInFull, Form], Awaitable[Response]]) -> Response:
    """Do *act* with one alert; what stands against it is said above the page, and nothing was changed."""
    found = await alert_or_refuse(visit.site, key, visit.now)
    form = await visit.form()
    try:
        return await act(visit, found, form)
    except (DecisionError, StoreError, ValueError) as error:
        return await alert_page(visit, found, wrong=str(error), typed=form)


async def _take(visit: Visit, found: AlertInFull, form: Form) -> Response:
    lasts, note = _hours(form), form.text("note", most=_LONGEST_NOTE)
    who = visit.person.who
    done: Taken = await visit.site.act(acknowledge, found.alert.id, who=who, note=note, lasts=lasts, now=visit.now)
    if done.answer is Answer.OVERTAKEN:
        return visit.go(f"/alerts/{done.alert.id}", said=words("It has moved on since: this is the newer alert."))
    if done.answer not in (Answer.TAKEN, Answer.YOURS) or done.acknowledgement is None:
        raise DecisionError(done.told)
    until = visit.language.moment(done.acknowledgement.until)
    said = words("You have it until %(until)s. Its chain is stopped; a rise or new evidence opens it again.")
    return visit.go(_path(found), said=said, until=until)


async def _give_back(visit: Visit, found: AlertInFull, form: Form) -> Response:
    del form
    await visit.site.act(give_back, found.alert.id, who=visit.person.who, now=visit.now)
    return visit.go(_path(found), said=words("It is open again, and its chain begins again at once."))


async def _escalate(visit: Visit, found: AlertInFull, form: Form) -> Response:
    why = form.text("why", most=_LONGEST_NOTE)
    done = await visit.site.act(escalate_now, found.alert.id, who=visit.person.who, why=why, now=visit.now)
    said = words("Called now: %(people)s. If nobody answers, the chain goes on by itself.")
    return visit.go(_path(found), said=said, people=", ".join(done.reached))


async def _silence(visit: Visit, found: AlertInFull, form: Form) -> Response:
    alert = found.alert
    up_to = form.text("up_to")
    if up_to not in LEVELS:
        raise DecisionError(f"the highest level that is held: one of {', '.join(LEVELS)}")
    why = form.text("why", most=_LONGEST_NOTE)
    if not why:
        raise DecisionError(words("A silence needs its reason in a sentence."))
    wanted = Silence(
        who=visit.person.who,
        why=why,
        start=visit.now,
        end=visit.now + _hours(form),
        assessment=alert.assessment,
        subject=alert.subject_key,
        kind=alert.kind,
        up_to=LEVELS[up_to],
    )
    done = await visit.site.act(set_silence, wanted, now=visit.now)
    said = words(
        "Silence %(number)s holds messages about this until %(until)s; it would have held %(held)s of the last "
        "%(of)s alerts. It ends by itself, or under Alerts."
    )
    until = visit.language.moment(done.silence.end)
    return visit.go(
        _path(found), said=said, number=done.silence.number, until=until, held=done.would_have_held, of=done.of
    )


async def _message(
    visit: Visit, key: str, act: Callable[..., Delivery], said: str, *, with_reason: bool = False
) -> Response:
    form = await visit.form()
    more = {"why": form.text("why", most=_LONGEST_NOTE)} if with_reason else {}
    try:
        done = await visit.site.act(act, key, who=visit.person.who, now=visit.now, **more)
    except (DecisionError, StoreError) as error:
        return await overview_page(visit, wrong=str(error))
    return visit.go(f"/alerts/{done.alert_id}" if form.text("back") == "alert" else "/alerts", said=said)


def _hours(form: Form) -> timedelta:
    known = {str(hours): timedelta(hours=hours) for hours in HOURS}
    return known.get(form.text("hours"), USUAL)


def _path(found: AlertInFull) -> str:
    return f"/alerts/{found.alert.id}"
