"""Sweeps: many requests at once, whose prompts and parameters vary along axes."""
