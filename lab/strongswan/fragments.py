"""Messages larger than the path takes."""
