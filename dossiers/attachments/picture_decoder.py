"""The child that opens one picture: kind, and longest side and frame if asked for, as arguments; bytes in, bytes out.

Exits with 3 for one too large, with another number for one that is broken. See pictures.py.
"""

import io
import resource
import sys

LARGEST_SIDE = 2560
TOO_LARGE = 3
MOST_SECONDS = 20
MB = 1 << 20
# Pixels, then memory. A JPEG is unpacked at the size wanted; phones take up to 108 million pixels, HEIC up to 50.
LIMITS = {
    "jpeg": (120_000_000, 512 * MB),
    "png": (50_000_000, 512 * MB),
    "webp": (34_000_000, 512 * MB),
    "heic": (64_000_000, 1024 * MB),
}


def main(kind: str, side: str = "", frame: str = "") -> int:
    """Return the exit code; the size in the header is judged before a pixel is unpacked, limits stop one that lies."""
    most_pixels, most_memory = LIMITS[kind]
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from PIL import Image, ImageOps

    if kind == "heic":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False
        pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # judged here
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=["HEIF" if kind == "heic" else kind]) as opened:
        picture: Image.Image = opened
        if picture.width * picture.height > most_pixels:
            return TOO_LARGE
        if picture.mode not in {"1", "L", "LA", "RGB", "RGBA", "I;16"}:
            see_through = "transparency" in picture.info or picture.mode in {"PA", "RGBa", "La"}
            picture = picture.convert("RGBA" if see_through else "RGB")
        picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        picture = ImageOps.exif_transpose(picture)
        if frame:
            picture = picture.crop(middle(picture.width, picture.height, *map(int, frame.split(":"))))
        if side:
            picture.thumbnail((int(side), int(side)))
        drawn = redrawn(picture, "JPEG" if kind == "heic" else kind.upper())
    sys.stdout.buffer.write(drawn)
    return 0


def middle(width: int, height: int, across: int, down: int) -> tuple[int, int, int, int]:
    """Return (left, top, right, bottom) of the largest part of that shape: the middle, a little above it for faces."""
    wide, high = min(width, height * across // down), min(height, width * down // across)
    left, top = (width - wide) // 2, (height - high) // 3
    return left, top, left + max(1, wide), top + max(1, high)


def redrawn(picture, image_format: str) -> bytes:
    """Return the picture alone: pasted into a new one, so that no word, profile or place comes along."""
    from PIL import Image

    if image_format == "JPEG":
        # On white, not on the black that dropping transparency leaves.
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A") if picture.mode in {"LA", "RGBA"} else None)
    else:
        paper = Image.new(picture.mode, picture.size)
        paper.paste(picture)
    out = io.BytesIO()
    paper.save(out, image_format, quality=85)
    return out.getvalue()


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except MemoryError:
        sys.exit(TOO_LARGE)
