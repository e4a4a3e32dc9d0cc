"""The type of texts that are translated when they are read, not when the module that holds them is."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    type Text = StrOrPromise
else:
    type Text = str
