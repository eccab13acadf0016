"""Drafts: what a move means to each client, written in the transaction of its alert."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import structlog

from alerts.alert import Alert
from alerts.clients import Client, Subscription
from alerts.drafts.drafting import JudgedMove, Signed, ToldClient, draft
from alerts.markings import strictness
from alerts.notices import Edits, Notice, NoticeState, Step, StepKind
from alerts.system import Standing, SystemWarning, system_warning_id
from alerts.worded import Names
from indicators.assessments import forecasts
from indicators.bands import WarningLevel
from indicators.evaluation import Evaluation
from indicators.moves import OutlookMove
from indicators.outlooks import Turning, change_our_mind, confidence_of
from watcher.assessments import Live
from watcher.releasing.automatic import release_by_itself
from watcher.releasing.letting_go import MACHINE
from watcher.releasing.placing import placed
from watcher.saying import planning
from watcher.settings import Settings
from watcher.store import Connection, StoreError, audit, installation
from watcher.store.line_record import line_record
from watcher.store.notices import ClientNotices, KeptNotice, last_told

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """Drafts notices of the moves of one judgement. What takes long is worked out once, and only if it is asked for."""

    connection: Connection
    settings: Settings
    live: Live
    evaluation: Evaluation
    happened: Mapping[str, bool]
    now: datetime

    def of(self, move: OutlookMove, alert: Alert) -> None:
        """Draft a notice for each client that *alert* concerns.

        A fault in one of them holds up neither the others nor the alert: it is told to the operators.
        """
        for client in self.settings.clients:
            subscription = client.subscription(alert)
            if subscription is None:
                continue
            if strictness(self.live.assessment.marking) > strictness(client.ceiling):
                marking, ceiling = self.live.assessment.marking, client.ceiling
                en = f"{marking} is above its ceiling, {ceiling}"
                self._refuse(client, alert, {"en": en, "fr": f"{marking} dépasse son plafond, {ceiling}"})
                continue
            try:
                with self.connection.begin_nested():
                    self._draft(move, alert, client, subscription)
            except StoreError:
                raise
            except Exception as error:
                log.exception("notice could not be drafted", client=client.id, move=move.id)
                en = f"a fault of ours, {type(error).__name__}; the log has it"
                fr = f"une faute de notre part, {type(error).__name__} ; le journal l'a"
                self._refuse(client, alert, {"en": en, "fr": fr})

    def _draft(self, move: OutlookMove, alert: Alert, client: Client, subscription: Subscription) -> None:
        """Keep the draft, and let it leave by itself where it may."""
        notices = ClientNotices(self.connection, client)
        made, told, remarks = self._drafted(move, alert, client, subscription, notices)
        if self._keep(notices, made, move, told, remarks):
            release_by_itself(self.connection, self.settings, client, now=self.now)

    def _drafted(
        self, move: OutlookMove, alert: Alert, client: Client, subscription: Subscription, notices: ClientNotices
    ) -> tuple[Notice, tuple[KeptNotice, ...], tuple[str, ...]]:
        line = notices.every(assessment=alert.assessment, scenario=alert.scenario)
        waiting = tuple(n for n in line if n.state in _WAITING and not n.drafted.corrects)
        last = last_told(line)
        where = placed(client, self.live.matcher.gazetteer)
        made = draft(
            self._judged(move, alert),
            client,
            subscription,
            told=ToldClient(
                notice=last.sent if last is not None else None,
                rows=last.rows if last is not None else {},
                waiting=tuple(finding for n in waiting for finding in n.worded.shown),
            ),
            placed=where,
            signed=Signed(issuer=self.settings.notices.issuer, contact=self.settings.notices.contact),
            salt=self.evaluation_salt,
        )
        remarks = [f"{name} is not measured: {why}" for name, why in where.unplaced.items()]
        remarks += [f"{n.id} had edits that this draft has not" for n in waiting if n.edits != Edits()]
        return made, waiting, tuple(remarks)

    def _keep(
        self,
        notices: ClientNotices,
        made: Notice,
        move: OutlookMove,
        waiting: tuple[KeptNotice, ...],
        remarks: tuple[str, ...],
    ) -> bool:
        if not notices.add(made, move=move.id, rows={row.key: row.nats for row in move.rows}, remarks=remarks):
            return False
        for old in waiting:
            why = f"{made.id} takes its place"
            notices.step(old, Step(kind=StepKind.ARCHIVE, who=MACHINE, why=why, at=self.now))
        log.info("notice drafted", client=made.client, notice=made.id, scenario=made.judgement.scenario)
        return True

    def _judged(self, move: OutlookMove, alert: Alert) -> JudgedMove:
        assessment, outlook = self.live.assessment, self.evaluation.outlook
        forecast = next((f for f in forecasts(assessment) if f.key == move.key), None)
        readings = {r.indicator: r for r in self.evaluation.readings}
        known = forecast is not None
        return JudgedMove(
            alert=alert,
            move=move,
            assessment=assessment,
            readings=readings,
            estimates=outlook.estimates,
            confidence=confidence_of(assessment, outlook, move.key, self.evaluation.readings) if known else None,
            turnings=self._turnings.get(move.key, ()),
            course=line_record(self.connection, assessment, forecast).points if forecast is not None else (),
            public=self.settings.public_sources,
        )

    @cached_property
    def _turnings(self) -> dict[str, tuple[Turning, Turning]]:
        return change_our_mind(self.live.assessment, self.evaluation.readings, happened=self.happened, most=3)

    @cached_property
    def evaluation_salt(self) -> str:
        """The installation's name: ids of two of them over one assessment differ."""
        return installation.salt(self.connection)

    def _refuse(self, client: Client, alert: Alert, why: Names) -> None:
        """Say to the operators that a client is not told: nothing is left out in silence."""
        detail = {"client": client.id, "move": alert.id, "why": why["en"]}
        audit.write(self.connection, at=self.now, who=MACHINE, what="notice not drafted", detail=detail)
        line = alert.line.name
        about = f"no draft for {client.id} of {alert.id}"
        warning = SystemWarning(
            id=system_warning_id(about, Standing.RAISED, self.now, salt=self.evaluation_salt),
            about=about,
            at=self.now,
            since=self.now,
            standing=Standing.RAISED,
            passing=True,
            urgency=max(alert.urgency, WarningLevel.WATCH),
            headline={
                "en": f"No notice was drafted for {client.name}",
                "fr": f"Aucun avis n'a été préparé pour {client.name}",
            },
            details=({"en": f"{line['en']}: {why['en']}", "fr": f"{line.get('fr', line['en'])} : {why['fr']}"},),
            meaning={
                "en": "This client is not told of the move unless a person does it.",
                "fr": "Ce client n'est pas avisé du changement si personne ne le fait.",
            },
            next_step={
                "en": "Tell the client by other means; `watcher check` looks over the subscriptions.",
                "fr": "Avisez le client autrement ; `watcher check` vérifie les abonnements.",
            },
        )
        planning.plan(self.connection, self.settings, warning, now=self.now)


_WAITING = (NoticeState.DRAFT, NoticeState.HELD)
