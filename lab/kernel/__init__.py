"""Scenarios: our daemon against strongSwan. A file a theme; registry.py says what a scenario is."""
