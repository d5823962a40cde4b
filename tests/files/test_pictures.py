"""Photos are made anew: what they show stays, what they tell beside it does not."""

from io import BytesIO

import pytest
from PIL import Image

from forum.files import pictures
from tests.files import samples

MOST = 50_000_000


def remade(data, most=MOST):
    media_type, made, _width, _height, preview = pictures.remake(data, most)
    return media_type, made, Image.open(BytesIO(made)), preview


def test_who_where_and_when_are_gone():
    original = samples.photo()
    assert samples.MADE_BY.encode() in original
    assert Image.open(BytesIO(original)).getexif().get_ifd(0x8825)
    media_type, made, image, preview = remade(original)
    assert media_type == "image/jpeg"
    assert dict(image.getexif()) == {}
    for data in (made, preview.data):
        assert b"Exif" not in data
        assert samples.MADE_BY.encode() not in data
        assert b"taken at home" not in data


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_lose_what_they_tell_too(kind):
    exif = Image.Exif()
    exif[0x010F] = samples.MADE_BY
    more = {"xmp": b"<x:xmpmeta>home</x:xmpmeta>"} if kind == "WEBP" else {}
    _type, made, image, _preview = remade(
        samples.picture(kind, exif=exif, icc_profile=b"profile", **more)
    )
    assert dict(image.getexif()) == {}
    assert "icc_profile" not in image.info
    assert samples.MADE_BY.encode() not in made
    assert b"xmpmeta" not in made


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (60, 30), (5, 15)),
        (3, (60, 30), (55, 15)),
        (6, (30, 60), (15, 5)),
        (8, (30, 60), (15, 55)),
    ],
)
def test_it_stands_as_its_camera_meant_it(orientation, size, red_at):
    _type, _made, image, preview = remade(samples.photo(orientation=orientation))
    assert image.size == size == (preview.width, preview.height)
    red, _green, blue = image.convert("RGB").getpixel(red_at)
    assert red > 200
    assert blue < 60


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_sound_picture_is_taken_whatever_else_is_told_of_it(kind):
    assert remade(samples.oddly_told(kind))[2].size == (30, 60)
    assert remade(samples.picture(kind, exif=b"Exif\0\0II*\0"))[2].size == (40, 20)


def test_of_several_pictures_in_one_file_the_first_is_taken():
    both = BytesIO()
    first, second = (Image.new("RGB", (40, 20), colour) for colour in ("green", "red"))
    first.save(both, "MPO", save_all=True, append_images=[second])
    media_type, made, taken, _preview = remade(both.getvalue())
    assert (media_type, taken.format, taken.size) == ("image/jpeg", "JPEG", (40, 20))
    red, green, _blue = taken.getpixel((20, 10))
    assert green > red
    assert both.getvalue().count(b"\xff\xd8\xff") > made.count(b"\xff\xd8\xff") == 1


def test_a_large_photo_is_made_smaller_and_its_preview_small():
    original = samples.noisy()
    _type, made, image, preview = remade(original)
    assert max(image.size) == pictures.LONGEST_SIDE
    assert len(made) < len(original)
    assert len(preview.data) <= pictures.PREVIEW_BYTES
    assert Image.open(BytesIO(preview.data)).size == (preview.width, preview.height)


def test_a_photo_kept_as_png_becomes_smaller():
    media_type, made, _image, _preview = remade(samples.noisy("PNG", side=1200))
    assert media_type == "image/webp"
    assert len(made) < 1_000_000


def test_what_is_clear_stays_clear():
    _type, _made, image, _preview = remade(
        samples.picture(mode="RGBA", colour=(0, 0, 0, 0), size=(10, 10))
    )
    assert image.convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    "bomb",
    [
        samples.png_claiming(50_000, 50_000),
        samples.png_claiming(1_000_000_000, 2),
        samples.webp_claiming(16_384, 16_384),
    ],
)
def test_what_would_fill_the_memory_is_refused_before_it_is_unpacked(bomb):
    assert pictures.looks_like_picture(bomb)
    with pytest.raises(pictures.TooManyPixels):
        pictures.remake(bomb, MOST)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_refused(kind):
    whole = samples.noisy(kind, side=200)
    with pytest.raises(pictures.Broken):
        pictures.remake(whole[: len(whole) // 2], MOST)


@pytest.mark.parametrize(
    "start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP"]
)
@pytest.mark.parametrize("rest", [b"", samples.HTML, b"\x00" * 300, b"VP8X" + b"\xff" * 40])
def test_only_the_beginning_of_a_picture_is_none(start, rest):
    with pytest.raises((pictures.Broken, pictures.TooManyPixels)):
        pictures.remake(start + rest, MOST)


def test_what_hangs_on_a_picture_is_left_behind():
    both = samples.photo() + samples.archive({"evil.html": samples.HTML}) + samples.HTML
    _type, made, _image, _preview = remade(both)
    assert b"PK\x03\x04" not in made
    assert b"script" not in made


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "I;16", "CMYK"])
def test_every_way_of_colouring_is_read(mode):
    out = BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new("L", (8, 8), 90).convert("RGB" if mode == "CMYK" else "L").convert(mode).save(
        out, kind
    )
    assert remade(out.getvalue())[2].size == (8, 8)


def test_the_header_of_each_kind_of_webp_is_read():
    for how in (
        {"lossless": True},
        {"quality": 50},
        {"exif": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00"},
    ):
        assert pictures._webp_size(samples.picture("WEBP", (123, 77), **how)) == (123, 77)
