"""Addresses under /partnersource/."""

from django.urls import path

from revenue import views

urlpatterns = [
    path("sales-summary/", views.sales_summary, name="sales-summary"),
    path("sales-summary/details/", views.sales_details, name="sales-details"),
    path("sales-summary/details/export/", views.sales_export, name="sales-export"),
]
