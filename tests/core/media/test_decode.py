"""Any picture file to RGB, or one line that says why not."""

import io
import random
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from core.errors import BadImage
from core.media.decode import PIXEL_LIMIT, decode, decode_rgb, read_header
from tests.core.media.pictures import gradient, png_chunk, png_claiming, saved

pytestmark = pytest.mark.filterwarnings("ignore:::PIL")

ROOT = Path(__file__).resolve().parents[3]


def pixels(data: bytes, **options: int) -> np.ndarray:
    return np.asarray(decode_rgb(io.BytesIO(data), **options))


def reason(data: bytes) -> str:
    with pytest.raises(BadImage) as caught:
        decode_rgb(io.BytesIO(data))
    assert "\n" not in caught.value.reason
    return caught.value.reason


@pytest.mark.parametrize("picture_format", ["PNG", "BMP", "TIFF", "PPM", "TGA", "WEBP", "GIF", "JPEG", "AVIF"])
def test_that_the_common_formats_come_out_as_they_went_in(picture_format):
    options = {"lossless": True} if picture_format == "WEBP" else {"quality": 95} if picture_format == "JPEG" else {}
    decoded = decode(io.BytesIO(saved(gradient(), picture_format, **options)))
    assert decoded.image.mode == "RGB"
    assert (decoded.header.width, decoded.header.height, decoded.header.format) == (40, 30, picture_format)
    difference = np.abs(np.asarray(decoded.image).astype(int) - np.asarray(gradient()).astype(int))
    assert difference.mean() < 6


@pytest.mark.parametrize("picture_format", ["PNG", "JPEG"])
def test_that_a_common_picture_waits_for_no_decoder_of_another_format(tmp_path, picture_format):
    (tmp_path / "picture").write_bytes(saved(gradient(), picture_format))
    script = (
        "import sys\nfrom core.media.decode import decode_rgb\ndecode_rgb(sys.argv[1])\n"
        "print('PIL.WebPImagePlugin' in sys.modules)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "picture")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("turn", range(1, 9))
def test_that_a_picture_is_turned_as_its_exif_says(turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    data = saved(gradient(), "PNG", exif=exif)
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    np.testing.assert_array_equal(pixels(data), expected)
    header = read_header(io.BytesIO(data))
    assert (header.width, header.height) == (expected.shape[1], expected.shape[0])


def test_that_a_turned_tiff_is_turned_once():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(gradient(), "TIFF", exif=exif)
    np.testing.assert_array_equal(pixels(data), np.rot90(np.asarray(gradient()), -1))
    assert read_header(io.BytesIO(data)).width == 30


def test_that_broken_exif_does_not_cost_the_picture():
    data = saved(gradient(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff garbage")
    assert pixels(data).shape == (30, 40, 3)


def test_that_a_broken_colour_profile_does_not_cost_the_picture():
    assert pixels(saved(gradient(), "JPEG", icc_profile=b"no profile at all")).shape == (30, 40, 3)


def test_that_transparency_lies_over_white():
    clear = Image.new("RGBA", (4, 4), (10, 20, 30, 0))
    half = Image.new("RGBA", (4, 4), (0, 0, 0, 128))
    assert pixels(saved(clear, "PNG")).tolist() == np.full((4, 4, 3), 255).tolist()
    assert abs(int(pixels(saved(half, "PNG"))[0, 0, 0]) - 127) <= 1


def test_that_a_transparent_palette_colour_becomes_white():
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 200, 100, 50])
    image.putpixel((0, 0), 0)
    decoded = pixels(saved(image, "PNG", transparency=0))
    assert decoded[0, 0].tolist() == [255, 255, 255]
    assert decoded[1, 1].tolist() == [200, 100, 50]


def test_that_grey_with_alpha_and_one_bit_pictures_are_read():
    assert pixels(saved(Image.new("LA", (3, 3), (80, 255)), "PNG"))[0, 0].tolist() == [80, 80, 80]
    assert pixels(saved(Image.new("1", (3, 3), 1), "PNG"))[0, 0].tolist() == [255, 255, 255]


@pytest.mark.parametrize("picture_format", ["PNG", "TIFF"])
def test_that_sixteen_bits_are_scaled_to_eight(picture_format):
    values = np.array([[0, 257 * 100, 65535]], np.uint16)
    assert pixels(saved(Image.fromarray(values), picture_format))[0, :, 0].tolist() == [0, 100, 255]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.0, 0.5, 1.0], [0, 128, 255]), ([0.0, 128.0, 255.0], [0, 128, 255]), ([-1e9, 0.0, 1e9], [0, 128, 255])],
)
def test_that_float_pictures_use_the_range_they_were_written_in(values, expected):
    data = saved(Image.fromarray(np.array([values], np.float32)), "TIFF")
    assert np.abs(pixels(data)[0, :, 0].astype(int) - expected).max() <= 1


def test_that_not_a_number_is_no_trouble():
    data = saved(Image.fromarray(np.array([[np.nan, 0.0, np.inf, 1.0]], np.float32)), "TIFF")
    assert pixels(data)[0, :, 0].tolist() == [0, 0, 0, 255]


def test_that_cmyk_and_lab_come_out_as_rgb():
    assert pixels(saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "TIFF"))[0, 0].tolist() == [255, 0, 0]
    white = Image.new("LAB", (8, 8), (255, 128, 128))
    assert pixels(saved(white, "TIFF"))[0, 0].min() > 245


def test_that_the_first_frame_is_shown():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    for picture_format in ("GIF", "PNG", "TIFF"):
        data = saved(frames[0], picture_format, save_all=True, append_images=frames[1:])
        assert pixels(data)[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize(("width", "height"), [(1000, 700), (700, 1000), (1601, 24), (33, 20)])
@pytest.mark.parametrize("picture_format", ["JPEG", "PNG"])
def test_that_the_longer_side_is_exactly_as_asked(width, height, picture_format):
    data = saved(gradient(width, height), picture_format)
    image = decode_rgb(io.BytesIO(data), max_side=200)
    assert max(image.size) == min(200, max(width, height))
    assert decode(io.BytesIO(data), max_side=200).header.width == width
    full = np.asarray(gradient(width, height).resize(image.size, Image.Resampling.LANCZOS)).astype(int)
    assert np.abs(np.asarray(image).astype(int) - full).mean() < 5


def test_that_a_scaled_picture_is_turned_too():
    exif = Image.Exif()
    exif[0x0112] = 6
    decoded = decode(io.BytesIO(saved(gradient(800, 400), "JPEG", exif=exif)), max_side=100)
    assert decoded.image.size == (50, 100)
    assert (decoded.header.width, decoded.header.height) == (400, 800)


def test_that_the_picture_carries_no_metadata_along():
    assert decode_rgb(io.BytesIO(saved(gradient(), "JPEG", exif=b"Exif\0\0" + b"x" * 60_000))).info == {}


def test_that_a_bomb_is_refused_on_its_header():
    assert "refused" in reason(png_claiming(200_000, 200_000))
    assert PIXEL_LIMIT == 178_956_970


def test_that_a_huge_text_in_a_png_is_refused_before_it_is_unpacked():
    bomb = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 40_000_000, 1))
    assert reason(png_claiming(8, 8, extra=bomb))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "zero bytes"),
        (b"hello, I am a text\n", "text, not a picture"),
        (bytes(range(0, 256, 5)), "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "another program"),
        (b"\xd7\xcd\xc6\x9a" + b"\0" * 90, "Windows metafile"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "video"),
        (b"\xff\x0a\x01\x02", "JPEG XL"),
        (b"<?xml version='1.0'?><svg xmlns='x'/>", "SVG"),
        (b"PK\x03\x04" + b"\0" * 40, "ZIP"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"GIF89a", "GIF"),
    ],
)
def test_that_the_reason_names_what_the_file_is(data, expected):
    assert expected in reason(data)


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF"])
def test_that_a_picture_cut_in_the_middle_is_refused(picture_format):
    data = saved(gradient(300, 300), picture_format)
    assert reason(data[: len(data) // 2]).startswith(("truncated", "broken"))


def test_that_a_truncated_jpeg_is_refused_at_small_sizes_too():
    data = saved(gradient(2000, 2000), "JPEG")
    with pytest.raises(BadImage, match="truncated"):
        decode_rgb(io.BytesIO(data[: len(data) * 2 // 3]), max_side=100)


@pytest.mark.parametrize(
    ("start", "name"), [(b"P7\nWIDTH 2\nHEIGHT 2\n", "PAM"), (b"PF\n2 2\n", "PFM"), (b"#?RADIANCE\n", "Radiance HDR")]
)
def test_that_a_format_with_a_text_header_is_named(start, name):
    assert reason(start + bytes(64)).startswith(f"{name}")


def test_that_a_file_that_is_not_there_has_a_reason(tmp_path):
    with pytest.raises(BadImage, match="it is not there"):
        decode_rgb(tmp_path / "gone.png")
    with pytest.raises(BadImage, match="a folder"):
        decode_rgb(tmp_path)
    with pytest.raises(BadImage, match="a name that no file can have"):
        decode_rgb("a\0b.png")


ORIGINALS = [
    saved(gradient(24, 18), name) for name in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "TGA", "PCX")
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ORIGINALS), st.integers(0, 2**32), st.integers(1, 12), st.booleans())
def test_that_damaged_bytes_give_a_picture_or_a_reason_and_nothing_else(original, seed, hits, cut):
    rng = random.Random(seed)
    data = bytearray(original)
    for _ in range(hits):
        data[rng.randrange(len(data))] = rng.randrange(256)
    damaged = bytes(data[: rng.randrange(len(data))] if cut else data)
    try:
        assert decode_rgb(io.BytesIO(damaged), max_side=16).mode == "RGB"
        read_header(io.BytesIO(damaged))
    except BadImage as bad:
        assert bad.reason and "\n" not in bad.reason and len(bad.reason) < 220


def test_that_decoders_say_nothing_on_stderr(shared):
    script = """
import sys
from pathlib import Path
from core.errors import BadImage
from core.media.decode import decode_rgb
for path in sorted(Path(sys.argv[1]).rglob("*.tif*")):
    try:
        decode_rgb(path)
    except BadImage:
        pass
"""
    command = [sys.executable, "-c", script, str(shared / "nasty")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_that_threads_decode_at_the_same_time_and_alike(shared):
    paths = sorted((shared / "flowers5").rglob("*.jpg"))[:24]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda path: np.asarray(decode_rgb(path, max_side=64)), paths))
    for path, image in zip(paths, together, strict=True):
        np.testing.assert_array_equal(image, np.asarray(decode_rgb(path, max_side=64)))
