"""Language: letters and words of a text, the forms of a word, and in which language it is written.

What everything that reads texts begins with; it knows nothing of items, rules or places.
"""
