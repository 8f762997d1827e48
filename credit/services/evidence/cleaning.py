"""Taking out of a picture what it carries besides its pixels: place, time, device, author, preview."""

import io
import warnings

from PIL import Image, ImageOps

from market.runtime.files import FileKindError

QUALITY = 90
BROKEN = (
    *(OSError, ValueError, SyntaxError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)


def clean(data: bytes) -> bytes:
    """Return a JPEG or PNG drawn anew from its pixels, upright; anything else as it is.

    Raises:
        FileKindError: It says it is a picture and cannot be read as one.
    """
    kind = "PNG" if data.startswith(b"\x89PNG") else "JPEG" if data.startswith(b"\xff\xd8\xff") else ""
    if not kind:
        return data
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                upright = ImageOps.exif_transpose(picture)
                plain = upright.convert("RGBA" if kind == "PNG" and "A" in upright.getbands() else "RGB")
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as bad:
        raise FileKindError(
            "the picture cannot be read", declared="", kinds=["image/png", "image/jpeg"]
        ) from bad
    made = Image.new(plain.mode, plain.size)
    made.paste(plain)
    out = io.BytesIO()
    made.save(out, kind, quality=QUALITY) if kind == "JPEG" else made.save(out, kind)
    return out.getvalue()
