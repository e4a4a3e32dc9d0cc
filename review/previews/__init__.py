"""Safe pictures and texts of proof of execution documents, made by a child process that may fail without harm."""
