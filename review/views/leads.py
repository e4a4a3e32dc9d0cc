"""The leads' page: the figures of the review, on the screen and as a file."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from claims.statistics import TimeRange
from kit.spreadsheets import stream_csv
from review.access import sees_figures
from review.pages import render_desk
from review.statistics.drawing import age_bars, decisions_chart, reason_bars, turns_chart
from review.statistics.export import HEADS, figure_rows
from review.statistics.figures import Figures, figures_for


@sees_figures
@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """What waits, how fast and how alike decisions are, and who has how much to do. Auditors read all of it too."""
    figures = _figures(request)
    context = {
        "title": gettext("Leads"),
        "ranges": list(TimeRange),
        "figures": figures,
        "span": figures.span,
        "decisions": decisions_chart(figures.decisions, figures.span),
        "begun": turns_chart(figures.begun),
        "answers": turns_chart(figures.answers),
        "ages": age_bars(figures.queue.ages),
        "reasons": reason_bars(figures.reasons),
    }
    return render_desk(request, "review/leads.html", context, fragment="figures")


@sees_figures
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same figures as CSV."""
    figures = _figures(request)
    name = f"review-figures-{figures.span.today:%Y-%m-%d}-{figures.span.time_range.code}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    rows = [HEADS, *figure_rows(figures)]
    return StreamingHttpResponse(stream_csv(rows), content_type="text/csv; charset=utf-8", headers=headers)


def _figures(request: HttpRequest) -> Figures:
    time_range = TimeRange.of(request.GET.get("range", ""))
    return figures_for(time_range, now=timezone.now())
