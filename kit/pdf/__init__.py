"""From HTML to the bytes of a tagged PDF."""

from kit.pdf.drawing import draw

__all__ = ["draw"]
