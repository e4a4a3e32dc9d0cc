"""Promises about mail and about what the customer was asked."""

from cpor_portal.invariants.definition import Invariant

MAIL = [
    Invariant(
        "mail_about_existing_claims",
        "A mail tells of a claim that does not exist.",
        "mail",
        """
        SELECT mail.id FROM notifications_outgoingemail AS mail
        LEFT JOIN claims_claim AS claim ON claim.id::text = mail.reference
        WHERE mail.reference ~ '^[0-9]+$' AND claim.id IS NULL ORDER BY mail.id
        """,
    ),
    Invariant(
        "leases_end",
        "A mail is being sent without a time at which its lease ends, or has such a time without being sent.",
        "mail",
        """
        SELECT id FROM notifications_outgoingemail
        WHERE (status = 'leased') <> (leased_until IS NOT NULL) ORDER BY id
        """,
    ),
]

CONSENT = [
    Invariant(
        "approved_claims_were_asked_about",
        "A claim is approved, and no question to the customer stands though it is no revenue association.",
        "claim",
        """
        SELECT claim.id FROM claims_claim AS claim
        WHERE claim.status = %(approved)s AND NOT %(revenue)s = ANY(claim.activities) AND NOT EXISTS (
            SELECT FROM customers_consentrequest AS asked
            WHERE asked.reference = claim.id::text AND asked.denied_at IS NULL AND asked.withdrawn_at IS NULL
        ) ORDER BY claim.id
        """,
    ),
    Invariant(
        "one_standing_question",
        "More than one question to the customer stands for one claim.",
        "claim",
        """
        SELECT reference FROM customers_consentrequest WHERE denied_at IS NULL AND withdrawn_at IS NULL
        GROUP BY reference HAVING count(*) > 1 ORDER BY reference
        """,
    ),
    Invariant(
        "questions_end_with_the_association",
        "A question to the customer stands though its claim is not approved, or does not exist.",
        "claim",
        """
        SELECT asked.reference FROM customers_consentrequest AS asked
        LEFT JOIN claims_claim AS claim ON claim.id::text = asked.reference
        WHERE asked.denied_at IS NULL AND asked.withdrawn_at IS NULL AND claim.status IS DISTINCT FROM %(approved)s
        ORDER BY asked.reference
        """,
    ),
    Invariant(
        "approved_claims_were_mailed",
        "A claim is approved, and no consent mail was ever written though it is no revenue association.",
        "claim",
        """
        SELECT claim.id FROM claims_claim AS claim
        WHERE claim.status = %(approved)s AND NOT %(revenue)s = ANY(claim.activities) AND NOT EXISTS (
            SELECT FROM notifications_outgoingemail AS mail
            WHERE mail.kind = %(consent_mail)s AND mail.reference = claim.id::text
        ) ORDER BY claim.id
        """,
    ),
    Invariant(
        "days_to_opt_out_agree",
        "The days to opt out of a claim that is not in effect end at another moment than those of its question.",
        "claim",
        """
        SELECT claim.id FROM claims_claim AS claim JOIN customers_consentrequest AS asked ON asked.reference = claim.id::text
        WHERE claim.status = %(approved)s AND claim.in_effect_at IS NULL AND asked.asks
            AND claim.opt_out_until IS DISTINCT FROM asked.opt_out_until ORDER BY claim.id
        """,
    ),
    Invariant(
        "customers_are_being_asked",
        "The days to opt out of an approved claim do not run, and neither is a message on its way nor a flag raised.",
        "claim",
        """
        SELECT claim.id FROM claims_claim AS claim JOIN customers_consentrequest AS asked ON asked.reference = claim.id::text
        WHERE claim.status = %(approved)s AND asked.asks AND claim.in_effect_at IS NULL AND claim.opt_out_until IS NULL
            AND claim.customer_trouble = '' AND NOT EXISTS (
                SELECT FROM notifications_outgoingemail AS mail
                WHERE mail.kind = %(consent_mail)s AND mail.reference = asked.reference AND (
                    mail.status IN ('queued', 'leased') OR EXISTS (
                        SELECT FROM notifications_mailfate AS fate WHERE fate.mail_id = mail.id AND fate.told_at IS NULL
                    )
                )
            ) ORDER BY claim.id
        """,
    ),
    Invariant(
        "no_question_for_revenue",
        "A consent mail was written for a revenue association.",
        "mail",
        """
        SELECT mail.id FROM notifications_outgoingemail AS mail JOIN claims_claim AS claim ON claim.id::text = mail.reference
        WHERE mail.kind = %(consent_mail)s AND %(revenue)s = ANY(claim.activities) ORDER BY mail.id
        """,
    ),
    Invariant(
        "partner_gets_no_consent_mail",
        "A consent mail goes to the partner's own contact.",
        "mail",
        """
        SELECT mail.id FROM notifications_outgoingemail AS mail
        JOIN customers_consentrequest AS asked ON asked.reference = mail.reference
        WHERE mail.kind = %(consent_mail)s AND EXISTS (
            SELECT FROM unnest(mail."to" || mail.cc) AS address WHERE lower(address) = lower(asked.partner_contact_email)
        ) ORDER BY mail.id
        """,
    ),
]
