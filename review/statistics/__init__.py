"""The figures of the review for leads and auditors: what waits, how fast and how alike decisions are."""
