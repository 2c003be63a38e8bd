"""The DevTools line of our own: who asked, in which frame, and what became of it."""
