"""Judging: what was kept becomes readings, an outlook and moves; and any past day is judged again as it was known."""
