"""Orders for the worker, built from what the project holds. Each is whole: the worker asks nothing back of the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import NotEmbedded, UserError
from core.jobs.spec import EmbedSpec, LiveChange, LiveOpen, ScanSpec, TrainSpec
from core.pairs import SHARE_OF_LEFT, Outcome, PairSet, no_pairs
from core.project.auditing import audit_set
from core.project.folder import EMBEDDINGS, live_folder, part_folder
from core.project.inputs import training_inputs
from core.store.encoders import encoder_name
from core.values import Annotated, EncoderSignature, Head, HeadKind, ImageId, Tiles

if TYPE_CHECKING:
    from core.project.facade import Project

_A_FEW = 500
"""Images that mostly show whether a head has different answers."""


def scan_spec(project: Project, job: str) -> ScanSpec:
    return ScanSpec(job, str(project.folder), project.roots)


def embed_spec(
    project: Project, job: str, encoder: str, tiles: Tiles, device: str, first: NDArray[np.uint8] | None
) -> EmbedSpec:
    return EmbedSpec(job, str(project.folder), encoder_name(encoder), tiles, device, first=first)


def training_spec(
    project: Project, job: str, head: Head, device: str, seed: int, recipe: Mapping[str, Any] | None
) -> TrainSpec:
    signature, pairs = signature_of(project, head), pairs_of(project, head)
    annotated = _embedded(project, signature, project.annotations.annotated_set(head))
    if not _orders_images(project, signature, pairs):
        check_enough(head, annotated)
    number = project.versions.next_number(head.head_id)
    audit = audit_set(project, head, project.embeddings(signature).positions)
    settings = dict(project.heads.recipe(head.head_id) if recipe is None else recipe)
    hidden = project.images.hidden_hashes()
    return TrainSpec(
        job=job,
        project=str(project.folder),
        head=head,
        signature=signature,
        annotated=annotated,
        excluded=project.annotations.excluded_hashes(head.head_id),
        hidden=hidden,
        number=number,
        output=str(part_folder(project.folder, project.heads.folder(head.head_id), number, job)),
        last_annotation=project.annotations.last_id(),
        device=device,
        seed=seed,
        recipe=settings,
        evaluation=project.annotations.evaluation_hashes(head.head_id),
        audit=audit.answered,
        audit_skipped=audit.skipped,
        audit_share=project.audits.share(head.head_id),
        pairs=pairs,
        last_pair=project.pairs.last_id(),
        inputs=training_inputs(project, head, signature, hidden, pairs, seed, settings),
    )


def inputs_now(project: Project, head: Head) -> dict[str, Any]:
    """Those of `training_spec` with the head's own recipe, without reading every answer."""
    signature, hidden, pairs = signature_of(project, head), project.images.hidden_hashes(), pairs_of(project, head)
    return training_inputs(project, head, signature, hidden, pairs, 0, project.heads.recipe(head.head_id))


def check_trainable(project: Project, head: Head) -> None:
    """UserError where there is too little to learn from. Quick: all answers are read only where a few do not tell."""
    signature = signature_of(project, head)
    if _orders_images(project, signature, pairs_of(project, head)):
        return

    def tells(ids: Iterable[ImageId]) -> bool:
        try:
            check_enough(head, _embedded(project, signature, project.annotations.changed_set(head, ids)))
        except UserError:
            return False
        return True

    ids = project.images.all().ids
    from_everywhere = map(ImageId, ids[:: len(ids) // _A_FEW + 1].tolist())
    if not (tells(from_everywhere) or tells(project.annotations.first_and_last(head.head_id))):
        check_enough(head, _embedded(project, signature, project.annotations.annotated_set(head)))


def live_open(project: Project, job: str, head: Head, device: str, seed: int) -> LiveOpen:
    signature = signature_of(project, head)
    return LiveOpen(
        job=job,
        project=str(project.folder),
        head=head,
        signature=signature,
        annotated=project.annotations.annotated_set(head),
        excluded=project.annotations.excluded_hashes(head.head_id),
        hidden=project.images.hidden_hashes(),
        output=str(live_folder(project.folder, head.head_id, job)),
        device=device,
        seed=seed,
        audit_share=project.audits.share(head.head_id),
        pairs=pairs_of(project, head),
    )


def live_change(project: Project, job: str, head: Head, ids: Iterable[ImageId]) -> LiveChange:
    """What holds now of the images `ids`. Saying again that an image is excluded, or is not, changes nothing."""
    wanted = sorted(set(ids))
    changed = project.annotations.changed_set(head, wanted)
    excluded = np.array([one.excluded for one in project.annotations.standing_of(head.head_id, wanted)], dtype=np.bool_)
    pairs = pairs_of(project, head)
    return LiveChange(job, changed, changed.hashes[excluded], changed.hashes[~excluded], pairs)


def pairs_of(project: Project, head: Head) -> PairSet:
    """Judged pairs; only score heads have any."""
    return project.pairs.training_set(head.head_id) if head.kind is HeadKind.SCORE else no_pairs()


def _orders_images(project: Project, signature: EncoderSignature, pairs: PairSet) -> bool:
    """Whether a pair of embedded images was decided: then a score head can learn without brackets."""
    find = project.embeddings(signature).positions
    return bool(
        ((find(pairs.left) >= 0) & (find(pairs.right) >= 0) & (pairs.share != SHARE_OF_LEFT[Outcome.TIE])).any()
    )


def signature_of(project: Project, head: Head) -> EncoderSignature:
    """What the vectors of the head's encoder were made with; UserError where there are none."""
    signature = project.encoders.signature(head.encoder, head.tiles) or _on_disk(project, head)
    if signature is None:
        raise NotEmbedded(
            f"no image is embedded with {head.encoder} yet, which {head.name!r} learns from", project.folder, head
        )
    return signature


def _on_disk(project: Project, head: Head) -> EncoderSignature | None:
    """Shards whose writer was killed before it could say so are as good as any."""
    from core.arrays.embeddings import EmbeddingStore
    from core.arrays.shards import CropSignature

    name = encoder_name(head.encoder)
    for folder in sorted((project.folder / EMBEDDINGS).glob("*/")):
        signature = EmbeddingStore(folder).signature()
        if isinstance(signature, CropSignature):
            continue
        if signature and (encoder_name(signature.encoder), signature.tiles) == (name, head.tiles):
            return signature
    return None


def check_enough(head: Head, annotated: Annotated) -> None:
    """Raises UserError unless the answers can teach the head anything."""
    answers = "answer" if len(annotated) == 1 else "answers"
    so_far = f"{head.name!r} has {len(annotated)} {answers} on embedded images"
    match head.kind:
        case HeadKind.CLASS:
            names = [label.name for label in head.labels]
            given = [name for name, number in zip(names, annotated.targets.sum(axis=0), strict=True) if number]
            if len(given) < 2:
                only = f", all of them {given[0]!r}" if given else ""
                raise UserError(f"{so_far}{only}", "give at least two labels to at least one image each")
        case HeadKind.SCORE:
            if len(np.unique(annotated.targets)) < 2:
                raise UserError(f"{so_far}, with fewer than two different scores", "score a good and a bad image")
        case HeadKind.TAGS:
            both = (annotated.targets == 1).any(axis=0) & (annotated.targets == 0).any(axis=0)
            if not both.any():
                raise UserError(f"{so_far}, no tag with both yes and no", "answer one tag with yes here and no there")


def _embedded(project: Project, signature: EncoderSignature, annotated: Annotated) -> Annotated:
    """The rows whose image has a vector, and an answer to train on."""
    keep = project.embeddings(signature).positions(annotated.hashes) >= 0
    keep &= ~np.isnan(annotated.targets).all(axis=1)
    return Annotated(annotated.hashes[keep], annotated.targets[keep], annotated.weights[keep], annotated.groups[keep])
