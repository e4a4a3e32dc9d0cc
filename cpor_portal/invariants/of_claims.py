"""Promises about claims, their products, associations and history."""

from cpor_portal.invariants.definition import Invariant

CLAIMS = [
    Invariant(
        "one_holder_of_workload",
        "Two partners hold one workload of a customer exclusively.",
        "association",
        """
        SELECT id FROM (
            SELECT id, count(*) OVER (PARTITION BY tenant_id, product_id) AS holders FROM claims_association
            WHERE ended_at IS NULL AND exclusive AND subscription_id IS NULL
        ) AS held WHERE holders > 1 ORDER BY id
        """,
    ),
    Invariant(
        "one_holder_of_subscription",
        "Two partners hold one subscription exclusively.",
        "association",
        """
        SELECT id FROM (
            SELECT id, count(*) OVER (PARTITION BY subscription_id) AS holders FROM claims_association
            WHERE ended_at IS NULL AND exclusive AND subscription_id IS NOT NULL
        ) AS held WHERE holders > 1 ORDER BY id
        """,
    ),
    Invariant(
        "associations_of_approved_claims",
        "An association runs though its claim is not approved.",
        "association",
        """
        SELECT held.id FROM claims_association AS held JOIN claims_claim AS claim ON claim.id = held.claim_id
        WHERE held.ended_at IS NULL AND claim.status <> %(approved)s ORDER BY held.id
        """,
    ),
    Invariant(
        "approved_products_are_held",
        "An approved claim has a product that counts as its own, but no running association for it; or no product at all.",
        "claim",
        """
        SELECT claim.id FROM claims_claim AS claim WHERE claim.status = %(approved)s AND (
            NOT EXISTS (SELECT FROM claims_association AS held WHERE held.claim_id = claim.id AND held.ended_at IS NULL)
            OR EXISTS (
                SELECT FROM claims_claimline AS line WHERE line.claim_id = claim.id AND line.live AND NOT EXISTS (
                    SELECT FROM claims_association AS held
                    WHERE held.claim_id = claim.id AND held.product_id = line.product_id AND held.ended_at IS NULL
                )
            )
        ) ORDER BY claim.id
        """,
    ),
    Invariant(
        "live_products_follow_status",
        "A product counts as claimed though its claim is over, or does not though its claim is under way.",
        "claim",
        """
        SELECT DISTINCT claim.id FROM claims_claim AS claim
        JOIN claims_claimline AS line ON line.claim_id = claim.id
        LEFT JOIN claims_linesubscription AS chosen ON chosen.line_id = line.id
        WHERE (NOT claim.status = ANY(%(live)s) AND (line.live OR chosen.live))
           OR (chosen.live AND NOT line.live)
           OR (claim.status = ANY(%(live)s) AND claim.status <> %(approved)s AND NOT (line.live AND coalesce(chosen.live, true)))
           OR (claim.status = %(approved)s AND line.live = (line.verdict = ANY(%(not_held)s)))
        ORDER BY claim.id
        """,
    ),
    Invariant(
        "one_to_four_products",
        "A submitted claim has no product, or more than four.",
        "claim",
        """
        SELECT claim.id FROM claims_claim AS claim LEFT JOIN claims_claimline AS line ON line.claim_id = claim.id
        WHERE NOT claim.status = ANY(%(unsubmitted)s)
        GROUP BY claim.id HAVING count(line.id) NOT BETWEEN 1 AND 4 ORDER BY claim.id
        """,
    ),
    Invariant(
        "proof_of_execution",
        "A claim was submitted without a document though it is no revenue association.",
        "claim",
        """
        SELECT claim.id FROM claims_claim AS claim
        WHERE NOT claim.status = ANY(%(unsubmitted)s) AND NOT %(revenue)s = ANY(claim.activities) AND NOT EXISTS (
            SELECT FROM claims_document AS document
            WHERE document.claim_id = claim.id AND document.first_submission IS NOT NULL
        ) ORDER BY claim.id
        """,
    ),
    Invariant(
        "action_required_has_an_end",
        "A claim waits for its partner without a due time, or without an open request.",
        "claim",
        """
        SELECT claim.id FROM claims_claim AS claim
        WHERE claim.status = %(action_required)s AND (claim.action_due_at IS NULL OR NOT EXISTS (
            SELECT FROM claims_actionrequest AS asked WHERE asked.claim_id = claim.id AND asked.closed_at IS NULL
        )) ORDER BY claim.id
        """,
    ),
    Invariant(
        "requests_end_with_their_claim",
        "A request to the partner is open though its claim went on.",
        "request",
        """
        SELECT asked.id FROM claims_actionrequest AS asked JOIN claims_claim AS claim ON claim.id = asked.claim_id
        WHERE asked.closed_at IS NULL AND NOT claim.status = ANY(%(open_for_request)s) ORDER BY asked.id
        """,
    ),
]

HISTORY = [
    Invariant(
        "status_has_history",
        "A claim has a status without a row of history that tells how it came to it.",
        "claim",
        """
        SELECT claim.id FROM claims_claim AS claim WHERE NOT EXISTS (
            SELECT FROM claims_claimevent AS event WHERE event.claim_id = claim.id AND event.to_status <> ''
        ) ORDER BY claim.id
        """,
    ),
    Invariant(
        "status_is_the_last_of_history",
        "A claim has another status than its last row of history leads to.",
        "claim",
        """
        SELECT claim.id FROM claims_claim AS claim JOIN (
            SELECT DISTINCT ON (claim_id) claim_id, to_status FROM claims_claimevent
            WHERE to_status <> '' ORDER BY claim_id, id DESC
        ) AS last ON last.claim_id = claim.id
        WHERE last.to_status <> claim.status ORDER BY claim.id
        """,
    ),
    Invariant(
        "history_without_gaps",
        "A row of history begins at another status than the row before it ended with.",
        "row of history",
        """
        SELECT id FROM (
            SELECT id, from_status, lag(to_status, 1, '') OVER (PARTITION BY claim_id ORDER BY id) AS before
            FROM claims_claimevent WHERE to_status <> ''
        ) AS moves WHERE from_status <> before ORDER BY id
        """,
    ),
    Invariant(
        "history_moves_by_the_table",
        "A row of history tells of a step that the table of a claim's life does not have.",
        "row of history",
        """
        SELECT event.id FROM claims_claimevent AS event WHERE event.to_status <> '' AND NOT EXISTS (
            SELECT FROM unnest(%(move_actions)s::text[], %(move_sources)s::text[], %(move_targets)s::text[])
                AS move (action, source, target)
            WHERE move.action = event.action AND move.source = event.from_status AND move.target = event.to_status
        ) ORDER BY event.id
        """,
    ),
    Invariant(
        "history_in_order",
        "A step of history lies more than a minute before an earlier one.",
        "row of history",
        """
        SELECT id FROM (
            SELECT id, at, max(at) OVER (
                PARTITION BY claim_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS latest
            FROM claims_claimevent WHERE to_status <> ''
        ) AS steps WHERE at < latest - interval '1 minute' ORDER BY id
        """,
    ),
    Invariant(
        "approved_once",
        "A claim was approved twice without an end between.",
        "claim",
        """
        SELECT DISTINCT claim_id FROM (
            SELECT claim_id, action, lag(action) OVER (PARTITION BY claim_id ORDER BY id) AS before
            FROM claims_claimevent
            WHERE action = %(approve)s OR (from_status = %(approved)s AND to_status NOT IN ('', %(approved)s))
        ) AS turns WHERE action = %(approve)s AND before = %(approve)s ORDER BY claim_id
        """,
    ),
]
