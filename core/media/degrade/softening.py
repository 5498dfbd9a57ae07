"""Lost detail: blur, and a picture made larger than it was."""

from __future__ import annotations

from PIL import Image, ImageFilter

FILTERS = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "lanczos": Image.Resampling.LANCZOS,
    "nearest": Image.Resampling.NEAREST,
}
BLURS = ("gaussian", "box")


def blur(image: Image.Image, radius: float, *, kind: str = "gaussian") -> Image.Image:
    """Blurred by `radius` pixels."""
    chosen = ImageFilter.BoxBlur(radius) if kind == "box" else ImageFilter.GaussianBlur(radius)
    return image.convert("RGB").filter(chosen)


def resize(image: Image.Image, factor: float, *, kind: str = "bicubic") -> Image.Image:
    """Scaled down by `factor` and back up with the filter `kind`: the size stays, the detail goes."""
    plain = image.convert("RGB")
    small = max(1, round(plain.width / factor)), max(1, round(plain.height / factor))
    return plain.resize(small, Image.Resampling.BICUBIC).resize(plain.size, FILTERS[kind])
