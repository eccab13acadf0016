"""In what language a text is written: only said where it is sure, for a wrong answer would cost warnings."""

import pytest

from indicators.language.languages import settled, written_in

FRENCH = "Les stations n'ont plus d'essence dans la capitale, selon des témoins, et les files d'attente s'allongent."
ENGLISH = "Residents say the stations have run out of fuel since Monday, and queues have grown across the capital."
OTHERS = {
    "es": "Los residentes dicen que no hay combustible en la capital desde el lunes y que las colas son largas.",
    "it": "I residenti dicono che non c'è carburante nella capitale da lunedì e le code sono lunghe.",
    "pt": "Os residentes dizem que não há combustível na capital desde segunda-feira e que as filas são longas.",
    "de": "Die Bewohner sagen, dass es in der Stadt seit Montag kein Benzin mehr gibt und die Schlange lang ist.",
    "nl": "Bewoners zeggen dat er sinds maandag geen brandstof meer is in de hoofdstad en dat de rijen lang zijn.",
    "ca": "Els residents diuen que no hi ha combustible a la capital des de dilluns i que les cues són llargues.",
    "fa": "حمله به کاروان سوخت در نزدیکی باماکو",
    "bg": "Жителите казват, че няма гориво в столицата",
}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (FRENCH, "fr"),
        (ENGLISH, "en"),
        ("هجوم على قافلة وقود قرب باماكو صباح الاثنين", "ar"),
        ("Жители говорят, что топлива нет и очереди растут быстро", "ru"),
        ("Мешканці кажуть, що пального в столиці немає", "uk"),
        ("Convoi attaqué près de Kolokani", None),
        ("JNIM", None),
        ("", None),
        ("12 345 !?", None),
        (f"{FRENCH} {ENGLISH}", None),
        *((text, None) for text in OTHERS.values()),
    ],
)
def test_a_language_is_told_by_its_own_small_words_and_letters(text: str, language: str | None) -> None:
    """A headline, a mixture and a neighbouring language prove nothing."""
    assert written_in(text) == language


@pytest.mark.parametrize(
    ("said", "text", "language"),
    [
        ("en", FRENCH, "fr"),
        ("fr", ENGLISH, "en"),
        ("fr", FRENCH, "fr"),
        (None, FRENCH, "fr"),
        (None, "JNIM", None),
        ("en", "JNIM", "en"),
        ("en", OTHERS["es"], "en"),
        ("es", OTHERS["es"], "es"),
        ("bm", FRENCH, "bm"),
    ],
)
def test_a_text_that_proves_another_language_is_read_in_that_one(
    said: str | None, text: str, language: str | None
) -> None:
    """Software declares en-US for many a French site: read in English, its warnings would be missed."""
    assert settled(said, text) == language
