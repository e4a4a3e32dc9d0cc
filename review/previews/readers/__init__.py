"""One reader for each kind of document. They run in the child process only and never import Django."""
