"""Every invariant holds on claims that lived by the rules, and is able to fail."""

import tomllib
from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import FileField

from claims.enums import ClaimStatus
from claims.models import Document
from cpor_portal import VERSION
from cpor_portal.invariants.checking import QUERIES, all_invariants, check_invariants, offenders
from cpor_portal.stored_files import FOLDER
from tests.backup.lives import one_of_every_status
from tests.factories import NOW, DocumentFactory

pytestmark = pytest.mark.django_db

EVENT = (
    "INSERT INTO claims_claimevent (claim_id, action, actor_kind, actor_name, at, from_status, to_status, data) VALUES"
)
COPY_OF_ASSOCIATION = """
INSERT INTO claims_association (claim_id, organization_id, tenant_id, product_id, subscription_id, exclusive, started_at, end_reason)
SELECT claim_id, organization_id, tenant_id, product_id, subscription_id, exclusive, started_at, '' FROM claims_association
WHERE claim_id = {claim} RETURNING id
"""
# What breaks each: a claim of this status, the statements, and whether the claim's own key is what must be named.
BREAKS = {
    "one_holder_of_workload": ("approved", ["DROP INDEX association_one_per_workload", COPY_OF_ASSOCIATION]),
    "one_holder_of_subscription": (
        "subscription",
        ["DROP INDEX association_one_per_subscription", COPY_OF_ASSOCIATION],
    ),
    "associations_of_approved_claims": ("approved", ["UPDATE claims_claim SET status = 'ended' WHERE id = {claim}"]),
    "approved_products_are_held": ("approved", ["DELETE FROM claims_association WHERE claim_id = {claim}"]),
    "live_products_follow_status": ("rejected", ["UPDATE claims_claimline SET live = true WHERE claim_id = {claim}"]),
    "one_to_four_products": ("submitted", ["DELETE FROM claims_claimline WHERE claim_id = {claim}"]),
    "proof_of_execution": (
        "submitted",
        ["UPDATE claims_document SET first_submission = NULL WHERE claim_id = {claim}"],
    ),
    "action_required_has_an_end": (
        "partner_action_required",
        ["UPDATE claims_actionrequest SET closed_at = now() WHERE claim_id = {claim}"],
    ),
    "requests_end_with_their_claim": (
        "partner_action_required",
        ["UPDATE claims_claim SET status = 'rejected', decided_at = now() WHERE id = {claim}"],
    ),
    "status_has_history": ("submitted", ["DELETE FROM claims_claimevent WHERE claim_id = {claim}"]),
    "status_is_the_last_of_history": (
        "submitted",
        ["UPDATE claims_claim SET status = 'under_review' WHERE id = {claim}"],
    ),
    "history_without_gaps": (
        "approved",
        ["DELETE FROM claims_claimevent WHERE claim_id = {claim} AND action = 'start_review'"],
    ),
    "history_moves_by_the_table": (
        "editing",
        [f"{EVENT} ({{claim}}, 'approve', 'partner', 'x', now(), 'editing', 'approved', '{{{{}}}}')"],
    ),
    "history_in_order": (
        "approved",
        ["UPDATE claims_claimevent SET at = at - interval '1 day' WHERE claim_id = {claim} AND action = 'approve'"],
    ),
    "approved_once": (
        "approved",
        [f"{EVENT} ({{claim}}, 'approve', 'reviewer', 'x', now(), 'under_review', 'approved', '{{{{}}}}')"],
    ),
    "approved_claims_were_asked_about": (
        "approved",
        ["UPDATE customers_consentrequest SET withdrawn_at = now() WHERE reference = '{claim}'"],
    ),
    "one_standing_question": (
        "approved",
        [
            "ALTER TABLE customers_consentrequest DROP CONSTRAINT customers_consentrequest_reference_key",
            "UPDATE customers_consentrequest SET reference = '{claim}' WHERE denied_at IS NULL",
        ],
    ),
    "questions_end_with_the_association": (
        "ended",
        ["UPDATE customers_consentrequest SET withdrawn_at = NULL WHERE reference = '{claim}'"],
    ),
    "approved_claims_were_mailed": (
        "approved",
        ["DELETE FROM notifications_outgoingemail WHERE reference = '{claim}'"],
    ),
    "days_to_opt_out_agree": (
        "approved",
        ["UPDATE claims_claim SET opt_out_until = now(), in_effect_at = NULL WHERE id = {claim}"],
    ),
    "customers_are_being_asked": (
        "approved",
        [
            "UPDATE notifications_outgoingemail SET status = 'withheld' WHERE reference = '{claim}' AND kind = 'consent.request'"
        ],
    ),
    "no_question_for_revenue": (
        "revenue",
        ["UPDATE notifications_outgoingemail SET reference = '{claim}' WHERE kind = 'consent.request'"],
    ),
    "partner_gets_no_consent_mail": (
        "approved",
        [
            "UPDATE notifications_outgoingemail AS mail SET cc = ARRAY[upper(partner_contact_email)] "
            "FROM customers_consentrequest AS asked "
            "WHERE mail.reference = asked.reference AND asked.reference = '{claim}' AND mail.kind = 'consent.request'"
        ],
    ),
    "mail_about_existing_claims": (
        "approved",
        ["UPDATE notifications_outgoingemail SET reference = '77' WHERE reference = '{claim}'"],
    ),
    "leases_end": (
        "approved",
        [
            "ALTER TABLE notifications_outgoingemail DROP CONSTRAINT email_lease_has_end",
            "UPDATE notifications_outgoingemail SET status = 'leased', leased_until = NULL WHERE reference = '{claim}'",
        ],
    ),
}


def found(**options):
    return {each.name: each.ids for each in check_invariants(now=NOW, settled=True, **options)}


def test_every_invariant_holds_on_lives_by_the_rules_and_names_what_breaks_it():
    lives = one_of_every_status()
    assert found(checksums=True) == {}
    assert set(BREAKS) == {each.name for each in QUERIES}
    named = {each.name: each for each in QUERIES}
    for name, (status, statements) in BREAKS.items():
        claim = lives[status].pk
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")  # neither foreign keys nor append-only
            for statement in statements:
                cursor.execute(statement.format(claim=claim))
                assert cursor.rowcount, (name, statement)
            broken = offenders(named[name])
            transaction.set_rollback(True)
        assert broken, name
        if named[name].of == "claim":
            assert str(claim) in broken, (name, broken)
    assert found() == {}


def test_rows_without_files_and_files_without_rows_are_named_and_uploads_under_way_excused():
    lost, changed = DocumentFactory(), DocumentFactory()
    default_storage.delete(lost.file.name)
    default_storage.delete(changed.file.name)
    default_storage.save(changed.file.name, ContentFile(b"other"))
    orphan = default_storage.save("poe/orphan", ContentFile(b"x"))
    files = {key: ids for key, ids in found(checksums=True).items() if "file" in key}
    assert files == {
        "documents_have_files": [str(lost.pk)],
        "files_have_documents": [orphan],
        "files_are_what_was_uploaded": [str(changed.pk)],
    }
    now = default_storage.get_modified_time(orphan)
    fresh = {each.name for each in check_invariants(now=now)}
    assert "files_have_documents" not in fresh
    assert "documents_have_files" in fresh
    assert "files_have_documents" in {each.name for each in check_invariants(now=now + timedelta(minutes=11))}


def test_the_command_lists_every_invariant_and_ends_with_1_when_one_does_not_hold():
    said = StringIO()
    call_command("check_invariants", stdout=said)
    assert [line.split() for line in said.getvalue().splitlines()[:-1]] == [["0", name] for name in all_invariants()]
    assert said.getvalue().endswith("All invariants hold.\n")
    document = DocumentFactory(claim__status=ClaimStatus.EDITING)  # a factory writes no history
    wrong = StringIO()
    with pytest.raises(CommandError, match="1 invariants do not hold") as ended:
        call_command("check_invariants", stdout=StringIO(), stderr=wrong)
    assert ended.value.returncode == 1
    assert f"(claim {document.claim_id})" in wrong.getvalue()


def test_the_backup_knows_every_column_of_files_their_folder_and_the_version():
    columns = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    ]
    assert columns == ["Document.file"]
    assert Document.file.field.generate_filename(Document(), "a.pdf").startswith(f"{FOLDER}/")
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == VERSION
