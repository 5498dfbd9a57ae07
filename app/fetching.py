"""What the first look at another view would import: fetched beside the window once its first picture stands."""

from __future__ import annotations

from importlib import import_module

AHEAD_MS = 2_500
"""After the first picture: by then the worker has started, and the person looks at an image."""
_LATER = (
    "app.windows.head_dialog",
    "pyqtgraph",
    "app.presenting.version_states",
    "app.views.versions_view",
    "app.views.curve_row",
    "app.views.insight_view",
    "app.views.chart_boxes",
    "app.views.chart_canvas",
    "app.views.keep_view",
    "app.views.review_view",
    "app.views.page_view",
    "app.views.find_bar",
    "app.views.find_list",
    "core.project.comparison",
    "core.project.paging",
)
"""The first look at versions took half a second with them, most of it for pyqtgraph."""


def fetch() -> None:
    """Any thread: these modules define, and make nothing of Qt."""
    for name in _LATER:
        import_module(name)
    from core.project.presets import all_presets
    from core.recipes.source import load_recipe, shipped_names

    # Read once: who asks for a new head types its name at once, and the first letters went to the window.
    all_presets()
    for name in shipped_names():
        load_recipe(name)
