"""What travels to an executor's workers, and what comes back."""
