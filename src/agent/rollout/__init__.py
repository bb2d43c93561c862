"""From one release to the next without a lost request, and back."""
