"""Twenty reviewers press «Next claim» at the same moment."""

import threading

import pytest
from django.db import connection

from accounts.models import User
from claims.models import Claim
from review.assigning import take_next
from review.models import Assignment
from tests.factories import NOW, ReviewerFactory, submitted_claim

PEOPLE, ROUNDS = 20, 50


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_twenty_reviewers_get_twenty_different_claims_in_each_of_fifty_rounds():
    reviewers = [ReviewerFactory() for _ in range(PEOPLE)]
    claims = [submitted_claim(queue_due_on=NOW.date()) for _ in range(PEOPLE)]
    got: list[list[int | None]] = [[] for _ in range(ROUNDS)]
    errors: list[Exception] = []

    def free_all() -> None:
        Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(reviewer=None)

    begin, end = threading.Barrier(PEOPLE), threading.Barrier(PEOPLE)

    def press(person: User, frees: bool) -> None:
        try:
            for taken in got:
                begin.wait(60)
                claim = take_next(person, now=NOW)
                taken.append(claim.pk if claim else None)
                end.wait(60)
                if frees:
                    free_all()
        except Exception as error:
            errors.append(error)
            begin.abort()
            end.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[person, place == 0]) for place, person in enumerate(reviewers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == []
    wanted = sorted(claim.pk for claim in claims)
    assert [sorted(taken, key=lambda pk: pk or 0) for taken in got] == [wanted] * ROUNDS
    assert Assignment.objects.count() == PEOPLE * ROUNDS
