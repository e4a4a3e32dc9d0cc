"""Real parts for tests: servers, a mail server, an S3 endpoint, a browser, processes."""
