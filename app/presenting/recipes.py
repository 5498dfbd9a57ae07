"""What a recipe says, in a few words."""

from __future__ import annotations

from core.recipes.recipe import ClassWeights, Method, Recipe, Schedule
from core.wording import counted

_SCHEDULES = {Schedule.COSINE: "falling to 0 as a cosine", Schedule.WARMUP: "after a warm-up, constant"}


def described(recipe: Recipe) -> str:
    """A few lines: rate and schedule, how much is gone through, how often, what weighs more."""
    lines = [f"Learning rate {recipe.learning_rate:g}, {_SCHEDULES[recipe.schedule]}", _amount(recipe)]
    if recipe.random_crops:
        lines.append(f"Five-crop heads learn from {recipe.random_crops} crops at places of chance too")
    if recipe.label_weights:
        weights = ", ".join(f"{name} {weight:g}" for name, weight in recipe.label_weights.items())
        lines.append(f"Weights of the labels: {weights}")
    elif recipe.class_weights is ClassWeights.BALANCED:
        lines.append("Each label weighs the same, however many images it has")
    return "\n".join(lines)


def _amount(recipe: Recipe) -> str:
    steps = f"{recipe.steps:,} steps of {counted(recipe.batch_size, 'image')}"
    match recipe.method:
        case Method.SEED_LOOP:
            most = recipe.folds + 1
            often = f"Trained up to {most} times, as the head and for each fold that is judged"
            return f"{steps}: hours on a large set\n{often}: up to {most * recipe.steps:,} steps in all"
        case Method.COMPACT:
            return f"{recipe.epochs} epochs, at most {steps}"
