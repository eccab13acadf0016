"""How good forecasts and warnings were: scores of settled figures, one noun a file. Pure arithmetic.

Everything here is given what was said and what came of it; who decided what came of it is no matter of this room.
"""
