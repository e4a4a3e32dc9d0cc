"""What is done from the queue: many claims at once, filters kept under a name, the list as a file."""

from typing import Any

from django.contrib import messages as flash
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from kit.counting import count_each_up_to
from kit.errors import RuleViolation
from review.access import decides, reads
from review.assigning import decider_named
from review.queue.bulk import ACTS, ASSIGN, act_on, chosen_from
from review.queue.export import MOST_IN_A_WORKBOOK, queue_csv, queue_xlsx
from review.queue.saved import LONGEST_QUERY, save_queue, saved_queues_of
from review.queue.search import MOST_NAMES
from review.queue.tabs import TO_DECIDE
from review.views.queue import filter_of, queue_address, show_queue, tab_of


@decides
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Take, release, start or assign the ticked claims, or all of the page; say how many, and why others not."""
    user: User = request.user  # type: ignore[assignment]
    tokens = request.POST.getlist("shown" if "all" in request.POST else "claim")
    act = ACTS.get(request.POST.get("act", ""))
    try:
        if act is None:
            raise RuleViolation(gettext("Choose what to do with the claims."))
        to = decider_named(request.POST.get("to", "")) if act == ASSIGN else None
        outcome = act_on(chosen_from(tokens), act, user=user, to=to, now=timezone.now())
    except RuleViolation as refusal:
        flash.error(request, refusal.message)
        return redirect(queue_address(_kept(request)))
    if number := len(outcome.done):
        flash.success(request, act.done.format(number=number, to=to.get_full_name() if to else ""))
    for sentence in outcome.sentences():
        flash.warning(request, sentence)
    return redirect(queue_address(_kept(request)))


@decides
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filters and the list that are shown under a name, for this person alone."""
    user: User = request.user  # type: ignore[assignment]
    given = QueryDict(_kept(request))
    tab = tab_of(given)
    query = filter_of(given, tab, user=user, now=timezone.now()).query().urlencode()
    if query or tab != TO_DECIDE:
        query = "&".join(part for part in (f"tab={tab.slug}", query) if part)
    name = request.POST.get("name", "")
    try:
        kept = save_queue(user, name=name, query=query, now=timezone.now())
    except RuleViolation as refusal:
        return show_queue(request, given, status=422, save_error=refusal.message, save_name=name)
    flash.success(request, gettext("Filters saved as «{name}».").format(name=kept.name))
    return redirect(queue_address(kept.query))


@decides
@require_POST
def delete_saved(request: HttpRequest, saved_id: int) -> HttpResponse:
    """Forget saved filters of one's own; the claims stay."""
    kept = get_object_or_404(saved_queues_of(request.user), pk=saved_id)  # type: ignore[arg-type]
    kept.delete()
    flash.success(request, gettext("Saved filters «{name}» deleted.").format(name=kept.name))
    return redirect(queue_address(_kept(request)))


@reads
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The list with its filters as CSV or as a workbook, which takes 50,000 claims at most.

    A file is not made where more partners or customers fit than are looked at: nothing in it would say that it is short.
    """
    user: User = request.user  # type: ignore[assignment]
    now, tab = timezone.now(), tab_of(request.GET)
    chosen = filter_of(request.GET, tab, user=user, now=now)
    chosen.tell_of_names(count_each_up_to({key: names.rows for key, names in chosen.names().items()}, most=MOST_NAMES))
    if chosen.too_many:
        for sentence in chosen.too_many:
            flash.error(request, sentence)
        return redirect(queue_address(request.GET.urlencode()))
    claims = chosen.qs
    name = f"claims-{tab.slug}-{now:%Y-%m-%d}"
    if request.GET.get("file") != "xlsx":
        return _csv(queue_csv(claims, by=tab.sequence), name=name)
    number = count_each_up_to({"all": claims}, most=MOST_IN_A_WORKBOOK)["all"]
    if number > MOST_IN_A_WORKBOOK:
        flash.error(
            request,
            gettext("A workbook takes at most {most:,} claims. Narrow the list, or export it as CSV.").format(
                most=MOST_IN_A_WORKBOOK
            ),
        )
        return redirect(queue_address(request.GET.urlencode()))
    return FileResponse(queue_xlsx(claims, by=tab.sequence), as_attachment=True, filename=f"{name}.xlsx")


def _csv(pieces: Any, *, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)


def _kept(request: HttpRequest) -> str:
    """The query of the list that the form stood on."""
    return request.POST.get("query", "")[: LONGEST_QUERY * 2]
