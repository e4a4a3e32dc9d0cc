"""Imports in the admin: files are first imported for nothing, to show what would happen, and then exactly those."""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from kit.admin_audit import Audited
from kit.admin_import_form import ImportForm
from kit.admin_kept_files import KEPT_MINUTES, KeptFile, keep_files, take_files
from kit.admin_tools import Tool, WithTools
from kit.errors import RuleViolation
from kit.texts import Text

SHORT = 20  # lines of a list that the page unfolds
MOST_LINES = 200  # of one list, on the page and in the change log


@dataclass(slots=True)
class Outcome:
    """What importing one file did: ``lists`` hold a line per thing by kind, ``numbers`` count where lines would be too
    many. With ``refusals`` nothing was done.
    """

    file: str
    title: str = ""
    lists: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    row: models.Model | None = None
    is_new: bool = False
    refusals: list[str] = field(default_factory=list)

    @property
    def counts(self) -> str:
        """«2 added, 1 changed», or that nothing changes."""
        numbers = {kind: len(lines) for kind, lines in self.lists.items()} | self.numbers
        return ", ".join(f"{number:,} {kind}" for kind, number in numbers.items() if number) or gettext(
            "nothing changes"
        )

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The lists that are not empty, each with its first lines and how many more there are."""
        filled = [(kind, lines) for kind, lines in self.lists.items() if lines]
        return [
            {
                "kind": kind,
                "count": len(lines),
                "lines": lines[:MOST_LINES],
                "more": max(len(lines) - MOST_LINES, 0),
                "is_short": len(lines) <= SHORT,
            }
            for kind, lines in filled
        ]

    @property
    def sentence(self) -> str:
        """The same for the change log."""
        told = [gettext("Imported from {file}: {counts}.").format(file=self.file, counts=self.counts)]
        for part in self.parts:
            more = gettext("; and {count:,} more").format(count=part["more"]) if part["more"] else ""
            told.append(f"{part['kind'].capitalize()}: {'; '.join(part['lines'])}{more}.")
        return " ".join(told)


class ImportsFiles(WithTools, Audited, admin.ModelAdmin):
    """A list with an import of files: a check that shows what would happen, then the import of what was checked.

    Each file is imported whole or not at all, and leaves a row in the change log. Needs the permissions to add and to
    change what is imported.
    """

    import_title: Text
    import_lead: Text
    import_form: type[ImportForm]
    import_of: tuple[type[models.Model], ...]

    @abstractmethod
    def import_file(self, file: KeptFile, *, options: dict[str, str], request: HttpRequest) -> Outcome:
        """Import one file and say what that did. Raises RuleViolation, and changes nothing, when it is refused."""

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whether this person may add and change everything that the import touches."""
        tables = [model._meta for model in self.import_of]
        wanted = [f"{each.app_label}.{act}_{each.model_name}" for each in tables for act in ("add", "change")]
        return request.user.has_perms(wanted)

    def get_tools(self, request: HttpRequest) -> list[Tool]:
        address = reverse(f"admin:{self._import_name()}")
        return [Tool(self.import_title, address)] if self.has_import_permission(request) else []

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.import_files)
        return [path("import/", page, name=self._import_name()), *super().get_urls()]

    def _import_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_import"

    def import_files(self, request: HttpRequest) -> HttpResponse:
        """The page: choose files, read what importing them would do, import them."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "kept" in request.POST:
            return self._import(request)
        if request.method != "POST":
            return self._page(request, self.import_form())
        form = self.import_form(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form, status=422)
        return self._check(request, form)

    def _check(self, request: HttpRequest, form: ImportForm) -> HttpResponse:
        files, options = form.cleaned_data["upload"], form.options()
        with transaction.atomic():
            outcomes = [self._one(file, options=options, request=request) for file in files]
            transaction.set_rollback(True)
        accepted = [file for file, outcome in zip(files, outcomes, strict=True) if not outcome.refusals]
        kept = ""
        if accepted:
            try:
                kept = keep_files(self._import_name(), person=_person(request), files=accepted, options=options)
            except RuleViolation as refusal:
                form.add_error("upload", refusal.message)
                return self._page(request, form, status=422)
        found = {"outcomes": outcomes, "kept": kept, "accepted": len(accepted), "refused": len(files) - len(accepted)}
        return self._page(request, self.import_form(initial=options), found, status=200 if accepted else 422)

    def _import(self, request: HttpRequest) -> HttpResponse:
        kept = take_files(self._import_name(), person=_person(request), digest=request.POST["kept"])
        if kept is None:
            gone = gettext(
                "The checked files are no longer kept: they were imported, replaced by others, or checked over "
                "{minutes} minutes ago. Choose them again."
            )
            self.message_user(request, gone.format(minutes=KEPT_MINUTES), messages.ERROR)
            return redirect(f"admin:{self._import_name()}")
        for file in kept.files:
            with transaction.atomic():
                outcome = self._one(file, options=kept.options, request=request)
                if not outcome.refusals:
                    self.record_import(
                        request, outcome.sentence, name=outcome.title, row=outcome.row, added=outcome.is_new
                    )
            if outcome.refusals:
                told = gettext("«{file}» was not imported. {reason}").format(file=file.name, reason=outcome.refusals[0])
                self.message_user(request, told, messages.ERROR)
            else:
                told = gettext("{title} imported: {counts}.").format(title=outcome.title, counts=outcome.counts)
                self.message_user(request, told, messages.SUCCESS)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _one(self, file: KeptFile, *, options: dict[str, str], request: HttpRequest) -> Outcome:
        """One file in a savepoint of its own; a refusal becomes part of the outcome."""
        try:
            with transaction.atomic():
                return self.import_file(file, options=options, request=request)
        except RuleViolation as refusal:
            problems: Iterable[str] = getattr(refusal, "problems", ())
            return Outcome(file.name, title=file.name, refusals=[refusal.message, *problems])

    def _page(
        self, request: HttpRequest, form: ImportForm, found: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": self.import_title,
            "lead": self.import_lead,
            "opts": self.opts,
            "form": form,
            "minutes": KEPT_MINUTES,
            **(found or {}),
        }
        return TemplateResponse(request, "admin/import_files.html", context, status=status)


def _person(request: HttpRequest) -> int:
    return request.user.pk  # type: ignore[return-value]  # the admin lets nobody come here who is not signed in
