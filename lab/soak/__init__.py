"""Long runs over a bad wire; runner.py says what is asserted."""
