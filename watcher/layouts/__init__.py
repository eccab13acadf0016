"""Layouts of the operator's own: read from the folder that ``templates:`` names, listed, exported, checked, shown."""
