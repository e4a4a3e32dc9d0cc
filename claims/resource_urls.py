"""Addresses under /resources/."""

from django.urls import path

from claims.views import papers, resources

urlpatterns = [
    path("", resources.resources, name="resources"),
    path("poe-guidance/", resources.poe_guidance, name="poe-guidance"),
    path("incentive-guides/", resources.incentive_guides, name="incentive-guides"),
    path("claim-guide.pdf", papers.guide, name="claim-guide"),
    path("poe-template.pdf", papers.blank_template, name="poe-template"),
    path("poe-template.docx", papers.blank_template_docx, name="poe-template-docx"),
]
