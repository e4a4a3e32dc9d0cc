"""Pages of the organisation's settings, and the page behind the link of an invitation."""
