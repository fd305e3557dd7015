"""Cost of a decision against the number of rules, for all engines: an SVG with a panel for each
number of matches, both axes logarithmic."""
import math
from xml.sax.saxutils import escape

OURS = "libchangepolicy"
_WIDTH, _HEIGHT = 300, 380  # of a panel's axes
_LEFT, _TOP, _GAP, _BOTTOM = 64, 44, 56, 120
_LEGEND_COLUMN, _LEGEND_LINE = 190, 18
# Okabe and Ito's, which people who see colours differently tell apart; then the same, dashed.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_DASHES = ("", "6 3", "2 3")


def cost(row):
    """Nanoseconds of a decision: processor time where the program tells it."""
    return row.get("ns_processor", row["ns_per_decision"])


class Axis:
    """Places values of some powers of ten on a line of some length."""

    def __init__(self, values, length):
        self.first = math.floor(math.log10(min(values)))
        self.end = max(math.ceil(math.log10(max(values))), self.first + 1)
        self.length = length

    def at(self, value):
        return (math.log10(value) - self.first) / (self.end - self.first) * self.length

    def powers(self):
        return [10**power for power in range(self.first, self.end + 1)]


def _number(value):
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _time(nanoseconds):
    for unit, size in (("s", 10**9), ("ms", 10**6), ("µs", 10**3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:g} {unit}"
    return f"{nanoseconds:g} ns"


def _text(x, y, text, anchor="middle", more=""):
    return (f'<text x="{_number(x)}" y="{_number(y)}" text-anchor="{anchor}"{more}>'
            f"{escape(text)}</text>")


def _stroke(number):
    """Of the engine of this number; the first is ours."""
    if number == 0:
        return 'stroke="#000000" stroke-width="3"'
    return f'stroke="{_COLOURS[(number - 1) % len(_COLOURS)]}" stroke-width="1.5"'


def _style(number):
    """Of its line, which is dashed where the colours are used again."""
    dash = _DASHES[(number - 1) // len(_COLOURS) % len(_DASHES)] if number else ""
    return _stroke(number) + (f' stroke-dasharray="{dash}"' if dash else "")


def _panel(left, title, lines, across, up):
    """The axes, and a line of (rules, nanoseconds) for each engine, by the engine's number."""
    bottom = _TOP + _HEIGHT
    yield _text(left + _WIDTH / 2, _TOP - 14, title, more=' font-weight="bold"')
    for value in across.powers():
        x = left + across.at(value)
        yield (f'<line x1="{_number(x)}" y1="{_TOP}" x2="{_number(x)}" y2="{bottom}" '
               f'stroke="#dddddd"/>')
        yield _text(x, bottom + 16, f"{value:,}")
    for value in up.powers():
        y = bottom - up.at(value)
        yield (f'<line x1="{_number(left)}" y1="{_number(y)}" x2="{_number(left + _WIDTH)}" '
               f'y2="{_number(y)}" stroke="#dddddd"/>')
        if left == _LEFT:
            yield _text(left - 6, y + 4, _time(value), "end")
    for number, points in lines.items():
        places = [(left + across.at(rules), bottom - up.at(time)) for rules, time in points]
        line = " ".join(f"{_number(x)},{_number(y)}" for x, y in places)
        yield f'<polyline points="{line}" fill="none" {_style(number)}/>'
        yield from (f'<circle cx="{_number(x)}" cy="{_number(y)}" r="2.5" fill="none" '
                    f"{_stroke(number)}/>" for x, y in places)


def _legend(engines, top):
    columns = max(1, (3 * (_WIDTH + _GAP)) // _LEGEND_COLUMN)
    for place, (number, engine) in enumerate(engines):
        x = _LEFT + place % columns * _LEGEND_COLUMN
        y = top + place // columns * _LEGEND_LINE
        yield f'<line x1="{x}" y1="{y - 4}" x2="{x + 28}" y2="{y - 4}" {_style(number)}/>'
        yield _text(x + 34, y, engine, "start")


def svg(rows):
    """The figure of the rows that were measured on generated rules; empty panels where none was."""
    measured = [row for row in rows if "rules" in row and "why" not in row]
    engines = sorted(dict.fromkeys(row["engine"] for row in measured), key=lambda e: e != OURS)
    if OURS not in engines:
        engines.insert(0, OURS)  # which keeps its style to itself
    matches = sorted({row["matches"] for row in measured})
    across = Axis([row["rules"] for row in measured] or [1], _WIDTH)
    up = Axis([cost(row) for row in measured] or [1], _HEIGHT)
    width = _LEFT + max(1, len(matches)) * (_WIDTH + _GAP)
    height = _TOP + _HEIGHT + _BOTTOM
    drawn = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
             f'width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
             f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    for panel, count in enumerate(matches):
        lines = {}
        for row in sorted((row for row in measured if row["matches"] == count),
                          key=lambda row: row["rules"]):
            lines.setdefault(engines.index(row["engine"]), []).append((row["rules"], cost(row)))
        title = f"{count} match" if count == 1 else f"{count} matches"
        # Ours last, above the others.
        lines = dict(sorted(lines.items(), reverse=True))
        drawn += _panel(_LEFT + panel * (_WIDTH + _GAP), title, lines, across, up)
    drawn.append(_text(_LEFT, _TOP + _HEIGHT + 36, "rules; processor time of a decision", "start"))
    shown = {row["engine"] for row in measured}
    drawn += _legend([(number, engine) for number, engine in enumerate(engines) if engine in shown],
                     _TOP + _HEIGHT + 62)
    return "\n".join([*drawn, "</svg>"]) + "\n"
