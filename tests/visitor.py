"""A person in front of the pages: reads words, follows links, fills in the form that is shown and sends it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

from django.test import Client

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# A picture's words stand beside it in a table.
_UNREAD = {"script", "style", "head", "svg"}
_INLINE = {"a", "abbr", "b", "em", "i", "small", "span", "strong", "time"}


class _Tree(HTMLParser):
    """The page as elements; what a browser closes by itself is closed here too."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.builder, self.open_tags = TreeBuilder(), []
        self.builder.start("page", {})
        self.feed(html)
        self.builder.end("page")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self.builder.end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def _words(element: Element) -> str:
    """What is read, with plain spaces where typography has others."""

    def pieces(one: Element) -> Iterator[str]:
        if one.tag in _UNREAD:
            return
        apart = "" if one.tag in _INLINE else " "
        yield apart + (one.text or "")
        for child in one:
            yield from pieces(child)
            yield child.tail or ""
        yield apart

    return " ".join("".join(pieces(element)).split())


@dataclass
class Page:
    """One page as it came back."""

    status: int
    address: str
    html: str
    tree: Element = field(init=False)

    def __post_init__(self) -> None:
        self.tree = _Tree(self.html).builder.close()

    @property
    def words(self) -> str:
        return _words(self.tree)

    @property
    def heading(self) -> str:
        return _words(next(self.tree.iter("h1")))

    @property
    def messages(self) -> list[str]:
        """What the page says of what was just done."""
        said = (one for one in self.tree.iter("div") if one.get("role") == "status")
        return [_words(alert) for one in said for alert in one if "alert" in alert.get("class", "").split()]

    def section(self, heading: str) -> str:
        """The words under a heading, the heading left out."""
        found = (one for one in self.tree.iter("section") if heading in {_words(h) for h in one.iter("h2")})
        return _words(next(found)).removeprefix(heading).strip()

    @property
    def links(self) -> dict[str, str]:
        return {_words(one): one.get("href", "") for one in self.tree.iter("a")}

    def forms(self) -> list[Element]:
        return [one for one in self.tree.iter("form") if one.get("method") == "post"]

    def form_of(self, button: str) -> Element:
        for form in self.forms():
            if any(_words(one) == button for one in form.iter("button")):
                return form
        raise LookupError(f"{self.address} has no button « {button} »")

    def typed(self, name: str) -> str:
        """What a field of the page holds."""
        return next(value for form in self.forms() for key, value in values_of(form) if key == name)

    def errors(self) -> dict[str, str]:
        """What is said beside each refused field, provided that the field, or the group it belongs to, is tied
        to it for a screen reader."""
        groups = {one: group for group in self.tree.iter("fieldset") for one in group.iter()}
        refused = [one for one in self.tree.iter() if one.get("aria-invalid") == "true"]
        named = {next(part.get("name", "") for part in one.iter() if part.get("name")): one for one in refused}
        return {name: self._said_of(one) or self._said_of(groups.get(one)) for name, one in named.items()}

    def _said_of(self, element: Element | None) -> str:
        ids = "" if element is None else element.get("aria-describedby", "")
        by_id = {one.get("id"): one for one in self.tree.iter() if one.get("id")}
        return " ".join(_words(by_id[name]) for name in ids.split() if "error" in name)


def values_of(form: Element) -> list[tuple[str, str]]:
    """What a browser would send of this form as it stands, its buttons aside."""
    sent = []
    for one in form.iter():
        name = one.get("name")
        if not name or one.tag == "button":
            continue
        if one.tag == "textarea":
            sent.append((name, (one.text or "").removeprefix("\n")))
        elif one.tag == "select":
            chosen = [option for option in one.iter("option") if "selected" in option.attrib]
            sent.append((name, (chosen or list(one.iter("option")))[0].get("value", "")))
        elif one.get("type") not in {"checkbox", "radio"} or "checked" in one.attrib:
            sent.append((name, one.get("value", "")))
    return sent


class Visitor:
    """Somebody with a session, and the page they have before their eyes."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.page = Page(0, "", "<h1></h1>")

    def open(self, address: str) -> Page:
        return self._arrive(self.client.get(address, follow=True), address)

    def click(self, label: str) -> Page:
        return self.open(self.page.links[label])

    def press(self, button: str, *, page: Page | None = None, **typed: str | list[str]) -> Page:
        """Sends the form that this button belongs to, with what was typed over what it held."""
        page = page or self.page
        form = page.form_of(button)
        data: dict[str, list[str]] = {}
        for name, value in values_of(form):
            data.setdefault(name, []).append(value)
        pressed = next(one for one in form.iter("button") if _words(one) == button)
        if pressed.get("name"):
            data[pressed.get("name", "")] = [pressed.get("value", "")]
        unknown = typed.keys() - {one.get("name") for one in form.iter()}
        if unknown:
            raise LookupError(f"{page.address} has no field {unknown}")
        data |= {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
        address = form.get("action") or page.address
        return self._arrive(self.client.post(address, data, follow=True), address)

    def _arrive(self, response, address: str) -> Page:
        arrived = response.redirect_chain[-1][0] if response.redirect_chain else address
        self.page = Page(response.status_code, arrived, response.content.decode())
        return self.page
