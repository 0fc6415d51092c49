"""What a structure keeps with its sheet: a paper that its association voted, and a picture of the place."""

import io

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from efc_platform.management.demo_world.world import World
from efc_platform.shared.pdf import html_to_pdf
from structures import operations

_PAPER = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Projet associatif</title>
<meta name="author" content="La Ressourcerie des Trois Rives"></head><body><h1>Projet associatif</h1>
<p>Voté par l’assemblée générale, après trois soirées ouvertes à tout le quartier.</p>
<h2>Ce à quoi nous tenons</h2><p>Qu’un objet serve longtemps, et que celles et ceux qui le remettent en état en vivent
dignement.</p><h2>Ce que nous voulons changer</h2><p>Compter autrement que par les tonnes\u00a0: ce qui dure, ce qui se
répare, ce qui s’apprend ensemble.</p></body></html>"""


def make_documents(world: World) -> None:
    structure = world.structures["ressourcerie-trois-rives"]
    brought = (
        ("ines", "projet-associatif.pdf", html_to_pdf(_PAPER), "Projet associatif", "Voté en assemblée générale."),
        ("nadia", "facade.jpg", _drawn(), "La façade, rue du Canal", "Pour l’affiche des portes ouvertes."),
    )
    for key, name, content, title, about in brought:
        file = ContentFile(content, name=name)
        operations.add_document(by=world.user(key), structure=structure, upload=file, title=title, about=about)


def _drawn() -> bytes:
    """A house, its three windows, its door and the canal."""
    picture = Image.new("RGB", (1200, 800), "#dfe9ea")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 640, 1200, 800), fill="#6f9aa3")
    pen.polygon([(220, 320), (600, 120), (980, 320)], fill="#9c4f3b")
    pen.rectangle((260, 320, 940, 640), fill="#efe3cf")
    for left in (320, 520, 720):
        pen.rectangle((left, 380, left + 120, 480), fill="#3d5a66")
    pen.rectangle((540, 510, 660, 640), fill="#2f6f62")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()
