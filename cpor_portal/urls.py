"""All addresses. Each carries an access mark, or the portal does not start."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from cpor_portal import views
from kit.access import mounted, public, require_marks

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("favicon.ico", public(RedirectView.as_view(url=f"{settings.STATIC_URL}favicon.svg"))),
    mounted(path("accounts/", include("allauth.account.urls")), "public"),
    mounted(path("admin/", admin.site.urls), "reviewer"),
    path("notifications/", include("notifications.urls")),
    path("consent/", include("customers.urls")),
    path("incentives/customer-associations/", include("claims.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("demo.urls")))

require_marks(urlpatterns)
