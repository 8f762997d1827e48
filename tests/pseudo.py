"""The pseudo-locale check: what of a page did not come out of a catalogue.

With ``?lang=x-pseudo`` every catalogue text stands between ⟦ and ⟧. ``foreign_texts`` returns what has
letters or Chinese signs outside them, in text and in attributes people read; data are marked
``translate="no"``.
"""

from html.parser import HTMLParser

READ = frozenset({"title", "aria-label", "placeholder", "alt"})
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
SILENT = frozenset({"script", "style"})


class _Reader(HTMLParser):
    """Walks a page and collects foreign texts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.inside: list[tuple[str, bool]] = []
        self.text = ""

    @property
    def data(self) -> bool:
        return bool(self.inside) and self.inside[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.settle()
        given = dict(attrs)
        exempt = self.data or given.get("translate") == "no" or tag in SILENT
        if tag not in VOID:
            self.inside.append((tag, exempt))
        if not exempt:
            self.found += [foreign for name in READ if (foreign := outside(given.get(name) or ""))]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.settle()
        if any(name == tag for name, _ in self.inside):
            while self.inside.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.data:
            self.text += data

    def settle(self) -> None:
        """Judge the text since the last tag."""
        if foreign := outside(self.text):
            self.found.append(foreign)
        self.text = ""


def outside(text: str) -> str:
    """Return what stands outside ⟦…⟧ if it has letters or Chinese signs, else nothing."""
    depth, kept = 0, []
    for sign in text:
        if sign == "⟦":
            depth += 1
        elif sign == "⟧":
            depth -= 1
        elif depth == 0:
            kept.append(sign)
    rest = "".join(kept).strip()
    return rest if any(sign.isalpha() for sign in rest) else ""


def foreign_texts(html: str) -> list[str]:
    """Return every text of a pseudo-locale page that came from elsewhere than a catalogue."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.settle()
    return reader.found
