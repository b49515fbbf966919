-- Whose a request is: by opening it, or by a colleague's act.
ALTER TABLE help_request ADD COLUMN assigned_to TEXT REFERENCES staff (id);
ALTER TABLE help_request ADD COLUMN assigned_at BIGINT;
-- It was handed to somebody who did not see it before: they do while it is theirs and open.
ALTER TABLE help_request ADD COLUMN handed BIGINT NOT NULL DEFAULT 0;

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
                           WHERE c.client_id = r.near_client_id AND c.staff_id = s.id)))
       OR (r.handed = 1 AND r.assigned_to = s.id AND r.state <> 'solved'));

-- Who is in charge of a request: its client's clinicians; the front desk where there are none;
-- everybody who sees it where there is no front desk either.
CREATE VIEW charge AS
SELECT v.staff_id, v.request_id
FROM sight v
JOIN staff s ON s.id = v.staff_id
JOIN help_request r ON r.id = v.request_id
WHERE EXISTS (SELECT 1 FROM caseload c
              WHERE c.client_id = r.client_id AND c.staff_id = v.staff_id)
   OR (NOT EXISTS (SELECT 1 FROM caseload c JOIN staff k ON k.id = c.staff_id
                   WHERE c.client_id = r.client_id AND k.disabled_at IS NULL)
       AND (s.role = 'front-desk'
            OR NOT EXISTS (SELECT 1 FROM staff f
                           WHERE f.role = 'front-desk' AND f.disabled_at IS NULL)));
