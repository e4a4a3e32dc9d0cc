"""The customer's feedback on a partner (Q43)."""

from datetime import datetime

from customers.models import ConsentRequest, SurveyAnswer


def answer_survey(consent: ConsentRequest, *, rating: int, comment: str, now: datetime) -> SurveyAnswer:
    """Keep the customer's rating (1 to 5) and comment; they replace its earlier ones. Tells nobody else."""
    answer, _ = SurveyAnswer.objects.update_or_create(
        consent=consent, defaults={"rating": rating, "comment": comment.strip(), "answered_at": now}
    )
    return answer
