"""Make and edit pictures from prompts inside a notebook."""

__version__ = "0.1.0"
