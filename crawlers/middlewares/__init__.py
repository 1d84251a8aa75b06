"""What stands between a spider and the net: the tier gate, robots, challenges, back-off."""
