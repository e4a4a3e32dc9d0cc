"""Papers made by the portal: the proof of execution template (PDF and Word) and the claim guide."""
