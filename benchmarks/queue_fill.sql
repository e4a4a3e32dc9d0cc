-- Claims number :first to :last, each with one product. Of 100, 20 are in review (one of them disputed), 3 wait for their partner,
-- 77 are decided. Every fourth claim shares its customer with three others, and a few of these compete for one workload.
INSERT INTO partners_partnerorganization (name, created_at, preferred_contact_name, preferred_contact_email)
SELECT 'Partner ' || n, now(), '', '' FROM generate_series(1, 1000) n ON CONFLICT DO NOTHING;

INSERT INTO partners_location (organization_id, mpn_id, city, country, is_active)
SELECT id, 500000 + substr(name, 9)::int, 'Toronto', 'CA', true FROM partners_partnerorganization WHERE name LIKE 'Partner %'
ON CONFLICT DO NOTHING;

INSERT INTO customers_product (solution_area, name, code, kept_by_hand)
SELECT CASE WHEN n = 0 THEN 'business_applications' ELSE 'microsoft_365' END, 'BENCHMARK PRODUCT ' || n, 'BENCH' || n, true
FROM generate_series(0, 20) n
WHERE NOT EXISTS (SELECT 1 FROM customers_product WHERE code = 'BENCH0');

INSERT INTO customers_tenant (id, tenant_id, display_name, country, language, admin_emails, imported_at)
SELECT 5000000 + n, gen_random_uuid(), 'Customer ' || n, (ARRAY['US', 'CA', 'DE', 'NO', 'JP'])[1 + n % 5], '', '{}', now()
FROM generate_series(:first / 4, :last / 4) n ON CONFLICT DO NOTHING;

INSERT INTO claims_claim (
    id, organization_id, location_id, created_by_id, agreed_by_id, name, solution_area, activities, status, version, tenant_id,
    customer_domain, customer_contact_name, customer_contact_email, customer_contact_title, partner_contact_name,
    partner_contact_email, seller_name, isv_solution, poe_checklist, agreed_at, guide_version, created_at, last_activity_at,
    last_actor_kind, last_actor_name, submissions, submitted_at, review_started_at, review_due_on, queue_due_on, queue_rank,
    action_due_at, decided_at, reviewer_id, reviewer_active_at, customer_trouble)
SELECT
    1000000 + i, organization.id, location.id, person.id, person.id, 'Claim ' || i,
    CASE WHEN i % 10 = 9 THEN 'business_applications' ELSE 'microsoft_365' END, ARRAY['usage'], stands.status, 1, 5000000 + i / 4,
    'customer' || i / 4 || '.example', 'Joseph Jones',
    'joseph@' || CASE WHEN i % 200 = 0 THEN 'gmail.com' ELSE 'customer' || i / 4 || '.example' END, 'IT', 'Pat Partner',
    'pat@partner.example', '', '', '{}', sent, 'FY20', sent, sent, 'partner', 'Pat Partner',
    CASE WHEN i % 15 = 0 THEN 2 ELSE 1 END, sent,
    CASE WHEN stands.status <> 'submitted' THEN sent + interval '1 day' END,
    CASE WHEN stands.status IN ('under_review', 'disputed') THEN due END, due,
    CASE WHEN stands.status = 'disputed' THEN 0 WHEN i % 15 = 0 THEN 1 ELSE 3 END,
    CASE WHEN stands.status = 'partner_action_required' THEN now() + (i % 30) * interval '1 day' END,
    CASE WHEN k >= 23 THEN now() - (i % 1000) * interval '1 day' END,
    CASE WHEN k < 20 AND i % 3 = 0 THEN (SELECT min(id) FROM accounts_user WHERE is_staff) + i % 50 END, NULL, ''
FROM generate_series(:first, :last) i
CROSS JOIN LATERAL (SELECT (i * 37) % 100 AS k, now() - (i * 53 % 43200) * interval '1 minute' AS sent,
                           (now() + (i * 31 % 14 - 4) * interval '1 day')::date AS due) AS drawn
CROSS JOIN LATERAL (SELECT CASE WHEN k < 1 THEN 'disputed' WHEN k < 6 THEN 'under_review' WHEN k < 20 THEN 'submitted'
                                WHEN k < 23 THEN 'partner_action_required' WHEN k < 80 THEN 'approved' WHEN k < 98 THEN 'rejected'
                                ELSE 'consent_denied' END AS status) AS stands
JOIN partners_partnerorganization organization ON organization.name = 'Partner ' || 1 + i % 1000
JOIN partners_location location ON location.mpn_id = 500001 + i % 1000
CROSS JOIN (SELECT max(id) AS id FROM accounts_user WHERE NOT is_staff) AS person;

INSERT INTO claims_claimline (claim_id, product_id, organization_id, tenant_id, by_subscription, incentive, live, verdict)
SELECT claim.id, product.id, claim.organization_id, claim.tenant_id, i % 10 = 9, true,
       claim.status NOT IN ('rejected', 'consent_denied'), ''
FROM generate_series(:first, :last) i
JOIN claims_claim claim ON claim.id = 1000000 + i
JOIN customers_product product
    ON product.code = 'BENCH' || CASE WHEN i % 10 = 9 THEN 0 WHEN i % 200 < 4 THEN 1 ELSE 1 + i % 20 END;

INSERT INTO customers_subscription (
    id, tenant_id, subscription_id, sku_id, sku_part_number, status, activated_at, total_licenses, is_trial, provisioned)
SELECT 5000000 + i, 5000000 + i / 4, gen_random_uuid(), gen_random_uuid(), 'SKU',
       CASE WHEN i % 500 = 9 THEN 'Suspended' ELSE 'Enabled' END, now() - interval '90 days', 10, false, true
FROM generate_series(:first, :last) i WHERE i % 10 = 9;

INSERT INTO claims_linesubscription (line_id, subscription_id, organization_id, incentive, live)
SELECT line.id, 4000000 + line.claim_id, line.organization_id, true, line.live
FROM claims_claimline line
WHERE line.by_subscription AND line.claim_id BETWEEN 1000000 + :first AND 1000000 + :last;
