"""The colours of tokens.css keep the contrast that WCAG 2.2 AA asks for, in both themes."""

import re
from itertools import product

import pytest
from django.conf import settings

TOKENS = (settings.BASE_DIR / "static/css/tokens.css").read_text()
PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
SINGLE = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
COLOURS = {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS)}
COLOURS |= {name: (both, both) for name, both in SINGLE.findall(TOKENS)}
THEMES = [0, 1]
SURFACES = ["canvas", "surface", "surface-raised", "surface-sunken", "surface-hover", "surface-selected"]
MEANINGS = ["info", "success", "warning", "danger", "dispute", "neutral"]

TEXT_ON = [
    *product(["text", "text-muted", "link", "link-hover"], SURFACES),
    *product(["text", "link"], [f"{meaning}-tint" for meaning in MEANINGS]),
    *product(["text-disabled"], ["surface", "surface-raised", "surface-sunken", "canvas", "neutral-tint"]),
    *[(f"{meaning}-ink", f"{meaning}-tint") for meaning in MEANINGS],
    *product(["danger-ink"], SURFACES),
    *product(["on-accent"], ["accent", "accent-hover", "accent-active", "danger", "danger-hover"]),
    *product(["on-masthead"], ["masthead", "masthead-hover"]),
]
SIGN_ON = [
    *product(["line-control", "accent-line", "danger-line", "focus"], SURFACES),
    *[(f"{meaning}-line", "surface") for meaning in MEANINGS],
    *[(f"{meaning}-line", f"{meaning}-tint") for meaning in MEANINGS],
]


def luminance(colour: str) -> float:
    """Relative luminance of «#rrggbb» as WCAG defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON)
def test_text_keeps_four_and_a_half_to_one(ink, ground, theme):
    assert contrast(COLOURS[ink][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark"])
@pytest.mark.parametrize(("sign", "ground"), SIGN_ON)
def test_lines_of_controls_and_signs_keep_three_to_one(sign, ground, theme):
    assert contrast(COLOURS[sign][theme], COLOURS[ground][theme]) >= 3


def test_the_measure_itself_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
