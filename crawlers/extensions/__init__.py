"""What a run leaves behind: archive, run record, progress."""
