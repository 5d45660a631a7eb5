"""Closing what ipywidgets leaves open: it closes no layout, since several widgets may share one."""

from __future__ import annotations

from ipywidgets import Widget
from ipywidgets.widgets.widget import _instances


def close(widget: Widget) -> None:
    """Close a widget in every browser, and its layout, unless another widget that is open has the same."""
    widget.close()
    close_layout(widget)


def close_layout(widget: Widget) -> None:
    """Close the layout of a widget that has been closed, unless another one that is open has the same."""
    layout = getattr(widget, "layout", None)
    if layout is not None and not any(getattr(other, "layout", None) is layout for other in list(_instances.values())):
        layout.close()
