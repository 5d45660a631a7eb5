"""How pictures look where nothing is running: captions, a contact sheet, and the saved view of a notebook."""

from imagewidgets.display.captions import Figure, Gap
from imagewidgets.display.saved import figures_of, saved_view, saved_view_html, thumbnail
from imagewidgets.display.sheet import contact_sheet
from imagewidgets.display.table_sheet import tables_sheet
from imagewidgets.display.tables import PictureTable, tables_html

__all__ = [
    "Figure",
    "Gap",
    "PictureTable",
    "contact_sheet",
    "figures_of",
    "saved_view",
    "saved_view_html",
    "tables_html",
    "tables_sheet",
    "thumbnail",
]
