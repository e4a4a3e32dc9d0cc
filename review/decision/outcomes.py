"""Which decision follows from what was found of each product, and what does not fit together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from django.db import models
from django.utils.translation import gettext, gettext_lazy

from claims.enums import LineVerdict
from claims.findings import MAX_FINDINGS, Finding
from customers.models import Product
from kit.texts import Text

ACCEPTED, ASKED, REFUSED = LineVerdict.ACCEPTED.value, LineVerdict.ASKED.value, LineVerdict.REFUSED.value
VERDICTS = (
    (ACCEPTED, gettext_lazy("Accept")),
    (ASKED, gettext_lazy("More needed")),
    (REFUSED, gettext_lazy("Not approved")),
)
ON_DECISION, ON_REASONS = "decision", "reasons"


class Decision(models.TextChoices):
    """The three answers to a claim under review."""

    APPROVE = "approve", gettext_lazy("Approve")
    REQUEST_ACTION = "request_action", gettext_lazy("Request action")
    REJECT = "reject", gettext_lazy("Reject")


@dataclass(frozen=True, slots=True)
class Said:
    """A finding and the place of the form where it was said."""

    finding: Finding
    place: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """A sentence, and the place of the form where it belongs."""

    place: str
    sentence: str


class Contradiction(Exception):
    """What was chosen does not fit together; ``complaints`` say where."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__(complaints[0].sentence)
        self.complaints = complaints


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision that can be sent: with its findings, and what holds for each product (by key; empty is left open)."""

    decision: str
    findings: tuple[Finding, ...]
    verdicts: Mapping[int, str]

    @property
    def accepted(self) -> set[int]:
        """Keys of the products that need nothing more."""
        return {pk for pk, verdict in self.verdicts.items() if verdict == ACCEPTED}

    @property
    def is_partial(self) -> bool:
        """An approval of some products without the others."""
        return self.decision == Decision.APPROVE and REFUSED in self.verdicts.values()

    @property
    def holds_accepted_back(self) -> bool:
        """A request that leaves products waiting for the rest, although nothing more is needed of them."""
        return self.decision == Decision.REQUEST_ACTION and bool(self.accepted)

    @property
    def label(self) -> Text:
        """The decision in words."""
        return gettext("Approve in part") if self.is_partial else Decision(self.decision).label

    def verdict_for(self, product: int) -> str:
        """What the decision says of a product, by its key: accepted, asked or refused, empty when it leaves it open."""
        return REFUSED if self.decision == Decision.REJECT else self.verdicts[product]

    def word_for(self, product: int) -> str:
        """The same in words."""
        verdict = self.verdict_for(product)
        if verdict == ACCEPTED:
            return gettext("Approved") if self.decision == Decision.APPROVE else gettext("Accepted")
        words = {ASKED: gettext("More needed"), REFUSED: gettext("Not approved")}
        return words.get(verdict, gettext("Left open"))


def place_of(product: Product) -> str:
    """The place of a product in the form."""
    return f"verdict-{product.pk}"


def follows_from(verdicts: Sequence[str]) -> str:
    """The decision that what was found of each product leads to; empty while one is open and nothing is asked.

    More needed anywhere is a request; all refused is a rejection; the rest is an approval, of those accepted.
    """
    if ASKED in verdicts:
        return Decision.REQUEST_ACTION.value
    if not verdicts or not all(verdicts):
        return ""
    return Decision.REJECT.value if set(verdicts) == {REFUSED} else Decision.APPROVE.value


def conclude(*, products: Sequence[Product], chosen: str, verdicts: Mapping[int, str], said: Sequence[Said]) -> Outcome:
    """Make one decision of the choice for the claim (may be empty), the verdicts on products, and the findings.

    An approval without a word about a product accepts it. Changes nothing. Raises Contradiction with a sentence for each
    place: a choice against the verdicts, a product without its reason, a reason that does not fit what is decided.
    """
    found = {product.pk: verdicts.get(product.pk, "") for product in products}
    decision = chosen or follows_from(list(found.values()))
    if not decision:
        _refuse_open(products, found)
    complaints = _against_verdicts(decision, products, found) or [
        *_about_products(decision, products, found, said),
        *_about_findings(decision, products, said),
    ]
    if complaints:
        raise Contradiction(complaints)
    if decision == Decision.APPROVE:
        found = {pk: verdict or ACCEPTED for pk, verdict in found.items()}
    return Outcome(decision, tuple(dict.fromkeys(each.finding for each in said)), found)


def _refuse_open(products: Sequence[Product], found: Mapping[int, str]) -> NoReturn:
    if not any(found.values()):
        raise Contradiction([Complaint(ON_DECISION, gettext("Choose one of the three decisions."))])
    sentence = gettext("Say what you found of {product} too, or choose a decision for the whole claim.")
    left = [product for product in products if not found[product.pk]]
    raise Contradiction([Complaint(place_of(each), sentence.format(product=each.label)) for each in left])


def _against_verdicts(decision: str, products: Sequence[Product], found: Mapping[int, str]) -> list[Complaint]:
    """What the choice for the claim and the verdicts on its products make of each other."""
    named = {verdict: [each for each in products if found[each.pk] == verdict] for verdict, _ in VERDICTS}
    if decision == Decision.APPROVE:
        if named[ASKED]:
            return [
                _complain(
                    named[ASKED][0],
                    gettext("More is needed about {product}. Choose «Request action», or mark it otherwise."),
                )
            ]
        if len(named[REFUSED]) == len(products):
            return [Complaint(ON_DECISION, gettext("No product would be approved. Choose «Reject» instead."))]
    elif decision == Decision.REQUEST_ACTION:
        sentence = gettext(
            "While more is needed, {product} cannot be refused for good. Mark it «More needed»: the partner can also take it out "
            "of the claim."
        )
        return [_complain(each, sentence) for each in named[REFUSED]]
    else:
        accepting = gettext("{product} is accepted. To refuse only the other products, choose «Approve».")
        asking = gettext("More is needed about {product}. Choose «Request action», or mark it «Not approved».")
        return [_complain(each, accepting) for each in named[ACCEPTED]] + [
            _complain(each, asking) for each in named[ASKED]
        ]
    return []


def _about_products(
    decision: str, products: Sequence[Product], found: Mapping[int, str], said: Sequence[Said]
) -> list[Complaint]:
    """Each product that is not accepted has its reason, and an accepted one has none."""
    with_reason = {each.finding.product.pk for each in said if each.finding.product}
    complaints = []
    for product in products:
        verdict, has_reason = found[product.pk], product.pk in with_reason
        if verdict in {ASKED, REFUSED} and not has_reason:
            sentence = (
                gettext("Choose a reason about {product}, so that the partner knows what to do.")
                if verdict == ASKED
                else gettext("Choose a reason about {product}, so that the partner knows why.")
            )
            complaints.append(_complain(product, sentence))
        elif verdict == ACCEPTED and has_reason:
            complaints.append(
                _complain(
                    product,
                    gettext(
                        "{product} is accepted, so no reason can be about it. Take the reason away, or mark it otherwise."
                    ),
                )
            )
        elif decision == Decision.APPROVE and has_reason and not verdict and len(products) > 1:
            complaints.append(
                _complain(
                    product,
                    gettext("There is a reason about {product}. Mark it «Not approved», or take the reason away."),
                )
            )
    return complaints


def _about_findings(decision: str, products: Sequence[Product], said: Sequence[Said]) -> list[Complaint]:
    """The reasons fit what is done with them."""
    if decision == Decision.APPROVE:
        if len(products) == 1:
            sentence = gettext("An approval takes no reasons. Take them away, or choose another decision.")
            return [Complaint(each.place, sentence) for each in said[:1]]
        sentence = gettext("An approval takes only reasons about products that are not approved. Take this one away.")
        return [Complaint(each.place, sentence) for each in said if not each.finding.product] + _unfit(
            said, asking=False
        )
    if not said:
        sentence = (
            gettext("Choose at least one reason, so that the partner knows what to do.")
            if decision == Decision.REQUEST_ACTION
            else gettext("Choose at least one reason, so that the partner knows why.")
        )
        return [Complaint(ON_REASONS, sentence)]
    if len(said) > MAX_FINDINGS:
        sentence = gettext("At most {most} reasons fit into one decision.").format(most=MAX_FINDINGS)
        return [Complaint(ON_REASONS, sentence)]
    return _unfit(said, asking=decision == Decision.REQUEST_ACTION)


def _unfit(said: Sequence[Said], *, asking: bool) -> list[Complaint]:
    wrong = (
        gettext("«{reason}» is a reason to reject, not to ask.")
        if asking
        else gettext("«{reason}» cannot be a reason to reject.")
    )
    unfit = [
        each for each in said
        if not (each.finding.reason.for_action if asking else each.finding.reason.for_rejection)
    ]  # fmt: skip
    return [Complaint(each.place, wrong.format(reason=each.finding.reason.title)) for each in unfit]


def _complain(product: Product, sentence: str) -> Complaint:
    return Complaint(place_of(product), sentence.format(product=product.label))
