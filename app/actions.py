"""The table of every act: its id, text, default keys, tip, and where it applies; and which act a key means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.acts import (
    ALL_KINDS,
    ALL_VIEWS,
    ANSWERED,
    APPLY,
    CARDS,
    COMPARE,
    INSIGHT,
    NOT_LISTS,
    ONE_BY_ONE,
    PICTURE,
    PROJECT,
    SINGLE,
    SIZED,
    TILED,
    UNANSWERED,
    VERSIONS,
    Act,
    Group,
    View,
)
from app.answer_acts import ANSWER_ACTS
from app.find_acts import FIND_ACTS
from app.input.keys import Chord
from app.insight_acts import INSIGHT_ACTS
from app.keep_acts import KEEP_ACTS
from app.page_acts import PAGE_ACTS
from app.pair_acts import PAIR_ACTS
from core.errors import UserError
from core.values import HeadKind

_MOVES = (
    Act("next", "Next", ("Right",), "Next image, without deciding", Group.MOVE, views=NOT_LISTS, repeats=True),
    Act("previous", "Previous", ("Left",), "Back through what was done", Group.MOVE, views=NOT_LISTS, repeats=True),
    Act("first", "First", ("Home",), "Start of the queue", Group.MOVE, views=NOT_LISTS),
    Act("last", "Last", ("End",), "End of the queue", Group.MOVE, views=NOT_LISTS),
    Act("next_undecided", "Next undecided", ("N",), "Next image that has no answer yet", Group.MOVE, views=UNANSWERED),
)
_MARKS = (
    Act("skip", "Skip", ("S",), "Comes back at the end of the queue", Group.MARK, views=CARDS | APPLY | COMPARE),
    Act(
        "exclude",
        "Exclude",
        ("X",),
        "Keep out of training for good; again to take back in",
        Group.MARK,
        views=ONE_BY_ONE,
    ),
    Act("flag", "Flag", ("F",), "Mark to find it again", Group.MARK, views=ANSWERED),
    Act("pin", "Pin", ("P",), "Told apart whenever versions are compared", Group.MARK, views=ANSWERED),
    Act("clear", "Clear the answer", ("U",), "The image is open again", Group.MARK, views=ANSWERED),
)
_LOOKS = (
    Act("actual_size", "Actual size", ("Z",), "1:1 at the cursor, again to fit", Group.LOOK, views=PICTURE),
    Act("zoom_in", "Zoom in", ("+", "="), "Larger", Group.LOOK, views=SIZED, repeats=True),
    Act(
        "zoom_out",
        "Zoom out",
        ("-", "Shift+-", "Num-"),
        "Smaller; the plain - is score 10 under a score head",
        Group.LOOK,
        views=SIZED,
        repeats=True,
        meaning="Zoom out (score head: - is 10)",
    ),
    Act("fit", "Fit", ("Ctrl+0",), "The whole image, the whole map", Group.LOOK, views=PICTURE | INSIGHT),
    Act("lock_zoom", "Lock zoom", ("Shift+Z",), "Keep zoom and place for the next images", Group.LOOK, views=SINGLE),
    Act(
        "grid",
        "Grid",
        ("G",),
        "Many images: select, then a digit answers them all",
        Group.LOOK,
        views=ALL_VIEWS,
    ),
    Act("single", "Single image", ("E",), "One image large", Group.LOOK, views=ALL_VIEWS),
    Act("versions", "Versions", ("V",), "Each with its figure, curve and note; select two to compare", Group.LOOK),
    Act("insight", "Insight", ("I",), "Pictures of answers and predictions; every mark opens its images", Group.LOOK),
    Act("review", "Look again", ("R",), "Answers that heads contradict which have not seen the image", Group.LOOK),
    Act(
        "next_queue",
        "Next queue",
        ("Q",),
        "Conflicts, false positives, false negatives, twins, copies",
        Group.LOOK,
        views=frozenset({View.REVIEW}),
        meaning="Next queue (second look)",
    ),
    Act(
        "hide_prediction",
        "Hide the prediction",
        ("H",),
        "Answer unswayed; tap to switch, hold to hide for a moment",
        Group.LOOK,
        views=SINGLE,
    ),
    Act(
        "tiles",
        "Tiles",
        ("W",),
        "What the head says of each of five crops, and so where it sees it",
        Group.LOOK,
        views=TILED,
    ),
    Act("select_all", "Select all", ("Ctrl+A",), "Every image of the grid", Group.LOOK, views=frozenset({View.GRID})),
    Act("larger", "Larger interface", ("Ctrl+=", "Ctrl++"), "Texts, thumbnails and panels grow", Group.LOOK),
    Act("smaller", "Smaller interface", ("Ctrl+-",), "More room for the picture", Group.LOOK),
    Act("fitting_size", "Interface size of the screen", ("Ctrl+Shift+0",), "What fits this screen", Group.LOOK),
    Act("key_overlay", "Keys", ("?", "F1"), "Show or hide this list", Group.LOOK),
    Act(
        "escape",
        "Leave",
        ("Esc",),
        "Leave zoom, selection, grid, pages, insight, limits, versions, second look, trial or scored folder",
        Group.LOOK,
        meaning="Leave zoom, selection, view",
    ),
)
_WORK = (
    Act("retrain", "Retrain", ("Ctrl+R", "F5"), "Make a new version from every answer", Group.WORK),
    Act("retrain_with", "Retrain with…", (), "By another recipe, for this version", Group.WORK),
    Act("next_head", "Next head", ("Tab",), "The next question", Group.WORK, views=PROJECT - APPLY),
    Act("previous_head", "Previous head", ("Shift+Tab",), "The question before", Group.WORK, views=PROJECT - APPLY),
    Act("hunt", "Hunt what is rare", ("Ctrl+H",), "Most likely first of the label with the fewest answers", Group.WORK),
    Act(
        "hunt_like",
        "Hunt images like this",
        ("Ctrl+Shift+H",),
        "Most like this one first, until five of its label are found; of an open one the rarest label's",
        Group.WORK,
        views=ANSWERED,
    ),
    Act("show_change", "What the retrain changed", ("Shift+V",), "The last two versions, side by side", Group.WORK),
    Act(
        "use_version",
        "Put the version in force",
        ("U",),
        "It predicts and ranks from now on; U on the one before puts that back",
        Group.WORK,
        views=VERSIONS,
        meaning="Put the version in force (versions)",
    ),
    Act(
        "next_flips",
        "Next group of flips",
        ("N",),
        "Now wrong, now right, as wrong, not annotated, just taught, pinned, broken and fixed unseen",
        Group.WORK,
        views=VERSIONS,
        meaning="Next group of flips (versions)",
    ),
    Act(
        "note_version",
        "Note on the version…",
        ("F2",),
        "Kept beside the version",
        Group.WORK,
        views=VERSIONS,
        meaning="Note on the version (versions)",
    ),
    Act("show_training", "Training curve…", (), "Loss, evaluation loss and learning rate", Group.WORK),
    Act("try_it", "Try heads on any picture", ("Ctrl+T",), "Dropped, pasted or chosen; no project needed", Group.WORK),
    Act("paste", "Try the copied picture", ("Ctrl+V",), "A picture, or picture files", Group.WORK),
    Act("try_files", "Choose files to try…", (), "Pictures, wherever they are", Group.WORK),
    Act("try_heads", "Choose head files to try…", (), ".safetensors or .pth", Group.WORK),
    Act("try_clear", "Clear the trial", (), "The files stay as they are", Group.WORK),
    Act("apply", "Score a folder…", ("Ctrl+Shift+S",), "See what passes, then copy, link or move it", Group.WORK),
    Act("score_folder_add", "Add a folder to score…", (), "Of pictures; nothing of it is changed", Group.WORK),
    Act("score_files_add", "Add files to score…", (), "Pictures, wherever they are", Group.WORK),
    Act("score_heads_add", "Add head files to ask…", (), ".safetensors or .pth", Group.WORK),
    Act("score_clear", "Clear what is scored", (), "The files stay as they are", Group.WORK),
    Act("score_start", "Score", (), "Nothing is copied or changed", Group.WORK),
    Act("score_stop", "Cancel the work on files", (), "What is finished is kept", Group.WORK),
    Act("score_failed", "Files that could not be judged…", (), "Each with its reason", Group.WORK),
    Act("score_target", "Choose where to…", (), "The folder that files are put in", Group.WORK),
    Act("score_preview", "Preview", (), "What would go where; nothing is touched", Group.WORK),
    Act("score_put", "Copy, link or move what passes", (), "Nothing is written over", Group.WORK),
    Act("score_undo", "Put back", (), "Undo the last copy, link or move", Group.WORK),
    Act("score_table", "Write a table…", (), "What passes as CSV, JSON lines or Parquet", Group.WORK),
    Act("score_sheet", "Write a contact sheet…", (), "One picture of the first hundred", Group.WORK),
    Act("put_back", "Put files back…", (), "Undo an earlier copy, link or move by its table", Group.WORK),
    Act("make_defects", "Make defects…", (), "Copies with a known defect, to teach heads", Group.WORK),
    Act("cancel_job", "Cancel the running work", (), "What is finished is kept", Group.WORK),
    Act("auto_retrain", "Retrain by itself", (), "After 20 new answers", Group.WORK),
    Act("auto_advance", "Advance after an answer", (), "Show the next image at once", Group.WORK),
)
_PROJECTS = (
    Act("open_folder", "Open a folder of images…", ("Ctrl+O",), "Makes a project for it", Group.PROJECT),
    Act("open_project", "Open a project…", ("Ctrl+Shift+O",), "A folder with a project.sqlite", Group.PROJECT),
    Act("add_folders", "Add images…", (), "Another folder for this project", Group.PROJECT),
    Act("relocate", "This folder now lies in…", (), "Where the images of a moved folder are", Group.PROJECT),
    Act("rescan", "Look for new images", (), "Scan the folders again", Group.PROJECT),
    Act("new_head", "New head…", ("Ctrl+N",), "Ask another question of every image", Group.PROJECT),
    Act("edit_head", "Edit the head…", (), "Name, labels and their order", Group.PROJECT),
    Act("unify_heads", "Unify heads…", (), "One tags head from several, with their answers", Group.PROJECT),
    Act("show_failed", "Files that failed…", (), "Each with its reason", Group.PROJECT),
    Act("import_folders", "Rated folders of images…", (), "Folders named N_name: N is the answer", Group.PROJECT),
    Act("import_vectors", "Rated folders of embeddings…", (), "Folders named N_name of .npy files", Group.PROJECT),
    Act("import_table", "Answers from a table…", (), "A CSV file with the columns path and value", Group.PROJECT),
    Act(
        "import_head",
        "Head from a file or the hub…",
        (),
        "In force at once, and the current one",
        Group.PROJECT,
    ),
    Act("export_head", "Head as files…", (), "Two files, which CityClassifiers runs too", Group.PROJECT),
    Act(
        "export_answers",
        "Answers as a data set…",
        (),
        "As folders, embeddings or tables",
        Group.PROJECT,
    ),
    Act("show_exchange", "Last import or export…", (), "What it did, and what failed", Group.PROJECT),
    Act("theme_system", "Theme of the system", (), "Light or dark as the system is", Group.PROJECT),
    Act("theme_light", "Light theme", (), "Dark on light", Group.PROJECT),
    Act("theme_dark", "Dark theme", (), "Light on dark", Group.PROJECT),
    Act("quit", "Quit", ("Ctrl+Q",), "Everything is saved already", Group.PROJECT),
)
ACTS: tuple[Act, ...] = (
    *ANSWER_ACTS,
    *_MOVES,
    *_MARKS,
    *_LOOKS,
    *FIND_ACTS,
    *PAGE_ACTS,
    *PAIR_ACTS,
    *INSIGHT_ACTS,
    *KEEP_ACTS,
    *_WORK,
    *_PROJECTS,
)
BY_ID: Mapping[str, Act] = {act.act_id: act for act in ACTS}


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One line of the key overlay and of the README's key list."""

    group: Group
    keys: str
    text: str
    tip: str


class Bindings:
    """Which act a chord means in which context."""

    def __init__(self, keys: Mapping[str, Sequence[str]] | None = None) -> None:
        """`keys` replaces default keys by act id; raises UserError on unknown acts, unknown keys and clashes."""
        changed = dict(keys or {})
        for act_id in changed.keys() - BY_ID.keys():
            raise UserError(f"no act is called {act_id!r}", "take the ids of the key list")
        self._keys = {act.act_id: tuple(changed.get(act.act_id, act.keys)) for act in ACTS}
        self._acts: dict[Chord, list[Act]] = {}
        for act in ACTS:
            for text in self._keys[act.act_id]:
                self._bind(act, text)

    def keys_of(self, act_id: str) -> tuple[str, ...]:
        return self._keys[act_id]

    def find(self, chord: Chord, *, kind: HeadKind | None, view: View) -> Act | None:
        """The narrowest act bound to the chord here. Without a head every kind's acts are out, save the common ones."""
        fitting = [
            act
            for act in self._acts.get(chord, ())
            if view in act.views and (act.kinds == ALL_KINDS if kind is None else kind in act.kinds)
        ]
        return min(fitting, key=lambda act: act.breadth, default=None)

    def lines(self) -> list[KeyLine]:
        """The key list in the table's order; acts without a key are left out."""
        lines: dict[tuple[Group, str], KeyLine] = {}
        for act in ACTS:
            key = (act.group, act.line or act.act_id)
            if self._keys[act.act_id] and key not in lines:
                shared = [other for other in ACTS if act.line and other.line == act.line]
                keys = self._range(shared) if shared else " · ".join(self._keys[act.act_id])
                text = act.line or act.meaning or act.text
                tip = "" if act.line else act.tip
                lines[key] = KeyLine(act.group, keys, text[0].upper() + text[1:], tip)
        return list(lines.values())

    def _range(self, acts: Sequence[Act]) -> str:
        keys = [self._keys[act.act_id] for act in acts]
        default = all(keys[place] == act.keys for place, act in enumerate(acts))
        if default:
            return f"{keys[0][0]}–{keys[-2][0][-1]}, {keys[-1][0][-1]}"
        return " ".join(texts[0] for texts in keys if texts)

    def _bind(self, act: Act, text: str) -> None:
        try:
            chord = Chord.parse(text)
        except ValueError as error:
            raise UserError(str(error), f"choose another key for {act.text!r}") from error
        taken = self._acts.setdefault(chord, [])
        for other in taken:
            meant = text in act.keys and text in other.keys and act.breadth != other.breadth
            if other.kinds & act.kinds and other.views & act.views and not meant:
                raise UserError(
                    f"{text} means both {other.text!r} and {act.text!r}", "choose another key for one of them"
                )
        taken.append(act)
