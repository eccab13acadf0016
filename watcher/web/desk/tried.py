"""The picture of a try: how much came in on each day, and how much of it the draft counts."""

from watcher.web.charts.drawing import Drawing
from watcher.web.languages import Language
from watcher.web.tries import Try

WIDTH, HEIGHT = 600, 120
_FLOOR = 96


def picture(tried: Try, lang: Language) -> Drawing:
    """Return a bar for each day; a day on which nothing came in is marked as unknown, not as calm."""
    days = (tried.result or {}).get("days", [])
    most = max((int(day["counted"]) for day in days), default=0) or 1
    counted, dark = sum(int(d["counted"]) for d in days), sum(not d["items"] for d in days)
    told = lang.says(
        "%(counted)s counted in %(days)s days, at most %(most)s on one; nothing came in on %(dark)s days.",
        counted=lang.number(counted),
        days=lang.number(len(days)),
        most=lang.number(most if counted else 0),
        dark=lang.number(dark),
    )
    drawing = Drawing(WIDTH, HEIGHT, told=told, look="chart")
    step = WIDTH / max(1, len(days))
    for number, day in enumerate(days):
        x, height = number * step, int(day["counted"]) / most * (_FLOOR - 18)
        if not day["items"]:
            drawing.add("rect", look="b0", x=x, y=0, width=step, height=_FLOOR, tip=f"{day['day']}: –")
        elif height:
            tip = f"{day['day']}: {day['counted']}"
            drawing.add("rect", look="s0", x=x, y=_FLOOR - height, width=max(1.0, step - 1), height=height, tip=tip)
    drawing.add("path", look="axis", d=f"M0,{_FLOOR}H{WIDTH}")
    if days:
        drawing.text(0, 14, str(most if counted else 0), look="soft")
        drawing.text(0, HEIGHT - 6, str(days[0]["day"]), look="soft")
        drawing.text(WIDTH, HEIGHT - 6, str(days[-1]["day"]), look="soft", anchor="end")
    return drawing
