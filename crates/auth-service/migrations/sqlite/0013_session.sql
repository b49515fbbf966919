-- In a session until then; cleared by the service when it is over.
ALTER TABLE staff ADD COLUMN session_until BIGINT;
-- Nobody has looked for too long: front desk and admins are rung.
ALTER TABLE help_request ADD COLUMN escalated_at BIGINT;

-- Who is in charge of a request: its client's clinicians who are not in a session; the front
-- desk where there are none; else everybody who sees it and is not in one.
DROP VIEW charge;
CREATE VIEW charge AS
SELECT v.staff_id, v.request_id
FROM sight v
JOIN staff s ON s.id = v.staff_id
JOIN help_request r ON r.id = v.request_id
WHERE s.session_until IS NULL
  AND (EXISTS (SELECT 1 FROM caseload c
               WHERE c.client_id = r.client_id AND c.staff_id = v.staff_id)
       OR (NOT EXISTS (SELECT 1 FROM caseload c JOIN staff k ON k.id = c.staff_id
                       WHERE c.client_id = r.client_id AND k.disabled_at IS NULL
                         AND k.session_until IS NULL)
           AND (s.role = 'front-desk'
                OR NOT EXISTS (SELECT 1 FROM staff f
                               WHERE f.role = 'front-desk' AND f.disabled_at IS NULL
                                 AND f.session_until IS NULL))));

-- Whose desktop rings for a request that nobody has opened: its client's clinicians and the
-- front desk; admins where nobody of these is there, or once it has waited for too long. Never
-- who is in a session.
CREATE VIEW bell AS
SELECT v.staff_id, v.request_id
FROM sight v
JOIN staff s ON s.id = v.staff_id
JOIN help_request r ON r.id = v.request_id
WHERE s.session_until IS NULL
  AND (s.role = 'front-desk'
       OR r.assigned_to = s.id
       OR EXISTS (SELECT 1 FROM caseload c
                  WHERE c.client_id = r.client_id AND c.staff_id = s.id)
       OR (r.escalated_at IS NOT NULL AND s.role = 'admin')
       OR NOT EXISTS (SELECT 1 FROM staff k
                      WHERE k.disabled_at IS NULL AND k.session_until IS NULL
                        AND (k.role = 'front-desk'
                             OR EXISTS (SELECT 1 FROM caseload c
                                        WHERE c.client_id = r.client_id
                                          AND c.staff_id = k.id))));
