"""Masks as a list of operations: what was done, its raster, undo. Pure, no widget."""
