"""Pages of the reviewers' desk. ``review.site`` opens each of them to staff alone."""
