"""What the bars and the empty view say, in words and figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.acts import View
from app.jobs.runner import JobRunner
from app.jobs.state import Errand
from app.models.bars import EmptyAction, HeadBarState, HeadChoice, JobBarState
from app.models.orders import order_choices
from app.presenting.outlook import NO_OUTLOOK, ShortOutlook
from app.presenting.reasons import hunts_by_example
from app.queue.hunting import Hunt, hunt_of, outputs_of
from app.settings import Settings
from app.workspace import Workspace
from core.names import short_encoder
from core.project import Project
from core.project.untaught import count_said, count_untaught, newest_trained_here
from core.review.chance import chance_text
from core.values import AUDIT, OUT_OF_FOLD, Head, HeadKind, Metrics, Strategy, VersionInfo
from core.wording import counted

WHAT = {
    Errand.EXCHANGE: "Importing",
    Errand.TRAIN: "Training",
    Errand.SCAN: "Looking at files",
    Errand.FILES: "Files",
    Errand.EMBED: "Embedding",
}
MEASURED_ON = {OUT_OF_FOLD: "answers given", AUDIT: "audit answers"}
OPEN_FOLDER = EmptyAction("open_folder", "Open a folder of images…", primary=True)


@dataclass(frozen=True, slots=True)
class EmptyContent:
    title: str
    text: str
    actions: tuple[EmptyAction, ...] = ()
    mark: str = "picture"
    """An icon of resources/icons."""


def head_bar_state(
    workspace: Workspace, jobs: JobRunner, settings: Settings, outlook: ShortOutlook = NO_OUTLOOK, known: str = ""
) -> HeadBarState:
    """`known` of what a retrain would go by."""
    project, head, version = workspace.project, workspace.head, workspace.version
    choices = tuple(HeadChoice(each.head_id, each.name, _detail(each)) for each in workspace.heads)
    if project is None or head is None:
        return HeadBarState(heads=choices, auto_retrain=settings.auto_retrain, auto_advance=settings.auto_advance)
    annotated = workspace.board.count_answered()
    said, new = annotated or count_said(project, head), count_untaught(project, head)
    return HeadBarState(
        heads=choices,
        current=head.head_id,
        version_text=f"v{version.number}" if version else "no version yet",
        figure_text=_figures(version.metrics, outlook) if version else "",
        figure_tip="\n\n".join(filter(None, (figure_tip(version), outlook.tip))) if version else "",
        annotated=annotated,
        total=len(workspace.pool),
        new_annotations=new,
        can_retrain=bool(said) and workspace.writable,
        retrain_tip=_retrain_tip(known) if said else "Answer some images first",
        training=jobs.training,
        auto_retrain=settings.auto_retrain,
        auto_advance=settings.auto_advance,
        orders=order_choices(head.kind, tuple(outputs_of(head).items()), overlaps=workspace.opinions is not None),
        order=workspace.strategy,
        target=workspace.target,
        hunt_text=hunt_text(workspace),
        hunt_title=hunt.title() if (hunt := current_hunt(workspace)) is not None else "",
        order_waits=workspace.ranking is None
        and workspace.strategy not in (Strategy.RANDOM, Strategy.OVERLAP)
        and not hunts_by_example(workspace, head),
    )


def _retrain_tip(known: str) -> str:
    return "Make a new version from every answer (Ctrl+R)" + (f"\n{known[0].upper()}{known[1:]}" if known else "")


def job_bar_state(workspace: Workspace, jobs: JobRunner, failed_files: int) -> JobBarState:
    state = jobs.state
    if state is None or state.is_silent:
        idle = " · ".join(text for text in (position_text(workspace), jobs.live_text) if text)
        return JobBarState(device=jobs.device, failed_files=failed_files, live=idle)
    return JobBarState(
        what=state.what or WHAT[state.errand],
        stage="Stopping…" if state.cancelling else state.stage,
        done=state.done,
        total=state.total,
        rate=state.rate,
        remaining_s=state.remaining_s,
        device=state.device or jobs.device,
        failed_files=failed_files,
        training=state.errand is Errand.TRAIN,
    )


def hunt_text(workspace: Workspace) -> str:
    hunt = current_hunt(workspace)
    return "" if hunt is None else hunt.text()


def current_hunt(workspace: Workspace) -> Hunt | None:
    if workspace.head is None or workspace.strategy is not Strategy.HUNT or workspace.target is None:
        return None
    return hunt_of(workspace.board, workspace.head, workspace.target, workspace.chosen.enough)


def position_text(workspace: Workspace) -> str:
    if workspace.head is None or not len(workspace.queue):
        return ""
    answered, total = workspace.board.count_answered(), len(workspace.pool)
    text = " · ".join(part for part in (f"{answered:,} of {total:,} answered", hunt_text(workspace)) if part)
    if workspace.strategy is not Strategy.OVERLAP:
        return text
    ids = workspace.pool.ids
    partly = int(np.count_nonzero(~workspace.decided_of(ids) & workspace.board.answered[ids]))
    return f"{text} · {partly:,} of them with an open tag to review" if partly else text


def figure_text(metrics: Metrics) -> str:
    """The honest figure with the number of answers that it was measured on."""
    measured = MEASURED_ON.get(metrics.by)
    if measured is None:
        return metrics.by
    if metrics.pair_accuracy is not None:
        return f"{_percent(metrics.pair_accuracy)} of {counted(metrics.n, 'held-out pair')} in order"
    on = f"on {metrics.n:,} {measured}" + (", no fair draw" if metrics.by == OUT_OF_FOLD else "")
    if metrics.mae is not None:
        return f"± {metrics.mae:.2f} brackets {on}"
    if metrics.average_precision is not None:
        return f"{_percent(metrics.average_precision)} average precision {on}"
    if metrics.accuracy is not None:
        return f"{_percent(metrics.accuracy)} right {on}"
    return on


def _figures(metrics: Metrics, outlook: ShortOutlook) -> str:
    return " · ".join(filter(None, (figure_text(metrics), chance_text(metrics), outlook.text)))


def _percent(share: float) -> str:
    """To a tenth: "65 %", "91.2 %"."""
    return f"{100 * share:.1f}".removesuffix(".0") + " %"


def empty_content(workspace: Workspace, jobs: JobRunner, failed_files: int) -> EmptyContent:
    """What to do next where there is no image to show."""
    if workspace.project is None:
        return EmptyContent(
            "Sort images by what you like, what they show, or what is wrong with them",
            "Open a folder of images, or drop one here. Your images are only read; "
            "Winnow keeps its own files in a folder beside them.",
            (OPEN_FOLDER, EmptyAction("open_project", "Open a project…")),
            mark="folder",
        )
    if not len(workspace.pool):
        return _no_images(workspace.project, jobs, failed_files)
    if workspace.head is None:
        return EmptyContent(
            "What do you want to know of each image?",
            f"{counted(len(workspace.pool), 'image')} found. Make a head: one question, answered by a score from 0 to "
            "10, one label of several, or tags. You answer some; it learns and orders the rest.",
            (EmptyAction("new_head", "New head…", primary=True), EmptyAction("add_folders", "Add images…")),
            mark="tag",
        )
    if workspace.picked is None:
        return _end_of_queue(workspace)
    return _end_of_found(workspace) if workspace.picked.is_search else _end_of_picked(workspace)


def _no_images(project: Project, jobs: JobRunner, failed_files: int) -> EmptyContent:
    if jobs.state is not None and jobs.state.errand is Errand.SCAN:
        return EmptyContent("Looking through the folder…", "The first images appear here in a moment.")
    missing = project.images.count_missing()
    if missing:
        return _all_missing(project, missing)
    text = "JPEG, PNG, WebP, AVIF, GIF, BMP and TIFF are read, in subfolders too."
    actions: tuple[EmptyAction, ...] = (EmptyAction("add_folders", "Add images…", primary=True),)
    if failed_files:
        files = counted(failed_files, "file")
        text = f"{files} could not be read as a picture. {text}"
        actions += (EmptyAction("show_failed", "Show the files that failed…"),)
    return EmptyContent("No images in this project", text, (*actions, EmptyAction("rescan", "Look again")))


def _all_missing(project: Project, missing: int) -> EmptyContent:
    places = ", ".join(str(root) for root in project.roots)
    return EmptyContent(
        "The images are not where they were",
        f"{counted(missing, 'image')} of {places} cannot be found. Connect the disk or put the folder back and look "
        "again, or add the folder where they are now: images are known by their content, and their answers come back.",
        (EmptyAction("rescan", "Look again", primary=True), EmptyAction("add_folders", "Add the folder…")),
        mark="warning",
    )


def _end_of_found(workspace: Workspace) -> EmptyContent:
    return EmptyContent(
        "That was all that was found",
        f"{counted(len(workspace.queue), 'image')} looked at. What you answered or corrected teaches the next version. "
        "Left goes back.",
        (EmptyAction("escape", "Back to the queue", primary=True), EmptyAction("find", "Find others…")),
        mark="done",
    )


def _end_of_picked(workspace: Workspace) -> EmptyContent:
    if workspace.picked is not None and workspace.picked.origin is View.PAGES:
        return EmptyContent(
            "All that was marked is looked at",
            f"{counted(len(workspace.queue), 'image')} seen. What got no other answer still waits: M leads here again. "
            "Left goes back.",
            (EmptyAction("escape", "Back to the pages", primary=True), EmptyAction("retrain", "Retrain")),
            mark="done",
        )
    return EmptyContent(
        "That was all that is marked",
        f"{counted(len(workspace.queue), 'image')} looked at. What you corrected is in the picture at once, "
        "and teaches the next version. Left goes back.",
        (EmptyAction("insight", "Back to the picture", primary=True), EmptyAction("retrain", "Retrain")),
        mark="done",
    )


def _end_of_queue(workspace: Workspace) -> EmptyContent:
    waiting = int(len(workspace.pool) - workspace.decided_of(workspace.pool.ids).sum())
    lacking = "with a tag still open" if workspace.strategy is Strategy.OVERLAP else "still without an answer"
    if waiting:
        return EmptyContent(
            "The end of the queue",
            f"{counted(waiting, 'image')} passed over and {lacking}.",
            (EmptyAction("next_undecided", "Go to the next open one", primary=True),),
            mark="skip",
        )
    return _all_answered(workspace)


def _all_answered(workspace: Workspace) -> EmptyContent:
    project, head = workspace.opened_for_reading()
    answered = f"{counted(workspace.board.count_answered(), 'image')} answered."
    version = newest_trained_here(project, head)
    if version is not None and not count_untaught(project, head):
        text = f"{answered} v{version.number} learned from all of them. Look through the answers, or add more images."
        first: tuple[EmptyAction, ...] = (EmptyAction("grid", "Look through the answers", primary=True),)
    else:
        text = f"{answered} Retrain to make the version that learned from all of them, "
        text += "look through the answers, or add more images."
        first = (
            EmptyAction("retrain", "Retrain", primary=True),
            EmptyAction("grid", "Look through the answers"),
        )
    more = EmptyAction("add_folders", "Add images…")
    return EmptyContent("Every image is answered", text, (*first, more), mark="done")


def _detail(head: Head) -> str:
    labels = "0 to 10" if head.kind is HeadKind.SCORE else ", ".join(label.name for label in head.labels)
    encoder = short_encoder(head.encoder)
    path = f"\n{head.encoder}" if encoder != head.encoder else ""
    return f"{head.kind.value}: {labels} · {encoder}{path}"


def figure_tip(version: VersionInfo) -> str:
    """How the figure was measured, and no more than that."""
    metrics = version.metrics
    lines = [f"Version {version.number} from {version.annotations:,} answered images, {version.seconds:.1f} s"]
    if metrics.accuracy_low is not None and metrics.accuracy_high is not None:
        lines.append(f"95 % interval: {metrics.accuracy_low * 100:.1f} to {metrics.accuracy_high * 100:.1f} % right")
    if (low := metrics.average_precision_low) is not None and (high := metrics.average_precision_high) is not None:
        lines.append(f"95 % interval: {low * 100:.1f} to {high * 100:.1f} % average precision")
        lines.append(
            "Average precision: of all answers from a true tag's probability on the share that is true, in the"
        )
        lines.append("mean over the true ones, all tags in one order; each is judged by the others.")
    if metrics.mae_low is not None and metrics.mae_high is not None:
        lines.append(f"95 % interval: ± {metrics.mae_low:.2f} to {metrics.mae_high:.2f} brackets")
    if metrics.mae is not None:
        lines.append(f"± {metrics.mae:.2f} brackets: so far is the score from your answer in the mean, of 0 to 10.")
    if chance := chance_text(metrics):
        lines.append(f"{chance[0].upper()}{chance[1:]}.")
    if metrics.calibration_error is not None:
        lines.append(f"calibration error {metrics.calibration_error * 100:.1f} %")
    if metrics.pair_accuracy_low is not None and metrics.pair_accuracy_high is not None:
        low, high = metrics.pair_accuracy_low, metrics.pair_accuracy_high
        lines.append(f"95 % interval: {low * 100:.1f} to {high * 100:.1f} % in the order that you judged")
        lines.append(f"Measured on {counted(metrics.n, 'pair')}, each ordered by a head that was taught neither image,")
        lines.append(
            "nor a look-alike in its group. They learned from fewer pairs than the version: it may order more right."
        )
    elif metrics.by == OUT_OF_FOLD:
        lines.append(
            f"Measured on {counted(metrics.n, 'image')} with an answer, each judged by a head that was not taught it."
        )
        lines.append("They were not drawn at random: hard ones that were asked lower the figure, easy ones that were")
        lines.append("confirmed by the page raise it. From 20 answers of the audit set on the figure is theirs.")
    if metrics.by == AUDIT:
        lines.append(
            f"Measured on {counted(metrics.n, 'image')} that chance drew and that were asked blind, "
            "each judged by a head"
        )
        lines.append("that was not taught it: the figure for the whole pool.")
    return "\n".join(lines)
