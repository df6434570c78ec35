"""Any form as it arrives, filled in by other programs: recognised by its words, read into answers and claims."""
