"""The queue: its lists and their order, what it can be narrowed to, and what is done with many claims at once."""
