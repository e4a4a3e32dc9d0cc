"""The admin site of the reviewers: the stock Django admin behind the portal's own sign-in."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class DeskSite(admin.AdminSite):
    """The reviewers' desk under /admin/. Its sign-in is the portal's, so one policy holds for everybody."""

    site_title = site_header = "Customer associations review"
    index_title = "Reviewers' desk"
    enable_nav_sidebar = True


DeskSite.login = secure_admin_login(DeskSite.login)  # type: ignore[method-assign]


class DeskConfig(AdminConfig):
    default_site = "review.site.DeskSite"
