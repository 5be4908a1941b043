"""Our ESP and AH against those of a Linux kernel; runner.py says how, cases.py what."""
