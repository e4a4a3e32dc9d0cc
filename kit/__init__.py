"""Domain-free tools: nothing here has a table or knows a word of the domain."""
