"""The add-in on a clerk's PC: putting it there, checking it, taking it away, and the offline folder that brings it."""
