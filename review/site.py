"""The admin site of the reviewers: the stock Django admin behind the portal's sign-in, with the desk in it."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy


class DeskSite(admin.AdminSite):
    """The reviewers' desk under /admin/. Its sign-in is the portal's, so one policy holds for everybody."""

    site_title = site_header = gettext_lazy("Customer associations review")
    index_title = gettext_lazy("Reviewers' desk")
    index_template = "review/index.html"
    enable_nav_sidebar = True

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send strangers to the portal's sign-in, refuse signed-in people who are not staff (403)."""
        return super().login(request, extra_context)

    def admin_view(  # type: ignore[override]  # a desk view may stream
        self, view: Callable[..., HttpResponseBase], cacheable: bool = False
    ) -> Callable[..., HttpResponseBase]:
        """A page for staff alone, after the second step of signing in where it is required; leaving needs none."""
        from accounts.two_step import after_two_steps  # noqa: PLC0415 - this module loads before the tables do

        return super().admin_view(view if view == self.logout else after_two_steps(view), cacheable)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The stock index with the most urgent claims and the person's own above it, for those who may read claims."""
        from review.views.front import front_page  # noqa: PLC0415 - this module loads before the tables do

        return super().index(request, {**front_page(request.user), **(extra_context or {})})  # type: ignore[arg-type]

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """The desk's own pages first, each open to staff alone, then the stock ones."""
        from review import case_routes, claim_routes, leads_routes  # noqa: PLC0415 - this module loads before the tables do
        from review.access import require_desk_marks  # noqa: PLC0415

        desk = [*claim_routes.ROUTES, *leads_routes.ROUTES, *case_routes.ROUTES]
        kept = claim_routes.KEPT_BY_BROWSERS  # the admin's view would forbid the browser to keep anything
        require_desk_marks({name: view for _, view, name in [*desk, *kept]})
        own = [path(route, self.admin_view(view), name=f"review-{name}") for route, view, name in desk]
        own += [path(route, self.admin_view(view, cacheable=True), name=f"review-{name}") for route, view, name in kept]
        *stock, anything_else = super().get_urls()
        # The queue stands where the stock admin lists the tables of claims, which not everybody who keeps them may open.
        tables = path("tables/<str:app_label>/", self.admin_view(self.app_index), name="app_list")
        return [*own, *(each for each in stock if getattr(each, "name", "") != "app_list"), tables, anything_else]
