"""What ketamine does over weeks: tolerance, withdrawal, craving, relapse, mood. One file a process."""
