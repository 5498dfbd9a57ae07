"""Telling pictures that show nearly the same from those that do not."""

import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from core.errors import Cancelled
from core.media.draw import draw_scene
from core.media.look_groups import groups_alike, links, most_apart
from core.media.look_store import LookStore
from core.media.looks import Looks, look
from core.unions import Unions


def thumbnail(image: Image.Image, quality: int = 85) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def looks_of(*images: Image.Image) -> Looks:
    return Looks.all_of([look(f"{number:064x}", thumbnail(image)) for number, image in enumerate(images)])


def alike(looks: Looks) -> np.ndarray:
    return links(groups_alike(looks))


def made_up(bits: np.ndarray, tints: np.ndarray | None = None) -> Looks:
    count = len(bits)
    some = np.zeros((count, 3), np.uint8) if tints is None else tints
    return Looks(np.zeros((count, 32), np.uint8), bits, some, np.zeros(count, np.float32))


def pairs_one_by_one(looks: Looks, most: int) -> np.ndarray:
    """(pairs, 2), the plain way."""
    apart = np.bitwise_count(looks.bits[:, None] ^ looks.bits[None]).sum(axis=2)
    tint = np.abs(looks.tints[:, None].astype(int) - looks.tints[None]).max(axis=2)
    shape = np.abs(looks.shapes[:, None] - looks.shapes[None]) <= 0.03
    return np.argwhere(np.triu((apart <= most) & (tint <= 16) & shape, k=1))


def groups_one_by_one(looks: Looks, most: int) -> list[int]:
    unions, groups = Unions(), np.arange(len(looks))
    for first, second in pairs_one_by_one(looks, most).tolist():
        unions.join(first, second)
    for row, name in unions.renamed():
        groups[row] = name
    return groups.tolist()


def flipped(rng: np.random.Generator, bits: np.ndarray, most: int) -> np.ndarray:
    for row in bits:
        for place in rng.integers(0, 128, rng.integers(0, most)):
            row[place // 8] ^= 1 << (place % 8)
    return bits


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    return draw_scene(np.random.default_rng(5), 480, 360)


def test_that_copies_of_a_picture_are_alike(scene):
    small = scene.resize((320, 240))
    brighter = ImageEnhance.Brightness(scene).enhance(1.05)
    coded = Image.open(io.BytesIO(thumbnail(scene, quality=30)))
    assert alike(looks_of(scene, small, brighter, coded)).tolist() == [[0, 1], [1, 2], [2, 3]]


def test_that_another_shape_colour_or_side_is_not_alike(scene):
    wide = scene.resize((480, 240))
    grey = scene.convert("L")
    mirrored = scene.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert alike(looks_of(scene, wide, ImageEnhance.Brightness(grey).enhance(0.6), mirrored)).tolist() == []


def test_that_flat_pictures_are_like_no_other():
    assert alike(looks_of(*[Image.new("RGB", (64, 64), (100, 120, shade)) for shade in (0, 1, 2)])).tolist() == []


def test_that_drawn_scenes_are_all_different():
    scenes = [draw_scene(np.random.default_rng(number), 160, 120) for number in range(60)]
    assert alike(looks_of(*scenes)).tolist() == []


KINDS = ("bursts", "margins", "white around", "one camera", "one pattern", "shapes")


def collection(kind: str, count: int) -> Looks:
    """Looks of which many agree in part."""
    rng = np.random.default_rng(KINDS.index(kind))
    bits, tints = rng.integers(0, 256, (count, 16), np.uint8), rng.integers(0, 256, (count, 3), np.uint8)
    match kind:
        case "bursts":
            looks = made_up(flipped(rng, np.repeat(bits[: count // 6], 6, axis=0), 10))
        case "margins":
            bits[:, :2], bits[count // 2 :] = 0, bits[: count - count // 2]
            looks = made_up(flipped(rng, bits, 12), tints // 4)
        case "white around":
            bits[:, 3:] = 0
            looks = made_up(bits)
        case "one camera":
            looks = made_up(flipped(rng, np.repeat(bits[:1], count, axis=0), 12), tints // 3)
        case "one pattern":
            looks = made_up(flipped(rng, np.repeat(bits[:1], count, axis=0), 2), tints)
        case _:
            looks = made_up(flipped(rng, np.repeat(bits[:9], count // 9 + 1, axis=0)[:count], 9), tints // 8)
            looks.shapes[:] = rng.normal(0, 0.5, count)
            looks.shapes[::11] = np.nan
    return looks


@pytest.mark.parametrize("most", [0, 7, 8, 15])
@pytest.mark.parametrize("kind", KINDS)
def test_that_groups_are_those_of_all_pairs_whatever_many_looks_have_in_common(kind, most):
    looks = collection(kind, 1500)
    assert groups_alike(looks, most).tolist() == groups_one_by_one(looks, most)


@pytest.mark.parametrize("kind", KINDS)
def test_that_what_is_new_is_linked_with_all_that_was_there(kind):
    looks, since = collection(kind, 1500), 1200
    unions, groups = Unions(), np.arange(len(looks))
    told = links(groups_alike(looks.at(np.arange(since))))
    for first, second in [*told.tolist(), *links(groups_alike(looks, since=since)).tolist()]:
        unions.join(first, second)
    for row, name in unions.renamed():
        groups[row] = name
    assert groups.tolist() == groups_one_by_one(looks, 7)


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_group_is_as_far_apart_as_the_two_least_alike_of_its_pairs(kind):
    looks = collection(kind, 600)
    groups = groups_alike(looks, 12)
    most = dict.fromkeys(groups.tolist(), 0)
    for first, second in pairs_one_by_one(looks, 12).tolist():
        apart = int(np.bitwise_count(looks.bits[first] ^ looks.bits[second]).sum())
        most[int(groups[first])] = max(most[int(groups[first])], apart)
    pairs = links(groups)
    assert most_apart(looks, pairs, 12).tolist() == [most[int(groups[first])] for first in pairs[:, 0]]


@pytest.mark.parametrize("kind", ["one part", "one look", "one camera", "flat"])
def test_that_few_looks_are_compared_where_all_agree_in_part(monkeypatch, kind):
    rng, count = np.random.default_rng(3), 20_000
    bits = rng.integers(0, 256, (count, 16), np.uint8)
    bits[:, :2] = 0
    looks = made_up(bits if kind == "one part" else np.repeat(bits[:1], count, axis=0))
    if kind == "one camera":
        for place in rng.choice(128, 20, replace=False):
            looks.bits[:, place // 8] ^= rng.integers(0, 2, count, np.uint8) << np.uint8(place % 8)
    looks.shapes[:] = np.nan if kind == "flat" else 0
    compared = [0]

    def counting(words):
        compared[0] += words.size
        return count_bits(words)

    count_bits = np.bitwise_count
    monkeypatch.setattr(np, "bitwise_count", counting)
    groups = groups_alike(looks)
    assert compared[0] < 1000 * count  # all pairs are 20,000 words of each
    assert len(np.unique(groups)) == (1 if kind in {"one look", "one camera"} else count)


@pytest.mark.filterwarnings("error")
def test_that_one_look_beside_many_alike_ones_is_a_group_of_its_own():
    n = np.arange(599)
    bits, tints = np.zeros((600, 16), np.uint8), np.zeros((600, 3), np.uint8)
    bits[:599, 0], bits[599] = n % 4, 255
    tints[:599] = np.stack([n % 3, n // 3 % 3, n // 9 % 3], axis=1)
    shapes = (np.arange(600) % 20 * 1e-5).astype(np.float32)
    groups = groups_alike(Looks(np.zeros((600, 32), np.uint8), bits, tints, shapes))
    assert np.unique(groups).tolist() == [0, 599]


def test_that_comparing_can_be_stopped():
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        groups_alike(collection("bursts", 1500), watch=stop)


def test_that_of_a_thousand_flowers_the_pairs_joined_are_those_that_show_the_same(shared):
    paths = sorted((shared / "flowers5").rglob("*.jpg"))
    images = []
    for path in paths:
        with Image.open(path) as image:
            image.draft("RGB", (160, 160))
            images.append(image.convert("RGB"))
    joined = [(paths[first].stem, paths[second].stem) for first, second in alike(looks_of(*images))]
    assert joined == [
        ("14889392928_9742aed45b_m", "15066430311_fb57fa92b0_m"),
        ("2588234269_c4bfd0d8b9_n", "2588453601_66f2a03cca_n"),
    ]


def test_that_looks_are_kept_and_broken_ones_forgotten(scene, tmp_path):
    store, looks = LookStore(tmp_path), looks_of(scene, scene.rotate(90))
    assert len(store.read()[0]) == 0
    for told in (0, 1, 2):
        store.write(looks, told)
        kept, were_told = store.read()
        assert (kept.names(), were_told) == (looks.names(), told)
        assert np.array_equal(kept.bits, looks.bits)
    file = next(tmp_path.iterdir())
    file.write_bytes(file.read_bytes()[:-9])
    assert len(store.read()[0]) == 0
