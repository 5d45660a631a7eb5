"""The Images API served from this machine: in-process, or over HTTP."""
