"""Change terms: what pages say of a change to an assessment, a rule of it or an event, as fixed texts."""

from watcher.web.languages import words

SAVED = words("Saved as version %(version)s. It is in force after the next judgement, which begins at once.")
PROPOSED = words("Proposal %(number)s waits for a second pair of eyes; nothing is in force yet.")
WHY = words("Say why, in a sentence: others will read it.")
"""What is asked for where no reason was given."""
