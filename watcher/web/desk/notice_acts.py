"""What people do with notices: edit, go over, hold, release, correct, withdraw. The rules are those of the commands.

The record has people here by the name of their account, never by one they can change themselves: the two of a
two-person release must be two.
"""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from starlette.responses import Response

from alerts.notices import StepKind
from alerts.notices.edits import Part
from watcher.asking.refusal import DecisionError
from watcher.releasing import desk
from watcher.releasing.in_hand import InHand, notice_in_hand
from watcher.releasing.letting_go import release as let_go
from watcher.releasing.recalling import correct, withdraw
from watcher.store import StoreError
from watcher.web.desk.notices import in_hand_or_refuse, notice_page
from watcher.web.forms import Form
from watcher.web.languages import words
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Acting, Judging, Leading, Visit

_LONGEST_WORDS = 4_000
"""Letters of one part in one language; a notice of more is read by nobody."""

_STEPS = {
    StepKind.REVIEW: words("You have gone over it. Where two people are asked for, another one can release it now."),
    StepKind.HOLD: words("It is held: nobody is reminded of it. Take it up again when it is time."),
    StepKind.ARCHIVE: words("It is put away and not sent. Take it up again if that was wrong."),
    StepKind.REOPEN: words("It is a draft again and waits for its release."),
}

_NO_PROGRAM = words("A notice is worded and released by a person at a browser, not by a program.")

Act = Callable[[Visit, InHand, Form], Awaitable[Response]]


def router(site: Site) -> APIRouter:
    """Return the routes that change something."""
    del site
    routes = APIRouter()
    _wording(routes)
    _standing(routes)
    _leaving(routes)
    return routes


def _wording(routes: APIRouter) -> None:
    @routes.post("/notices/{key}/preview")
    async def preview(key: str, visit: Judging) -> Response:
        return await _about(visit, key, _preview)

    @routes.post("/notices/{key}/edit")
    async def edit(key: str, visit: Judging) -> Response:
        return await _about(visit, key, _edit)

    @routes.post("/notices/{key}/take-back")
    async def take_back(key: str, visit: Judging) -> Response:
        return await _about(visit, key, _take_back)


def _standing(routes: APIRouter) -> None:
    for kind in _STEPS:
        routes.add_api_route(f"/notices/{{key}}/{kind.value}", _stepping(kind), methods=["POST"])


def _stepping(kind: StepKind) -> Callable[[str, Judging], Awaitable[Response]]:
    """Return the route that takes a step of that *kind*."""

    async def stepped(key: str, visit: Judging) -> Response:
        return await _about(visit, key, _step(kind))

    return stepped


def _leaving(routes: APIRouter) -> None:
    @routes.post("/notices/{key}/correct")
    async def put_right(key: str, visit: Judging) -> Response:
        return await _about(visit, key, _correct)

    @routes.post("/notices/{key}/receipt")
    async def receipt(key: str, visit: Acting) -> Response:
        return await _about(visit, key, _receipt)

    @routes.post("/notices/{key}/release")
    async def release(key: str, visit: Leading) -> Response:
        return await _about(visit, key, _release)

    @routes.post("/notices/{key}/withdraw")
    async def recall(key: str, visit: Leading) -> Response:
        return await _about(visit, key, _withdraw)


async def _about(visit: Visit, key: str, act: Act) -> Response:
    """Do *act* with one notice; what stands against it is said above the page, and nothing was changed."""
    hand = await in_hand_or_refuse(visit, key)
    form = await visit.form()
    if visit.person.token:
        return notice_page(visit, hand, wrong=_NO_PROGRAM, typed=form)
    try:
        return await act(visit, hand, form)
    except (DecisionError, StoreError) as error:
        return notice_page(visit, hand, wrong=str(error), typed=form)


async def _preview(visit: Visit, hand: InHand, form: Form) -> Response:
    own, key = visit.site.plant.layouts, hand.found.kept.id
    told, leave_out = _words(hand, form), _left_out(form)
    tried = await visit.site.ask(
        notice_in_hand, key, who=visit.person.name, now=visit.now, own=own, words=told, leave_out=leave_out
    )
    if tried is None:
        raise RefusedError(NO_SUCH_PAGE)
    return notice_page(visit, tried, typed=form, trying=True)


async def _edit(visit: Visit, hand: InHand, form: Form) -> Response:
    told, leave_out = _words(hand, form), _left_out(form)
    if desk.edited(hand.found.kept, told, leave_out=leave_out, now=visit.now) == hand.found.kept.edits:
        raise DecisionError(words("Nothing was changed in the form."))
    done = await visit.site.act(
        desk.edit, hand.found.kept.id, told, who=visit.person.name, why=_why(form), now=visit.now, leave_out=leave_out
    )
    said = words("Revision %(number)s is kept. Whoever edited it cannot be its second reader.")
    return visit.go(_path(hand), said=said, number=len(done.kept.revisions))


async def _take_back(visit: Visit, hand: InHand, form: Form) -> Response:
    who, why = visit.person.name, _why(form)
    await visit.site.act(desk.take_back, hand.found.kept.id, who=who, why=why, now=visit.now)
    return visit.go(_path(hand), said=words("The words are as they were before the last edit; both stay on record."))


def _step(kind: StepKind) -> Act:
    async def step(visit: Visit, hand: InHand, form: Form) -> Response:
        who, why = visit.person.name, _why(form)
        await visit.site.act(desk.take_step, hand.found.kept.id, kind, who=who, why=why, now=visit.now)
        return visit.go(_path(hand), said=_STEPS[kind])

    return step


async def _receipt(visit: Visit, hand: InHand, form: Form) -> Response:
    who, why, key = visit.person.name, _why(form), hand.found.kept.id
    about = form.text("contact")
    await visit.site.act(desk.take_step, key, StepKind.RECEIPT, who=who, why=why, now=visit.now, about=about)
    return visit.go(_path(hand), said=words("The receipt is noted beside the provider's answer."))


async def _release(visit: Visit, hand: InHand, form: Form) -> Response:
    if form.text("read") != _version(hand):
        raise DecisionError(words("Its words were changed since you opened it: read it again, then release it."))
    who, anyway = visit.person.name, form.text("anyway") == "yes"
    done = await visit.site.act(let_go, hand.found.kept.id, who=who, why=form.text("why"), now=visit.now, anyway=anyway)
    said = words("Released to %(client)s in your name; it goes out within seconds. A wrong one is withdrawn below.")
    return visit.go(_path(hand), said=said, client=done.client.name)


async def _withdraw(visit: Visit, hand: InHand, form: Form) -> Response:
    told = {lang: form.raw(f"say.{lang}")[:_LONGEST_WORDS] for lang in hand.found.client.languages}
    done = await visit.site.act(
        withdraw, hand.found.kept.id, who=visit.person.name, why=_why(form), now=visit.now, told=told
    )
    if done.unreachable:
        said = words("Withdrawn. CALL %(people)s: they got it and cannot be reached from here.")
        return visit.go(_path(hand), said=said, people=", ".join(done.unreachable))
    said = words("Withdrawn: a recall goes to %(people)s now.")
    return visit.go(_path(hand), said=said, people=", ".join(done.told) or "–")


async def _correct(visit: Visit, hand: InHand, form: Form) -> Response:
    told = {f"told.{lang}": form.raw(f"say.{lang}")[:_LONGEST_WORDS] for lang in hand.found.client.languages}
    done = await visit.site.act(correct, hand.found.kept.id, told, who=visit.person.name, why=_why(form), now=visit.now)
    said = words("This is the draft of the correction. Put its words right, then a lead releases it.")
    return visit.go(f"/notices/{done.kept.id}", said=said)


def _words(hand: InHand, form: Form) -> dict[str, str]:
    """Return the fields of the form as :func:`watcher.releasing.desk.edit` takes them."""
    names = [f"{part}.{lang}" for part in Part for lang in hand.found.client.languages]
    told = {name: form.raw(name).replace("\r\n", "\n")[:_LONGEST_WORDS] for name in names if name in form}
    return told | ({desk.NEXT_UPDATE: form.text(desk.NEXT_UPDATE)} if form.text(desk.NEXT_UPDATE) else {})


def _left_out(form: Form) -> tuple[int, ...]:
    return tuple(int(number) for number in form.every("leave_out") if number.isascii() and number.isdecimal())


def _why(form: Form) -> str:
    why = form.text("why")
    if not why:
        raise DecisionError(words("It needs its reason in a sentence; the reason stays with us."))
    return why


def _version(hand: InHand) -> str:
    """Return what tells the words that somebody read from those that are kept now."""
    return str(len(hand.found.kept.revisions))


def _path(hand: InHand) -> str:
    return f"/notices/{hand.found.kept.id}"
