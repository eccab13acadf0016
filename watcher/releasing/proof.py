"""Proof: what left, word for word, to whom, what each provider answered, and who says that it arrived."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.deliveries import Delivery
from alerts.layouts.apart import OwnLayouts
from alerts.messages import render
from alerts.notices import Notice, Step, StepKind
from alerts.routes import Recipient
from watcher.asking.opening import opened
from watcher.asking.refusal import DecisionError
from watcher.layouts.own import closing_layouts
from watcher.releasing.found import FoundNotice, find
from watcher.releasing.headlines import tellable, without_headlines
from watcher.settings import Settings
from watcher.store import deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """One delivery: when it was owed and ended, the words as they read, their digest, and a receipt if there is one.

    ``withheld`` are the findings, by number from 1, whose headlines the words do not have though they were released:
    their source could not be named any more when it was sent.
    """

    delivery: Delivery
    owed_at: datetime
    ended_at: datetime | None
    subject: str
    text: str
    sha256: str
    receipt: Step | None
    withheld: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeProof:
    """Everything that is known of where a released notice arrived."""

    found: FoundNotice
    notice: Notice
    deliveries: tuple[Proved, ...]

    @property
    def open(self) -> tuple[Proved, ...]:
        """What no provider has accepted."""
        return tuple(p for p in self.deliveries if p.ended_at is None or p.delivery.last_answer != "accepted")


def proof(settings: Settings, wanted: str) -> NoticeProof:
    """Return the proof of the notice *wanted*; its words are read back from the record of release and sending."""
    with opened(settings) as database, database.read() as connection:
        found = find(connection, settings, wanted)
        notice = found.kept.sent
        if notice is None:
            raise DecisionError(
                f"{found.kept.id} was not released: nothing has left; `watcher notices show` previews it"
            )
        kept = deliveries.recorded(connection, notice.id)
        now_withheld = tellable(connection, settings, notice, move=found.kept.move).withheld
    # What was never tried would leave as things stand; of everything else the record has what its last try told.
    read = [one if one.delivery.attempts else replace(one, withheld=now_withheld) for one in kept]
    with closing_layouts(settings) as own:
        proved = tuple(_proved(one, notice, settings, found, own) for one in read)
    return NoticeProof(found=found, notice=notice, deliveries=proved)


def _proved(
    recorded: deliveries.Recorded, notice: Notice, settings: Settings, found: FoundNotice, own: OwnLayouts | None
) -> Proved:
    delivery = recorded.delivery
    told = for_contact(without_headlines(notice, recorded.withheld), settings.addressee(delivery.recipient))
    words = render(told, lang=_lang(delivery, settings), own=own)
    receipts = [s for s in found.kept.steps if s.kind is StepKind.RECEIPT and s.about == delivery.recipient]
    return Proved(
        delivery=delivery,
        owed_at=recorded.created_at,
        ended_at=recorded.finished_at,
        subject=words.subject,
        text=words.text,
        sha256=hashlib.sha256(f"{words.subject}\n\n{words.text}".encode()).hexdigest(),
        receipt=receipts[-1] if receipts else None,
        withheld=recorded.withheld,
    )


def for_contact(notice: Notice, recipient: Recipient | None) -> Notice:
    """Return *notice* with its times on the clocks of *recipient*."""
    return zoned(notice, recipient.zone if recipient is not None else "UTC")


def zoned(notice: Notice, zone: str) -> Notice:
    """Return *notice* with its times on the clocks of *zone*."""
    return notice.model_copy(update={"zone": zone})


def _lang(delivery: Delivery, settings: Settings) -> str:
    recipient = settings.addressee(delivery.recipient)
    return recipient.lang if recipient is not None else "en"
