"""The child that opens one HEIC: bytes on standard input, JPEG on standard output, 3 for one too large. See heic.py."""

import io
import resource
import sys

MOST_MEMORY = 1 << 30
MOST_SECONDS = 20
MOST_PIXELS = 64_000_000  # phones take up to 50 million
LARGEST_SIDE = 2560
TOO_LARGE = 3


def main() -> int:
    """Return the exit code; the size in the header is judged before a pixel is unpacked, limits stop one that lies."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pillow_heif
    from PIL import Image

    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False
    pillow_heif.register_heif_opener()
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=["HEIF"]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            return TOO_LARGE
        picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        out = io.BytesIO()
        # On white, not on the black that dropping transparency leaves.
        if picture.mode == "RGBA":
            paper = Image.new("RGB", picture.size, "white")
            paper.paste(picture, mask=picture.getchannel("A"))
        else:
            paper = picture.convert("RGB")
        paper.save(out, "JPEG", quality=92, exif=b"", xmp=b"")
    sys.stdout.buffer.write(out.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main())
