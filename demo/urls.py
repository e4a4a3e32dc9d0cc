from django.urls import path

from demo import views

urlpatterns = [
    path("mailbox/", views.mailbox, name="demo_mailbox"),
    path("mailbox/empty/", views.empty_mailbox, name="demo_mailbox_empty"),
    path("mailbox/<str:key>/", views.letter, name="demo_letter"),
    path("mailbox/<str:key>/html/", views.letter_html, name="demo_letter_html"),
]
