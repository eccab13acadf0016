"""Files of GDELT as tests write them."""

import io
import zipfile

SUFFIX = ".export.CSV.zip"


def event(number: int = 1, **changes: str) -> str:
    """One line of an export: a fight in Mopti; *changes* replace columns by c and their number."""
    row = [""] * 61
    values = {
        "c0": str(number),
        "c1": "20260301",
        "c6": "MALI",
        "c16": "REBEL",
        "c26": "1951",
        "c28": "19",
        "c31": "10",
        "c32": "2",
        "c33": "5",
        "c51": "4",
        "c52": "Mopti, Mopti, Mali",
        "c53": "ML",
        "c56": "14.4843",
        "c57": "-4.18296",
        "c59": "20260301114500",
        "c60": f"https://news.example/{number}",
    }
    for name, value in (values | changes).items():
        row[int(name[1:])] = value
    return "\t".join(row)


def packed(*lines: str, name: str = "x.export.CSV") -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "".join(f"{line}\n" for line in lines))
    return into.getvalue()
