-- The one client whose address on file was nearly typed, looked for beside the requests of
-- browsers, and nobody attached by it (RULES A1, A2). Due until it has been looked for.
ALTER TABLE help_request ADD COLUMN near_client_id TEXT REFERENCES client (id);
ALTER TABLE help_request ADD COLUMN near_due BIGINT NOT NULL DEFAULT 0;
UPDATE help_request SET near_due = 1
WHERE state <> 'solved' AND client_id IS NULL AND address_id IS NULL;
CREATE INDEX help_request_near_due ON help_request (id) WHERE near_due = 1;
CREATE INDEX help_request_near_client ON help_request (near_client_id)
WHERE near_client_id IS NOT NULL;

-- Who may see which request now, and whether also whose address was nearly typed there.
DROP VIEW sight;
CREATE VIEW sight AS
SELECT s.id AS staff_id, r.id AS request_id, r.position AS position,
       CASE WHEN s.role IN ('front-desk', 'admin')
              OR EXISTS (SELECT 1 FROM caseload c
                         WHERE c.client_id = r.near_client_id AND c.staff_id = s.id)
            THEN 1 ELSE 0 END AS near
FROM staff s, help_request r
WHERE s.disabled_at IS NULL
  AND (s.role IN ('front-desk', 'admin')
       OR EXISTS (SELECT 1 FROM caseload c
                  WHERE c.client_id = r.client_id AND c.staff_id = s.id)
       OR (r.client_id IS NULL
           AND (NOT EXISTS (SELECT 1 FROM staff f
                            WHERE f.role = 'front-desk' AND f.disabled_at IS NULL)
                OR EXISTS (SELECT 1 FROM caseload c
                           WHERE c.client_id = r.near_client_id AND c.staff_id = s.id))));
