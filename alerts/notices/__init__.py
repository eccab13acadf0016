"""Notices: what a client is told, from the machine's draft to the named person who releases it, and its recall.

A :class:`Notice` holds what one client may read and nothing else: no rule ids, no private source, no other client.
"""

from alerts.notices.edits import Edits
from alerts.notices.notice import Notice, NoticeType, Release
from alerts.notices.states import NoticeState, Step, StepKind, state_of

__all__ = ["Edits", "Notice", "NoticeState", "NoticeType", "Release", "Step", "StepKind", "state_of"]
