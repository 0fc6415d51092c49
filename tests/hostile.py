"""What somebody might type so that a page runs it, and what a page must not hold afterwards."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import tinyhtml5

_WRITTEN = (Path(__file__).parent / "xss_payloads.txt").read_text(encoding="utf-8").splitlines()
_TITLE = re.compile(r"\[[\w ]+\]")
_BY_NUMBER = re.compile(r"⟦(\w+)⟧")


def _typed(line: str) -> str:
    return _BY_NUMBER.sub(lambda found: chr(int(found[1], 16)), line.replace("⏎", "\n"))


# The two lines of explanation apart.
PAYLOADS = [_typed(line) for line in _WRITTEN[2:] if line and not _TITLE.fullmatch(line)]
# Elements that carry out or fetch something, none of which a text may bring.
_ACTIVE = {"script", "iframe", "object", "embed", "base", "meta", "link", "style", "form", "svg", "math", "img"}
_ADDRESSES = {"href", "src", "action", "formaction", "data", "srcdoc", "background"}
_SCHEMES = {"", "http", "https", "mailto", "tel"}


def elements(html: str) -> Iterator[ElementTree.Element]:
    """The elements that a browser would make of a piece of a page."""
    body = tinyhtml5.parse(f"<!doctype html><body>{html}", namespace_html_elements=False).find("body")
    assert body is not None
    yield from (one for one in body.iter() if one is not body)


def dangers(html: str) -> list[str]:
    """What would run, fetch or disguise, element by element."""
    return [
        f"{one.tag} {dict(one.attrib)}" for one in elements(html) if isinstance(one.tag, str) and _is_dangerous(one)
    ]


def _is_dangerous(one: ElementTree.Element) -> bool:
    names = {str(name).split("}")[-1].lower() for name in one.attrib}
    handlers = any(name.startswith(("on", "hx-", "data-hx-")) for name in names)
    return one.tag.split("}")[-1] in _ACTIVE or handlers or "style" in names or not all(map(_is_plain, _leads(one)))


def _leads(one: ElementTree.Element) -> list[str]:
    return [value for name, value in one.attrib.items() if str(name).split("}")[-1].lower() in _ADDRESSES]


def _is_plain(address: str) -> bool:
    # A browser passes over spaces and control characters before it reads the scheme.
    return urlsplit("".join(letter for letter in address if letter > " ")).scheme.lower() in _SCHEMES


def skeleton(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a piece of a page and the names of their attributes: what words alone never change."""
    return [(str(one.tag), tuple(map(str, one.attrib))) for one in elements(html)]
