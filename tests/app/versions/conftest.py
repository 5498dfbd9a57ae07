"""A head with one set of answers, two versions of it, and the versions view that shows them."""

from __future__ import annotations

import pytest

from app.bootstrap import Shell
from tests.app.keys import Key, press
from tests.app.versions.retrains import BIRD, CAT, DOG, answer, retrain, wait_for_comparison
from tests.core.store.projects import embed_all


@pytest.fixture
def taught(class_shell: Shell) -> Shell:
    """Answers on three images, and no version."""
    embed_all(class_shell.workspace.project)
    for image, name in ((1, CAT), (2, DOG), (3, BIRD)):
        answer(class_shell, image, name)
    return class_shell


@pytest.fixture
def twice(taught: Shell) -> Shell:
    """Between two versions image 1 was fixed, image 2 broken, image 4 changed."""
    retrain(taught, [DOG, DOG, BIRD, CAT])
    retrain(taught, [CAT, CAT, BIRD, DOG])
    return taught


@pytest.fixture
def shown(twice: Shell, qtbot) -> Shell:
    """The view with its comparison."""
    press(twice, Key.Key_V)
    wait_for_comparison(twice, qtbot)
    return twice
