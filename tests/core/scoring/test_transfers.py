"""Files copied, linked and moved, and put back: nothing is written over, and no picture is lost."""

import errno
import os
from functools import partial
from pathlib import Path

import pytest

from core.arrays import text_file
from core.errors import EnvironmentProblem, UserError
from core.jobs.events import Event, JobNotice
from core.scoring import transfers
from core.scoring.putting_back import put_back
from core.scoring.transfers import Act, Transfer, moment, newest_manifest, plan_transfers, transfer
from tests.core.scoring.sending import never, nothing, sent


def test_that_the_table_of_a_transfer_is_known_by_the_moment_that_it_began(tmp_path):
    (tmp_path / "a.txt").touch()
    before = moment()
    planned, kept = plan_transfers(Act.COPY, tmp_path / "to", [(tmp_path / "a.txt", "a.txt")])
    made = transfer(planned, tmp_path / "to", kept, nothing, never).manifest
    assert made is not None and newest_manifest(tmp_path / "to", since=before) == made
    assert newest_manifest(tmp_path / "to", since=moment()) is None


@pytest.fixture(params=[True, False], ids=["hard links", "no hard links"])
def disk(request, monkeypatch) -> None:
    """Two kinds of disks: the second is another one, or a kind that knows no second name for a file."""

    def refuse(*arguments, **options):
        raise OSError(errno.EXDEV, "another disk")

    if not request.param:
        monkeypatch.setattr(text_file.os, "link", refuse)


@pytest.mark.usefixtures("disk")
@pytest.mark.parametrize("act", Act)
def test_that_a_transfer_and_its_undoing_leave_all_as_it_was(source, tmp_path, act):
    planned, kept = plan_transfers(act, tmp_path / "to", [(source, "deep/a.png")])
    done = transfer(planned, tmp_path / "to", kept, nothing, never)
    target = tmp_path / "to" / "deep" / "a.png"
    assert (target.read_bytes(), target.is_symlink(), source.exists()) == (
        b"picture",
        act is Act.LINK,
        act is not Act.MOVE,
    )
    assert target.stat().st_mtime == 1_000_000
    assert put_back(done.manifest, nothing, never).undone == 1
    assert source.read_bytes() == b"picture" and not target.exists() and not done.manifest.exists()


@pytest.mark.parametrize("act", Act)
def test_that_putting_back_removes_the_empty_folders_that_were_made_and_no_others(source, tmp_path, act):
    (tmp_path / "new" / "kept").mkdir(parents=True)
    target = tmp_path / "new" / "kept" / "target"
    planned, kept = plan_transfers(act, target, [(source, "sub/deep/a.png")])
    manifest = transfer(planned, target, kept, nothing, never).manifest
    (target / "sub" / "mine.txt").write_text("not ours")
    put_back(manifest, nothing, never)
    assert sorted(path.name for path in target.rglob("*")) == ["mine.txt", "sub"]
    (target / "sub" / "mine.txt").unlink()
    (target / "sub").rmdir()
    target.rmdir()
    put_back(transfer(planned, target, kept, nothing, never).manifest, nothing, never)
    assert [path.name for path in (tmp_path / "new").rglob("*")] == ["kept"]


@pytest.mark.usefixtures("disk")
@pytest.mark.parametrize("act", Act)
def test_that_a_file_that_came_after_the_plan_is_never_written_over(source, tmp_path, act):
    planned, kept = plan_transfers(act, tmp_path / "to", [(source, "a.png")])
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "a.png").write_bytes(b"came later")
    done = transfer(planned, tmp_path / "to", kept, nothing, never)
    assert [path for path, _ in done.failed] == [str(source)]
    assert (tmp_path / "to" / "a.png").read_bytes() == b"came later" and source.read_bytes() == b"picture"
    assert sorted(path.name for path in (tmp_path / "to").iterdir()) == ["a.png", done.manifest.name]


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EDQUOT])
def test_that_a_full_disk_is_told_with_what_is_done_and_what_to_do(source, tmp_path, monkeypatch, reason):
    def full(one: Transfer) -> None:
        raise OSError(reason, "No room")

    monkeypatch.setattr(transfers, "_carry_out", full)
    planned, kept = plan_transfers(Act.COPY, tmp_path / "to", [(source, "a.png")])
    with pytest.raises(EnvironmentProblem, match=r"0 of 1 files are done, .* puts them back; make room"):
        transfer(planned, tmp_path / "to", kept, nothing, never)


@pytest.mark.parametrize("act", Act)
def test_that_files_of_the_folder_itself_stay(source, act):
    assert plan_transfers(act, source.parent, [(source, source.name)]) == ([], 1)


def test_that_a_move_stopped_between_its_two_names_is_put_back_without_loss(source, tmp_path):
    target = tmp_path / "to" / "a.png"
    manifest = transfers._write_manifest(tmp_path / "to", [Transfer(Act.MOVE, source, target)])
    os.link(source, target)
    assert put_back(manifest, nothing, never).failed == ()
    assert source.read_bytes() == b"picture" and not target.exists()


def test_that_a_copy_whose_source_was_moved_is_left_alone_and_the_reason_is_told(source, tmp_path):
    planned, kept = plan_transfers(Act.COPY, tmp_path / "to", [(source, "a.png")])
    done = transfer(planned, tmp_path / "to", kept, nothing, never)
    source.rename(tmp_path / "elsewhere.png")
    [(path, reason)] = put_back(done.manifest, nothing, never).failed
    assert (path, reason.split(";")[0]) == (str(tmp_path / "to" / "a.png"), "its source is not where it was")
    assert (tmp_path / "to" / "a.png").exists()


def test_that_a_move_is_not_put_back_over_another_file(source, tmp_path):
    planned, kept = plan_transfers(Act.MOVE, tmp_path / "to", [(source, "a.png")])
    done = transfer(planned, tmp_path / "to", kept, nothing, never)
    source.write_bytes(b"new")
    undone = put_back(done.manifest, nothing, never)
    assert (undone.undone, len(undone.failed), source.read_bytes()) == (0, 1, b"new")
    assert (tmp_path / "to" / "a.png").read_bytes() == b"picture" and done.manifest.exists()


def test_that_nothing_is_touched_where_no_manifest_can_be_written(source, tmp_path):
    (tmp_path / "to").write_text("a file where the folder should be")
    planned, kept = [Transfer(Act.MOVE, source, tmp_path / "to" / "a.png")], 0
    with pytest.raises(EnvironmentProblem, match="nothing was touched; see to its permissions"):
        transfer(planned, tmp_path / "to", kept, nothing, never)
    assert source.read_bytes() == b"picture"


@pytest.mark.parametrize("act", [Act.COPY, Act.MOVE])
@pytest.mark.parametrize("second_name", [False, True])
def test_that_a_file_that_its_old_place_links_to_is_never_removed(source, tmp_path, act, second_name):
    manifest, target = sent(act, source, tmp_path / "to").manifest, tmp_path / "to" / "a.png"
    source.unlink(missing_ok=True)
    source.symlink_to(target)
    if second_name:
        os.link(target, tmp_path / "to" / "also.png")
    [(path, reason)] = put_back(manifest, nothing, never).failed
    assert path == str(target) and ("is there again" in reason or "its source leads to it" in reason)
    assert source.read_bytes() == target.read_bytes() == b"picture" and manifest.exists()


@pytest.mark.parametrize("act", [Act.COPY, Act.MOVE])
@pytest.mark.parametrize("second_name", [False, True])
def test_that_a_file_is_never_removed_where_its_old_folder_leads_to_the_new_one(source, tmp_path, act, second_name):
    manifest, target = sent(act, source, tmp_path / "to").manifest, tmp_path / "to" / "a.png"
    source.unlink(missing_ok=True)
    source.parent.rmdir()
    source.parent.symlink_to(tmp_path / "to")
    if second_name:
        os.link(target, tmp_path / "to" / "also.png")
    assert len(put_back(manifest, nothing, never).failed) == 1 and target.read_bytes() == b"picture"


def test_that_a_copy_of_a_link_is_put_back(source, tmp_path):
    link = tmp_path / "link.png"
    link.symlink_to(source)
    manifest = sent(Act.COPY, link, tmp_path / "to").manifest
    assert put_back(manifest, nothing, never).undone == 1
    assert link.read_bytes() == b"picture" and not (tmp_path / "to").exists()


def test_that_a_copy_that_became_one_file_with_its_source_is_put_back(source, tmp_path):
    manifest, target = sent(Act.COPY, source, tmp_path / "to").manifest, tmp_path / "to" / "a.png"
    target.unlink()
    os.link(source, target)
    assert put_back(manifest, nothing, never).undone == 1
    assert source.read_bytes() == b"picture" and not target.exists()


@pytest.mark.usefixtures("disk")
def test_that_a_file_that_cannot_leave_its_place_is_not_left_at_two(source, tmp_path, monkeypatch):
    unlink = Path.unlink

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        if path == source:
            raise PermissionError(errno.EACCES, "Permission denied")
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    done = sent(Act.MOVE, source, tmp_path / "to")
    assert [path for path, _ in done.failed] == [str(source)] and not done.done
    assert [path.name for path in (tmp_path / "to").iterdir()] == [done.manifest.name]
    assert put_back(done.manifest, nothing, never).failed == () and source.read_bytes() == b"picture"


def test_that_a_move_to_another_disk_stopped_before_its_end_is_put_back_without_loss(source, tmp_path):
    target = tmp_path / "to" / "a.png"
    manifest = transfers._write_manifest(tmp_path / "to", [Transfer(Act.MOVE, source, target)])
    target.write_bytes(source.read_bytes())
    assert put_back(manifest, nothing, never).failed == ()
    assert source.read_bytes() == b"picture" and not target.exists()


def test_that_the_folder_of_links_may_be_moved(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sent(Act.LINK, Path("from/a.png"), Path("to"))
    (tmp_path / "deeper" / "down").mkdir(parents=True)
    (tmp_path / "to").rename(tmp_path / "deeper" / "down" / "to")
    assert (tmp_path / "deeper" / "down" / "to" / "a.png").read_bytes() == b"picture"


def renamed(manifest: Path, folder: Path, new: Path) -> Path:
    folder.rename(new)
    return new / manifest.name


@pytest.mark.parametrize("act", Act)
def test_that_a_folder_that_was_moved_is_put_back_with_the_table_in_it(source, tmp_path, act):
    manifest = sent(act, source, tmp_path / "to", "deep/a.png").manifest
    assert manifest is not None
    moved = renamed(manifest, tmp_path / "to", tmp_path / "new")
    assert put_back(moved, nothing, never).undone == 1
    assert source.read_bytes() == b"picture" and not (tmp_path / "new").exists()


@pytest.mark.parametrize("act", Act)
def test_that_files_are_put_back_by_whatever_way_their_folder_is_named(source, tmp_path, act, monkeypatch):
    (tmp_path / "real").mkdir()
    (tmp_path / "way").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path)
    manifest = sent(act, source, Path("way"), "deep/a.png").manifest
    assert manifest is not None and put_back(Path("real") / manifest.name, nothing, never).undone == 1
    assert source.read_bytes() == b"picture" and not list((tmp_path / "real").iterdir())


def test_that_a_table_of_an_older_program_puts_back(source, tmp_path):
    (tmp_path / "way").symlink_to(tmp_path)
    manifest = sent(Act.MOVE, source, tmp_path / "way" / "to", "deep/a.png").manifest
    assert manifest is not None
    manifest.write_text("".join(line for line in manifest.open() if not line.startswith("into,")))
    assert put_back(tmp_path / "to" / manifest.name, nothing, never).undone == 1
    assert source.exists() and not (tmp_path / "to").exists()


def test_that_a_table_away_from_its_files_undoes_nothing_and_stays(source, tmp_path):
    manifest = sent(Act.MOVE, source, tmp_path / "to").manifest
    assert manifest is not None
    away = manifest.rename(tmp_path / manifest.name)
    with pytest.raises(UserError, match=r"the files of .* are not beside it; put it into .*to, or where that is now"):
        put_back(away, nothing, never)
    assert away.exists() and (tmp_path / "to" / "a.png").exists()


@pytest.mark.parametrize("act", Act)
def test_that_files_named_from_a_folder_beside_are_put_back(source, tmp_path, act, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    manifest = sent(act, Path("../from/a.png"), Path("../to"), "deep/a.png").manifest
    assert manifest is not None and put_back(manifest, nothing, never).undone == 1
    assert source.read_bytes() == b"picture" and not (tmp_path / "to").exists()


def test_that_a_table_that_leaves_its_folder_on_the_way_is_refused(source, tmp_path):
    (tmp_path / "to").mkdir()
    (manifest := tmp_path / "to" / "winnow-files-x.csv").write_text(
        f"act,source,target\nmove,{tmp_path / 'stolen.png'},{tmp_path / 'to'}/../from/a.png\n"
    )
    with pytest.raises(UserError, match="which is not in its folder"):
        put_back(manifest, nothing, never)
    assert source.exists()


@pytest.mark.parametrize("into", [None, "to", "from"])
def test_that_a_table_that_names_files_elsewhere_is_refused_whole(source, tmp_path, into):
    own = tmp_path / "to" / "own.png"
    own.parent.mkdir()
    own.write_bytes(b"own")
    rows = ["act,source,target", *([f"into,,{tmp_path / into}"] if into else [])]
    rows += [f"move,{tmp_path / 'b.png'},{own}", f"move,{tmp_path / 'stolen.png'},{source}"]
    (manifest := own.with_name("winnow-files-x.csv")).write_text("\n".join(rows))
    with pytest.raises(UserError, match="which is not in its folder; name another table"):
        put_back(manifest, nothing, never)
    assert own.exists() and source.exists() and manifest.exists()


@pytest.mark.parametrize("source_text", ["relative.png", "", "/a\0b.png"])
def test_that_a_table_with_places_that_no_transfer_writes_is_none(tmp_path, source_text):
    (tmp_path / "a.png").write_bytes(b"own")
    (manifest := tmp_path / "x.csv").write_text(f"act,source,target\nmove,{source_text},{tmp_path / 'a.png'}\n")
    with pytest.raises(UserError, match="is no manifest"):
        put_back(manifest, nothing, never)


@pytest.mark.parametrize("act", Act)
def test_that_nothing_is_put_or_fetched_by_a_link_that_leads_out_of_the_folder(source, tmp_path, act):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "deep").symlink_to(tmp_path / "elsewhere")
    done = sent(act, source, tmp_path / "to", "deep/a.png")
    assert [path for path, _ in done.failed] == [str(source)] and "a link leads out" in done.failed[0][1]
    assert not list((tmp_path / "elsewhere").iterdir()) and source.exists()
    other = tmp_path / "elsewhere" / "a.png"
    (source.rename if act is Act.MOVE else partial(os.link, source))(other)
    [(path, reason)] = put_back(done.manifest, nothing, never).failed
    assert path == str(tmp_path / "to" / "deep" / "a.png") and "a link leads out" in reason and other.exists()


def test_that_it_is_told_where_moved_files_go_back_to(source, tmp_path):
    manifest = sent(Act.MOVE, source, tmp_path / "to").manifest
    said: list[Event] = []
    put_back(manifest, said.append, never)
    assert [event.text for event in said if isinstance(event, JobNotice)] == [
        f"moved files go back below {source.parent}"
    ]


def many(folder: Path, number: int) -> list[tuple[Path, str]]:
    found = []
    for place in range(number):
        (file := folder / str(place) / "img.jpg").parent.mkdir(parents=True)
        file.write_bytes(f"{place:4}".encode())
        found.append((file, "img.jpg"))
    return found


@pytest.mark.parametrize("act", Act)
def test_that_many_files_of_one_name_are_numbered_in_few_looks(tmp_path, act, monkeypatch):
    files = many(tmp_path / "from", 60)
    looks: list[object] = []
    lexists = os.path.lexists
    monkeypatch.setattr(transfers.os.path, "lexists", lambda path: (looks.append(path), lexists(path))[1])
    planned, _ = plan_transfers(act, tmp_path / "to", files)
    assert [one.target.name for one in planned] == ["img.jpg", *(f"img-{number}.jpg" for number in range(2, 61))]
    assert len(looks) <= 2 * len(files)


@pytest.mark.parametrize("act", [Act.COPY, Act.LINK])
def test_that_files_of_one_name_are_found_again_in_another_order_and_past_others(tmp_path, act):
    files = many(tmp_path / "from", 5)
    planned, kept = plan_transfers(act, tmp_path / "to", files)
    transfer(planned, tmp_path / "to", kept, nothing, never)
    new = many(tmp_path / "other", 7)[5:]
    planned, kept = plan_transfers(act, tmp_path / "to", [new[0], *reversed(files), new[1]])
    assert kept == 5 and [one.target.name for one in planned] == ["img-6.jpg", "img-7.jpg"]


@pytest.mark.parametrize("act", Act)
def test_that_a_file_that_went_since_is_listed_and_the_others_are_put(source, tmp_path, act):
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "gone.png").write_bytes(b"another")
    gone = source.with_name("gone.png")
    planned, kept = plan_transfers(act, tmp_path / "to", [(gone, "gone.png"), (source, "a.png")])
    done = transfer(planned, tmp_path / "to", kept, nothing, never)
    assert [path for path, _ in done.failed] == [str(gone)] and [one.source for one in done.done] == [source]
    assert (tmp_path / "to" / "gone.png").read_bytes() == b"another"
