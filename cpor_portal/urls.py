"""All addresses. Each carries an access mark, or the portal does not start."""

from allauth.account.urls import urlpatterns as account_pages
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from accounts.two_step_views import SecondStepView
from claims.views import calendar, programs
from cpor_portal import views
from customers.views import about_page, verify_page
from kit.access import mounted, public, require_marks
from notifications.hooks import tracking_urls
from operations import views as operations

# Addresses are changed by staff: an account's address says who a person is (Q34).
sign_in_pages = [page for page in account_pages if page.name != "account_email"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
    path("favicon.ico", public(RedirectView.as_view(url=f"{settings.STATIC_URL}favicon.svg"))),
    mounted(path("accounts/", include(sign_in_pages)), "public"),
    path("accounts/two-step/authenticate/", public(SecondStepView.as_view()), name="mfa_authenticate"),
    mounted(path("accounts/two-step/", include("allauth.mfa.urls")), "public"),
    mounted(path("admin/", admin.site.urls), "reviewer"),
    path("notifications/", include("notifications.urls")),
    path("calendar/<str:token>.ics", calendar.calendar_feed, name="calendar-feed"),
    path("about-cpor/", about_page, name="about-cpor"),
    path("verify/", verify_page, name="verify"),
    path("consent/", include("customers.urls")),
    path("join/", include("partners.organization.join_urls")),
    path("organization/", include("partners.organization.urls")),
    path("incentives/", include("partners.urls")),
    path("incentives/programs/", programs.programs, name="programs"),
    path("incentives/programs/advisor/", programs.advisor, name="program-advisor"),
    path("incentives/customer-associations/", include("claims.urls")),
    path("partnersource/", include("revenue.urls")),
    path("resources/", include("claims.resource_urls")),
    mounted(path("hooks/mail/", include(tracking_urls(settings.MAIL_HOOKS))), "public"),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("demo.urls")))

require_marks(urlpatterns)
