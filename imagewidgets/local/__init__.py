"""The Images API served from this machine: in-process, or over HTTP."""

CANCELLED = "imagewidgets.cancelled"
"""Key of the WSGI environment: a callable that says whether the client in this process has cancelled."""
