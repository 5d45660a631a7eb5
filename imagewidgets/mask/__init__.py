"""Masks and markup as a list of operations: their pixels, undo, import and export. Pure, no widget."""
