"""Pictures: decoded, then written anew, so that nothing stays in them but what is seen."""

import io
import warnings

from PIL import Image, ImageFile, ImageOps

from efc_platform.shared.errors import OperationRefused

# A photograph of 24 megapixels goes through; what unfolds to more is not decoded.
MOST_PIXELS = 30_000_000
# Above twice this size, a JPEG is decoded at a half, a quarter or an eighth: nobody sees it on a page.
_LARGE = (3000, 3000)
_FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
_WRITING: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 90, "progressive": True},
    "PNG": {},
    "WEBP": {"quality": 90},
}


def picture_to_keep(content: bytes, kind: str) -> bytes:
    """The same picture without metadata (place, camera, thumbnail) and without anything behind it; upright, and its
    first image when it moves. OperationRefused when it is broken, or too large to be decoded."""
    name = _FORMATS[kind]
    try:
        with warnings.catch_warnings():
            # Pillow warns of what is refused below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            # WeasyPrint, in the same process, asks for the contrary.
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            return _written_anew(content, name)
    except OperationRefused:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError, Image.DecompressionBombError) as wrong:
        raise OperationRefused("Cette image ne s’ouvre pas\u00a0: elle est abîmée ou incomplète.") from wrong


def _written_anew(content: bytes, name: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=[name]) as picture:
        if name == "JPEG":
            picture.draft("RGB", _LARGE)
        if picture.width * picture.height > MOST_PIXELS:
            raise OperationRefused(
                "Cette image compte trop de points pour être ouverte ici\u00a0: réduisez-la à 6\u00a0000 pixels de "
                "large."
            )
        upright = ImageOps.exif_transpose(picture)
        plain = upright.convert(_mode(upright, name))
    out = io.BytesIO()
    # A new image: what Pillow keeps beside the points (comments, profiles) stays with the old one.
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    bare.save(out, name, **_WRITING[name])
    return out.getvalue()


def _mode(picture: Image.Image, name: str) -> str:
    if name != "JPEG" and (picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info):
        return "RGBA"
    return "L" if picture.mode in {"L", "1"} and name != "WEBP" else "RGB"
