"""Which passages does an HTML page hold, and what is each? With offsets into the page's own source text.

Read in one pass, linear in its length whatever it holds. Nothing is executed or fetched; scripts and styles are passed
over. Forms, navigation, banners and footers are kept and labelled, because disclosures and traps stand there. The tree
builders that know HTML's repair rules lose the place of every character, which is why the markup is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from ketsim.audit.passage import CELL, HEADING, ITEM, PARAGRAPH, Passage, PassageBuilder

_RAW: Final = {"script", "style", "template", "svg", "math", "object", "iframe", "noembed", "xmp"}
_VOID: Final = {"br", "hr", "img", "input", "meta", "link", "source", "wbr", "area", "base", "col", "embed", "track"}
_INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "img",
        "input",
    ]
)
_HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
#: Elements and the furniture that they hold.
_BY_TAG: Final = {
    "nav": "navigation",
    "footer": "footer",
    "aside": "aside",
    "form": "form",
    "label": "form",
    "button": "button",
    "select": "form",
    "option": "form",
    "textarea": "form",
    "figcaption": "caption",
    "title": "title",
    "noscript": "notice",
    "dialog": "banner",
}
_BY_WORD: Final = (
    ("hidden", re.compile(r"(?<![a-z])(?:honeypot|gform_validation|visually-?hidden|screen-reader|sr-only)", re.I)),
    ("banner", re.compile(r"cookie|consent|gdpr|(?<![a-z])banner|popup|modal|call-?bar|sticky-?(?:call|phone)", re.I)),
    ("navigation", re.compile(r"breadcrumb|(?<![a-z])menu|navbar|(?<![a-z])nav(?![a-z])|pagination|skip-?link", re.I)),
    (
        "comment",
        re.compile(r"(?<![a-z])comments?(?![a-z])|(?<![a-z])replies|disqus|comment-(?:list|body|content)", re.I),
    ),
    ("form", re.compile(r"newsletter|subscribe|gform|wpcf7|contact-?form|search-?form", re.I)),
    ("aside", re.compile(r"sidebar|related|share|social|advert|(?<![a-z])ads?(?![a-z])|sponsor|promo|widget", re.I)),
    ("footer", re.compile(r"(?<![a-z])footer|colophon|copyright|disclaimer", re.I)),
)
_HIDDEN_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.I)
_ATTRIBUTE: Final = re.compile(
    r"""(?<![\w-])(class|id|role|href|style|hidden|type|placeholder|alt|aria-label|value)\s*(?:=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""",
    re.I,
)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_NAME: Final = re.compile(r"/?([A-Za-z][A-Za-z0-9:-]{0,30})")
_LONGEST_TAG: Final = 4000  # characters of a tag of which attributes are read
_DEEPEST: Final = 200  # open elements that are remembered


def read_html(source: str) -> tuple[Passage, ...]:
    """The passages of a page, in order.

    Names of classes label furniture; where they would leave less than a third of the text as body (a wrapper called
    "with-sidebar"), only the elements themselves do.
    """
    passages = tuple(_Walk(source, by_class=True).passages())
    shown = sum(len(passage.text) for passage in passages)
    if sum(len(passage.text) for passage in passages if passage.is_body) * 3 < shown:
        return tuple(_Walk(source, by_class=False).passages())
    return passages


class _Walk:
    """One pass over the source; holds the open elements and the passage that grows."""

    def __init__(self, source: str, *, by_class: bool) -> None:
        self.source = source
        self.by_class = by_class
        self.open: list[tuple[str, str | None]] = []  # (tag, furniture it holds)
        self.building = PassageBuilder()
        self.heading = 0
        self.link: tuple[int, str] | None = None
        self._missing: set[str] = set()

    def passages(self) -> Iterator[Passage]:
        position, source = 0, self.source
        while position < len(source):
            less = source.find("<", position)
            if less < 0:
                less = len(source)
            if less > position:
                self._text(position, less)
            if less == len(source):
                break
            if source.startswith("<!--", less):
                position = self._behind("-->", less + 4)
                continue
            name = _NAME.match(source, less + 1)
            if name is None:
                if source.startswith(("<!", "<?"), less):
                    position = self._behind(">", less + 1)
                else:
                    self._text(less, less + 1)
                    position = less + 1
                continue
            end = self._tag_end(name.end())
            tag = name[1].lower()
            closing = source[less + 1] == "/"
            position = end
            if not closing and tag in _RAW:
                position = self._behind_raw(tag, end)
                continue
            yield from self._element(tag, closing, source[name.end() : min(end - 1, name.end() + _LONGEST_TAG)], less)
        yield from self._finished()

    def _behind(self, mark: str, position: int) -> int:
        """The place behind the next `mark`; the end of the source where there is none (which is remembered)."""
        if mark in self._missing:
            return len(self.source)
        found = self.source.find(mark, position)
        if found < 0:
            self._missing.add(mark)
            return len(self.source)
        return found + len(mark)

    def _behind_raw(self, tag: str, position: int) -> int:
        if tag in self._missing:
            return len(self.source)
        found = re.compile(rf"</{tag}[\s/>]", re.I).search(self.source, position)
        if found is None:
            self._missing.add(tag)
            return len(self.source)
        return self._behind(">", found.start())

    def _tag_end(self, position: int) -> int:
        """The place behind the ``>`` that ends a tag; quoted attribute values may hold one."""
        source = self.source
        start = position
        while True:
            greater = source.find(">", position)
            if greater < 0:
                return len(source)
            quote = _first_quote(source, position, greater)
            if quote is None or greater - start > _LONGEST_TAG:
                return greater + 1
            closing = source.find(source[quote], quote + 1, quote + 1 + _LONGEST_TAG)
            if closing < 0:
                return greater + 1
            position = closing + 1

    def _text(self, start: int, end: int) -> None:
        source, position = self.source, start
        for entity in _ENTITY.finditer(source, start, end):
            if entity.start() > position:
                self.building.add(source[position : entity.start()], position)
            said = unescape(entity[0])
            if said == entity[0]:
                self.building.add(said, entity.start())
            else:
                self.building.add(said, entity.start(), width=len(entity[0]))
            position = entity.end()
        if position < end:
            self.building.add(source[position:end], position)

    def _element(self, tag: str, closing: bool, inside: str, place: int) -> Iterator[Passage]:
        if tag in _INLINE:
            self._inline(tag, closing, inside, place)
            return
        if tag == "br":
            yield from self._finished()
            return
        yield from self._finished()
        if closing:
            self._close(tag)
        elif tag not in _VOID and not inside.rstrip().endswith("/") and len(self.open) < _DEEPEST:
            self.open.append((tag, _furniture(tag, inside, by_class=self.by_class)))
        self.heading = next((_HEADINGS[name] for name, _ in reversed(self.open[-8:]) if name in _HEADINGS), 0)

    def _inline(self, tag: str, closing: bool, inside: str, place: int) -> None:
        if tag == "a":
            if self.link is not None:
                self.building.link(*self.link)
                self.link = None
            if not closing:
                self.link = (len(self.building), _attributes(inside).get("href", ""))
        elif tag in ("img", "input"):
            self.building.add(" ", place, width=1)

    def _close(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, max(-1, len(self.open) - 60), -1):
            if self.open[depth][0] == tag:
                del self.open[depth:]
                return

    def _finished(self) -> Iterator[Passage]:
        if self.link is not None:
            self.building.link(*self.link)
            self.link = (0, self.link[1])
        made = self.building.take(self._kind(), level=self.heading)
        if made is not None:
            yield made

    def _kind(self) -> str:
        labels = [label for _, label in self.open if label is not None]
        for strongest in ("title", "hidden"):
            if strongest in labels:
                return strongest
        if labels:
            return labels[-1]
        if self.heading:
            return HEADING
        for tag, _ in reversed(self.open[-6:]):
            if tag in ("li", "dd", "dt"):
                return ITEM
            if tag in ("td", "th"):
                return CELL
        return PARAGRAPH


def _first_quote(source: str, start: int, end: int) -> int | None:
    double, single = source.find('"', start, end), source.find("'", start, end)
    found = [place for place in (double, single) if place >= 0]
    return min(found) if found else None


def _attributes(inside: str) -> dict[str, str]:
    return {found[1].lower(): (found[2] or "").strip("\"'") for found in _ATTRIBUTE.finditer(inside)}


def _furniture(tag: str, inside: str, *, by_class: bool) -> str | None:
    """Which furniture an element holds; None for what belongs to the text."""
    attributes = _attributes(inside) if inside else {}
    if "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style", "")):
        return "hidden"
    if tag in _BY_TAG:
        return _BY_TAG[tag]
    if tag in ("html", "body", "main", "article"):
        return None
    words = f"{attributes.get('class', '')} {attributes.get('id', '')} {attributes.get('role', '')}"
    if by_class and words.strip():
        return next((label for label, pattern in _BY_WORD if pattern.search(words)), None)
    return None
