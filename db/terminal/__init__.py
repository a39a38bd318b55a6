"""How the command line speaks: progress, messages, help, and errors in one line."""
