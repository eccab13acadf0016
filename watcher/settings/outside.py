"""The watcher outside, as an operator writes it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from pydantic import Field, field_validator

from alerts.channels import CHANNELS
from alerts.ping import ALIVE, FAILING
from alerts.routes import Recipient
from alerts.spans import Duration
from indicators.written import Fault, Written


class Watchdog(Written):
    """A watcher outside that is told *every* so often, at *url*, that all is well: silence there is an alarm.

    ``fail`` is what is put behind the address to say that we are in trouble, or an address of its own; empty where
    the watcher outside has no such thing, and silence has to do.
    """

    url: str = Field(repr=False)
    every: Duration = timedelta(minutes=5)
    fail: str = Field(default="/fail", repr=False)

    @field_validator("every")
    @classmethod
    def _bounded(cls, value: timedelta) -> timedelta:
        if not timedelta(seconds=1) <= value <= timedelta(hours=1):
            raise ValueError("write an interval between 1s and 1h")
        return value

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Who stands for it in the outbox: one for all is well, one for trouble if it has an address for that."""
        alive = Recipient(id=ALIVE, channels={"webhook": self.url})
        if not self.fail:
            return (alive,)
        base, hash_, options = self.url.partition("#")
        failing = f"{base}{self.fail}{hash_}{options}" if self.fail.startswith("/") else self.fail
        return alive, Recipient(id=FAILING, channels={"webhook": failing})


def watchdog_faults(
    watchdog: Watchdog | None,
    recipients: Iterable[Recipient],
    *,
    filled: Callable[[str], tuple[str, tuple[str, ...]]],
) -> Iterator[Fault]:
    """Find recipients who bear its names, and addresses that cannot be pinged.

    *filled* gives an address with its ``${NAME}`` parts filled in, and the names that the environment does not have.
    """
    for i, recipient in enumerate(recipients):
        if recipient.id in (ALIVE, FAILING):
            what = f"{recipient.id!r} is the name of the watcher outside"
            yield Fault(path=("recipients", i, "id"), what=what, instead="rename the recipient")
    for one in watchdog.recipients if watchdog is not None else ():
        address, missing = filled(one.channels["webhook"])
        path = ("watchdog", "url" if one.id == ALIVE else "fail")
        for name in missing if one.id == ALIVE else ():
            yield Fault(path=path, what=f"the environment has no {name}", instead=f"export {name}=…")
        for what in () if missing else CHANNELS["webhook"].problems(address):
            yield Fault(path=path, what=what)
