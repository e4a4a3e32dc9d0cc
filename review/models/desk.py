"""What people may do at the desk."""

from django.db import models


class Desk(models.Model):
    """No table: the permissions of the desk hang here. ``review.groups`` gives them to groups."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("read_desk", "Can read claims and cases at the desk"),  # unread
            ("decide_claims", "Can take claims and decide on them"),  # unread
            ("lead_desk", "Can assign claims to others"),  # unread
            ("read_figures", "Can see the figures of the whole review"),  # unread
        ]
