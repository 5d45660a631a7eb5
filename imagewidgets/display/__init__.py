"""How pictures look where nothing is running: captions, a contact sheet, and the saved view of a notebook."""

from imagewidgets.display.captions import Figure
from imagewidgets.display.saved import figures_of, saved_view, saved_view_html, thumbnail
from imagewidgets.display.sheet import contact_sheet

__all__ = ["Figure", "contact_sheet", "figures_of", "saved_view", "saved_view_html", "thumbnail"]
