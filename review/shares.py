"""Shares in per cent that promise nothing: a hundred only when all are meant."""


def percent_of(part: int, whole: int, *, digits: int = 0) -> float | None:
    """So many of a hundred, rounded down, so that 199 of 200 are 99 and not 100; None of nothing."""
    if not whole:
        return None
    scale = 10**digits
    floored = part * 100 * scale // whole
    return floored / scale if digits else floored
