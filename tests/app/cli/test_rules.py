"""Rules that hold for every command: exit codes, one line for an error, nothing but JSON on stdout, a quick start."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from app.cli.commands import command_names
from app.cli.entry import repeat_images, run
from tests.app.cli.refusals import assert_refused

BUILT = [name for name in command_names() if name not in ("open", "head")]


@pytest.mark.parametrize(
    "name",
    [
        *BUILT,
        "head",
        "head add",
        "head list",
        "import head",
        "import folders",
        "import npy",
        "export head",
        "export dataset",
    ],
)
def test_that_every_command_has_help(winnow, name):
    ran = winnow(*name.split(), "--help")
    assert ran.code == 0
    assert f"winnow {name}" in " ".join(ran.out.split())


@pytest.mark.parametrize("name", [*BUILT, "head add", "head list"])
def test_that_help_shows_no_marks_of_the_parser(winnow, name):
    told = winnow(*name.split(), "--help")
    assert told.code == 0 and "Usage" in told.out
    assert not re.search(r"[{}]|<\w", told.out)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("undo p -n 0", "'-n': it must be 1 or more; see"),
        ("undo p -n many", "'-n': it must be a whole number; see"),
        ("estimate p h --threshold much", "'--threshold': it must be a number; see"),
        ("demo x --pictures 6000", "'--pictures': it must be 5000 or less; see"),
    ],
)
def test_that_a_value_that_cannot_be_is_told_in_plain_words(winnow, call, says):
    assert_refused(winnow(*call.split()), says=says)


def test_that_help_tells_a_range_in_words(winnow):
    assert "[default: 0; 0 or more]" in winnow("train", "--help").out
    assert "50 to 5000]" in winnow("demo", "--help").out


def test_that_screenshot_offers_only_views_that_are_there(winnow):
    views = "label|grid|versions|apply|folders|review|pages|insight|compare|pairs"
    assert views in winnow("screenshot", "--help").out.split()


def test_that_the_overview_cuts_no_command_short(winnow):
    listed = winnow("--help").out.partition("Commands:")[2]
    assert all(f" {name} " in listed for name in BUILT)
    assert "..." not in listed


def test_that_head_add_says_how_its_encoder_is_chosen(winnow):
    text = " ".join(winnow("head", "add", "--help").out.split())
    assert "Without --encoder it takes the one that the project was embedded with last" in text
    assert "nor signal for a preset of content" in text


def test_that_annotate_says_how_tags_are_written(winnow):
    text = winnow("annotate", "--help").out
    assert "a;b;-c" in text
    assert "-*" in text


def test_that_the_help_names_every_built_command(winnow):
    text = winnow("--help").out
    assert all(name in text for name in BUILT)


def test_that_the_version_is_printed(winnow):
    assert winnow("--version").out.startswith("winnow ")


WRONG_CALLS = {
    "trian": "did you mean 'train'?",
    "nosuchfolder": "no such folder or command: nosuchfolder; `winnow --help` lists the commands",
    "head ad {project} x": "no such command 'ad'; did you mean 'add'?",
    "head zzz {project}": "no such command 'zzz'; see `winnow head --help`",
    "rank {project} colour --limt 3": "no such option: --limt; did you mean '--limit'?",
    "find {project} -is:open": "a query that begins with a minus stands behind --",
    "find {project} is:open --limt 3": "did you mean '--limit'?",
    "train {project} colour --limt 3": "no such option: --limt; see `winnow train --help`",
    "scan": "missing argument 'PROJECT'",
    "scan {project} --foo": "no such option: --foo",
    "scan {project} too many": "unexpected extra argument",
    "head": "missing command",
    "head ad {project}": "no such command 'ad'",
    "nope": "`winnow --help` lists the commands",
    "scan {nowhere}": "there is no project at",
    "scan {images}": "is not a project",
    "scan {file}": "is not a project",
    "{file}": "is a file",
    "create {nowhere}": "a project needs images",
    "create {nowhere} --images {nowhere}": "there is no folder",
    "create {nowhere} --images {file}": "is not a folder",
    "create {project} --images {images}": "is a project already",
    "create {images} --images {images}": "",
    "embed {project} --encoder nonsense": "there is no encoder 'nonsense'",
    "embed {project} --tiles nine": "choose one of none, five-crop",
    "embed {project} --encoder signal --device tpu": "there is no device",
    "head add {project} x --kind colour --labels a,b": "choose one of score, class, tags",
    "head add {project} x --kind class": "needs labels",
    "head add {project} x --kind class --labels a,,b": "empty name",
    "head add {project} x --kind class --labels a,a": "",
    "head add {project} x --kind class --labels a": "",
    "head add {project} x --kind score --labels a,b": "has no labels",
    "head add {project} colour --kind score": "",
    "head add {project} x --kind score --encoder nonsense": "there is no encoder",
    "head add {project} x --kind score --combine most": "choose one of mean, median, max, min",
    "head add {project} x --kind score --recipe {nowhere}": "",
    "head add {project} x --kind score --tiles none --combine max": "--combine means nothing for --tiles none",
    "head list {nowhere}": "there is no project at",
    "annotate {project} colour": "give --from FILE.csv",
    "annotate {project} colour --from {nowhere}": "there is no file",
    "annotate {project} colour --from {images}": "is a folder",
    "annotate {project} colour --from {file}": "",
    "annotate {project} nothing --from {half}": "nothing",
    "annotate {project} colour --from {half} --source dog": "choose one of human, import, synthetic",
    "undo {project} -n 0": "-n",
    "undo {project} -n -3": "-n",
    "undo {project} -n many": "-n",
    "history {project} --head nothing": "nothing",
    "history {project} --limit 0": "--limit",
    "history {project} --limit -1": "--limit",
    "train {project} nothing": "nothing",
    "train {project} colour": "answer",
    "train {project} colour --seed -1": "--seed",
    "train {project} colour --seed 9223372036854775808": "--seed cannot be 9223372036854775808; give at most 18 digits",
    "train {project} colour --recipe {nowhere}": "",
    "rank {project} nothing --by random": "nothing",
    "rank {project} colour --by margin": "has no version to rank by",
    "rank {project} colour@2": "has no version 2",
    "rank {project} colour@x": "names no version",
    "use {project} colour@١": "names no version",
    "rank {project} colour --by beauty": "choose one of",
    "rank {project} colour --by conflict": "no version to look again with",
    "rank {project} colour --by conflict --label red": "means nothing",
    "rank {project} colour --by random --threshold 0.5": "means nothing",
    "rank {project} colour --by false-positive --threshold 2": "a number from 0 to 1",
    "rank {project} colour --by false-positive --label pink": "no label 'pink'",
    "rank {project} colour --by duplicates --threshold nan": "looks cannot be nan alike; give a number from",
    "rank {project} colour --by similar": "needs the image to go by",
    "rank {project} colour --by similar --to x.png": "is no image of this project",
    "rank {project} colour --by flips --label red": "means nothing",
    "rank {project} colour --by flips": "has no version whose flips could be shown; `winnow train` makes one",
    "rank {project} colour --by similar --to x.png --label red": "means nothing",
    "rank {project} colour --by best --to x.png": "means nothing",
    "rank {project} colour --by random --label red": "means nothing",
    "rank {project} colour --by best --label pink": "no label 'pink'",
    "rank {project} colour --by pairs --where is:open": "--where means nothing for --by pairs",
    "rank {project} colour@1 --by pairs": "a version means nothing for --by pairs; leave @1 out",
    "rank {project} colour@1 --by similar --to x.png": "a version means nothing for --by similar",
    "rank {project} colour --by random --limit -5": "--limit",
    "score {nowhere} {images}": "there is no head",
    "score {nowhere}:colour {images}": "there is no project at",
    "score {project} {images}": "name its head too",
    "score {project}:colour {images}": "has no version yet",
    "score {project}:nothing {images}": "nothing",
    "score {file} {images}": "",
    "score {file} {images} --tiles none --combine max": "--combine means nothing for --tiles none",
    "score {project}:colour": "missing argument",
    "score {project}:colour {nowhere}": "there is no file or folder",
    "score {project}:colour {images} --out x.txt": "ends in .csv, .jsonl or .parquet",
    "putback {nowhere}": "there is no file",
    "putback {images}": "is a folder; name the table",
    "use {project} colour@7": "colour has no version 7; train it first",
    "putback {half}": "is no manifest",
    "check {nowhere}": "there is no project at",
    "bench nothing": "there is no benchmark 'nothing'",
    "bench --data {nowhere}": "there is no folder",
    "screenshot {project} x.jpg": "ends in .png",
    "screenshot {project} x.png --size big": "--size cannot be 'big'",
    f"screenshot {{project}} x.png --size {'9' * 5000}x480": f"--size cannot be '{'9' * 40}…'",
    "screenshot {project} x.png --size 719x480": "no window is as small as 719x480; give 720x480 or more",
    "screenshot {project} x.png --scale 9": "--scale cannot be 9",
    "screenshot {project} x.png --view all": "choose one of label, grid, versions",
    "demo {file}": "is a file",
    "demo {images}": "holds other things",
    "demo {file}/x --no-window": "cannot make",
    "synth {images} {file}/x --effect jpeg": "see to its permissions and to the room on the disk",
}


@pytest.mark.parametrize("call", WRONG_CALLS)
def test_that_a_wrong_call_is_one_line_and_exit_2(winnow, made, tmp_path, call):
    file = tmp_path / "file.txt"
    file.write_text("some text\n")
    places = {
        "project": made.project,
        "images": made.images,
        "half": made.half,
        "file": file,
        "nowhere": tmp_path / "nowhere",
    }
    ran = winnow(*(word.format(**places) for word in call.split()))
    assert_refused(ran, says=WRONG_CALLS[call])
    assert not (tmp_path / "nowhere").exists()


def test_that_a_path_that_is_too_long_is_told_as_such(winnow):
    assert_refused(winnow("scan", "n" * 300), says="is longer than a path can be on this disk")


@pytest.mark.parametrize(
    "call",
    [
        [""],
        ["score", "a:b", ""],
        ["score", "a:b", "{images}", "--move-to", ""],
        ["score", "a:b", "{images}", "--move-to="],
        ["scan", "{project}", "--images="],
        ["scan", "", "--quiet"],
    ],
)
def test_that_an_empty_word_is_not_the_folder_that_the_terminal_is_in(winnow, made, monkeypatch, tmp_path, call):
    monkeypatch.chdir(tmp_path)
    assert_refused(
        winnow(*(word.format(images=made.images, project=made.project) for word in call)), says="there is an empty word"
    )
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("note", [["--note", ""], ["--note="], ["--note", "--seed="]])
def test_that_a_note_may_be_empty_and_end_as_it_likes(winnow, made, note):
    assert_refused(winnow("versions", made.project, "colour@1", *note), says="no version 1")


def test_that_an_unexpected_error_is_one_line_with_the_log(winnow, made, monkeypatch):
    def stumble(*arguments, **options):
        raise ZeroDivisionError("of our own making")

    monkeypatch.setattr("core.project.Project.open", stumble)
    ran = winnow("scan", made.project)
    assert_refused(ran, says="ZeroDivisionError: of our own making")
    assert "Traceback" in Path(ran.err.split("the log ")[1].strip()).read_text()


def test_that_an_interrupt_is_exit_130(winnow, made, monkeypatch):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("core.project.Project.open", interrupt)
    ran = winnow("scan", made.project)
    assert (ran.code, ran.out) == (130, "")


def test_that_an_interrupt_before_anything_is_begun_says_so(monkeypatch, capsys):
    class Interrupted:
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "app.cli.entry", Interrupted())
    assert main(["encoders"]) == 130
    assert capsys.readouterr().err == "winnow: error: interrupted; nothing was begun, call again\n"


READING = {
    "encoders": list,
    "head list {project}": list,
    "history {project}": list,
    "rank {project} colour --by random": dict,
    "rank {project} colour --by diverse": dict,
    "check {project}": dict,
}


@pytest.mark.parametrize("call", READING)
def test_that_json_is_one_document_and_quiet_is_silent(winnow, made, call):
    ran = winnow(*call.format(project=made.project).split(), "--json", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    assert isinstance(ran.json, READING[call])


def test_that_progress_goes_to_stderr_and_json_to_stdout(winnow, world):
    ran = winnow("scan", world.project, "--json")
    assert ran.json["failed"] == []
    assert "scanning" in ran.err


SCRIPT = """
import sys, time
sys.argv = ["winnow", *{words!r}]
from app.__main__ import main
code = main()
heavy = [name for name in ("torch", "PySide6", "sqlalchemy", "numpy", "transformers", "scipy") if name in sys.modules]
print(code, heavy, file=sys.stderr)
"""


@pytest.mark.parametrize("words", [["--help"], ["scan", "--help"], ["trian"], ["scan"], ["route"]])
def test_that_help_and_errors_load_nothing_heavy(words):
    ran = subprocess.run([sys.executable, "-c", SCRIPT.format(words=words)], capture_output=True, text=True, check=True)
    assert ran.stderr.splitlines()[-1].partition(" ")[2] == "[]"


def test_that_the_module_is_the_program(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "app", "scan", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("winnow: error: ")


def test_that_a_reader_that_leaves_early_is_no_error(made):
    script = f"{sys.executable} -m app history {made.project} | true; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert (ran.stdout.strip(), ran.stderr) == ("0", "")


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("create P --images A", "create P --images A"),
        ("create P --images A B --json", "create P --images A --images B --json"),
        ("create --images A B P", "create --images A --images B P"),
        ("create --images A P --json", "create --images A P --json"),
        ("create P --images A --images B C", "create P --images A --images B --images C"),
        ("scan P --quiet --images A B", "scan P --quiet --images A --images B"),
        ("score M --images A B", "score M --images A B"),
        ("create P --images", "create P --images"),
    ],
)
def test_that_several_folders_may_follow_images(given, taken):
    assert repeat_images(given.split()) == taken.split()


def test_that_nothing_is_ever_raised():
    assert run(["scan", "\0"]) == 2
