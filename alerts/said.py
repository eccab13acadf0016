"""Everything that is said to people, by kind. A new kind is one class, one row here, one layout."""

import hashlib
import json
from typing import Annotated, Any

from pydantic import Discriminator, Tag, TypeAdapter

from alerts.acknowledged import Acknowledged
from alerts.alert import Alert
from alerts.digest import Digest
from alerts.notices.notice import Notice
from alerts.ping import Ping
from alerts.system import SystemWarning


def _kind(value: Any) -> str:
    """Alerts kept before there were kinds are about moves."""
    return str(value.get("kind", "move") if isinstance(value, dict) else value.kind)


AnyAlert = Annotated[
    Annotated[Alert, Tag("move")]
    | Annotated[SystemWarning, Tag("system")]
    | Annotated[Digest, Tag("digest")]
    | Annotated[Notice, Tag("notice")]
    | Annotated[Acknowledged, Tag("acknowledged")]
    | Annotated[Ping, Tag("watchdog")],
    Discriminator(_kind),
]
"""One alert of any kind: each has ``id``, ``kind``, ``assessment``, ``subject_key``, ``level``, ``urgency``, ``at``."""

_ANY: TypeAdapter[AnyAlert] = TypeAdapter(AnyAlert)


def read_alert(body: str) -> AnyAlert:
    """Return the alert that was kept as *body*. Raises ``ValueError`` for anything else."""
    return _ANY.validate_python(json.loads(body), strict=False)


def thread_of(alert: AnyAlert) -> str:
    """Return what every alert about the same line, source or recipient shares, as a short name without words."""
    parts = json.dumps([alert.assessment, alert.subject_key])
    return hashlib.sha256(parts.encode()).hexdigest()[:24]
