"""winnow synth, through the program's own entry."""

from pathlib import Path

import pytest

from core.media.degrade import EFFECTS


def test_that_the_help_states_every_range_and_kind(winnow):
    text = " ".join(winnow("synth", "--help").out.split())
    for effect in EFFECTS.values():
        drawn = effect.strength
        span = f"{drawn.low:g} to {drawn.high:g}"
        stated = f"{drawn.unit} {span}" if drawn.unit in ("quality", "sigma") else f"{span} {drawn.unit}"
        assert f"{effect.name} {stated}; {', '.join(effect.kinds)}" in text


def test_that_copies_are_counted_and_kept_at_the_next_call(winnow, made, tmp_path):
    call = ("synth", made.images, tmp_path / "out", "--effect", "jpeg", "--per-image", 2, "--json", "--quiet")
    first, second = winnow(*call), winnow(*call)
    assert (first.code, first.json["written"], first.json["failed"]) == (0, 48, [])
    assert (second.code, second.json["written"], second.json["kept"]) == (0, 0, 48)
    assert Path(first.json["folder"]) == tmp_path / "out" / "1_jpeg"


def test_that_a_bad_picture_is_exit_1(winnow, made, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "torn.png").write_bytes(b"\x89PNG torn")
    ran = winnow("synth", tmp_path / "in", tmp_path / "out", "--effect", "blur", "--json")
    assert (ran.code, ran.json["written"]) == (1, 0)
    assert ran.json["failed"][0]["path"] == (tmp_path / "in" / "torn.png").as_posix()
    told = winnow("synth", tmp_path / "in", tmp_path / "out", "--effect", "blur")
    assert (told.code, told.out) == (1, f"nothing written: no picture in {tmp_path / 'in'} could be copied\n")


def test_that_a_folder_without_a_picture_is_one_line_and_nothing_is_made(winnow, tmp_path):
    (tmp_path / "in" / "deeper").mkdir(parents=True)
    ran = winnow("synth", tmp_path / "in", tmp_path / "out", "--effect", "blur")
    said = f"there is no picture in {tmp_path / 'in'}; name a folder that holds some, at any depth"
    assert (ran.code, ran.out, ran.err) == (2, "", f"winnow: error: {said}\n")
    assert not (tmp_path / "out").exists()


WRONG = {
    "{images} {out}": "missing option '--effect'",
    "{images} {out} --effect jpg": "did you mean 'jpeg'?",
    "{images} {out} --effect blur --strength 3 1": "no range of blur",
    "{images} {out} --effect jpeg --strength 0 90": "from 1 to 100",
    "{images} {out} --effect jpeg --strength 50.5 90": "takes whole numbers",
    "{images} {out} --effect noise --kind luma,loud": "no kind 'loud'",
    "{images} {out} --effect noise --per-image 0": "--per-image",
    "{images} {out} --effect noise --seed -1": "--seed",
    "{out} {images} --effect noise": "there is no folder",
    "{images} {images}/copies --effect noise": "lies in",
}


@pytest.mark.parametrize("call", WRONG)
def test_that_a_wrong_call_is_one_line_and_writes_nothing(winnow, made, tmp_path, call):
    words = [word.format(images=made.images, out=tmp_path / "out") for word in call.split()]
    ran = winnow("synth", *words)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert WRONG[call] in ran.err
    assert not (tmp_path / "out").exists() and not (made.images / "copies").exists()
