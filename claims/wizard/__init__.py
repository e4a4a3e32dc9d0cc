"""The wizard «Associate customer», for a new claim and for editing one."""
