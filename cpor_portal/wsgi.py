"""What gunicorn serves: `gunicorn cpor_portal.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpor_portal.settings")
application = get_wsgi_application()

from claims.checks import refuse_unfit_review_clock  # noqa: E402 - the applications must be loaded first

refuse_unfit_review_clock()
