"""GDELT: events of the world's media every quarter of an hour, its mentions of them, and its DOC API as a detour."""
