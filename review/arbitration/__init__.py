"""Arbitration: rivals bound into cases, compared, asked the same, and decided together (R170-R172).

Microsoft's private matter: a partner reads neutral sentences about its own claim, and nothing that tells of a case.
"""
