-- Whose clients a colleague answers for, too, and for how long. Time alone turns nothing on or
-- off here: the service writes when it begins and when it ends.
CREATE TABLE cover (
    id         TEXT PRIMARY KEY NOT NULL,
    staff_id   TEXT NOT NULL REFERENCES staff (id),
    covered_by TEXT NOT NULL REFERENCES staff (id),
    begins_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    begun_at   BIGINT,
    ended_at   BIGINT
);
CREATE INDEX cover_running ON cover (covered_by, staff_id)
    WHERE begun_at IS NOT NULL AND ended_at IS NULL;

-- Who answers for which client now: the caseloads, and those that are covered.
CREATE VIEW load AS
SELECT l.client_id, l.staff_id FROM caseload l
UNION ALL
SELECT l.client_id, v.covered_by AS staff_id
FROM cover v JOIN caseload l ON l.staff_id = v.staff_id
WHERE v.begun_at IS NOT NULL AND v.ended_at IS NULL;

-- Who may be rung: neither in a session nor away, with a colleague who covers.
CREATE VIEW at_hand AS
SELECT s.id AS staff_id, s.role
FROM staff s
WHERE s.disabled_at IS NULL AND s.session_until IS NULL
  AND NOT EXISTS (SELECT 1 FROM cover v
                  WHERE v.staff_id = s.id AND v.begun_at IS NOT NULL AND v.ended_at IS NULL);

DROP VIEW bell;
DROP VIEW charge;
DROP VIEW sight;
DROP VIEW client_sight;

CREATE VIEW sight AS
SELECT s.id AS staff_id, r.id AS request_id, r.position AS position,
       CASE WHEN s.role IN ('front-desk', 'admin')
              OR EXISTS (SELECT 1 FROM load c
                         WHERE c.client_id = r.near_client_id AND c.staff_id = s.id)
            THEN 1 ELSE 0 END AS near
FROM staff s, help_request r
WHERE s.disabled_at IS NULL
  AND (s.role IN ('front-desk', 'admin')
       OR EXISTS (SELECT 1 FROM load c
                  WHERE c.client_id = r.client_id AND c.staff_id = s.id)
       OR (r.client_id IS NULL
           AND (NOT EXISTS (SELECT 1 FROM staff f
                            WHERE f.role = 'front-desk' AND f.disabled_at IS NULL)
                OR EXISTS (SELECT 1 FROM load c
                           WHERE c.client_id = r.near_client_id AND c.staff_id = s.id)))
       OR (r.handed = 1 AND r.assigned_to = s.id AND r.state <> 'solved'));

CREATE VIEW client_sight AS
SELECT s.id AS staff_id, c.id AS client_id
FROM staff s, client c
WHERE s.disabled_at IS NULL
  AND (s.role IN ('front-desk', 'admin')
       OR EXISTS (SELECT 1 FROM load l
                  WHERE l.client_id = c.id AND l.staff_id = s.id));

-- Who is in charge of a request: who answers for its client and is at hand; the front desk where
-- nobody is; else everybody who sees it and is at hand.
CREATE VIEW charge AS
SELECT v.staff_id, v.request_id
FROM sight v
JOIN at_hand s ON s.staff_id = v.staff_id
JOIN help_request r ON r.id = v.request_id
WHERE EXISTS (SELECT 1 FROM load c
              WHERE c.client_id = r.client_id AND c.staff_id = v.staff_id)
   OR (NOT EXISTS (SELECT 1 FROM load c JOIN at_hand k ON k.staff_id = c.staff_id
                   WHERE c.client_id = r.client_id)
       AND (s.role = 'front-desk'
            OR NOT EXISTS (SELECT 1 FROM at_hand f WHERE f.role = 'front-desk')));

-- Whose desktop rings for a request that nobody has opened: who answers for its client, and the
-- front desk; admins where nobody of these is at hand, or once it has waited for too long.
CREATE VIEW bell AS
SELECT v.staff_id, v.request_id
FROM sight v
JOIN at_hand s ON s.staff_id = v.staff_id
JOIN help_request r ON r.id = v.request_id
WHERE s.role = 'front-desk'
   OR r.assigned_to = s.staff_id
   OR EXISTS (SELECT 1 FROM load c
              WHERE c.client_id = r.client_id AND c.staff_id = s.staff_id)
   OR (r.escalated_at IS NOT NULL AND s.role = 'admin')
   OR NOT EXISTS (SELECT 1 FROM at_hand k
                  WHERE k.role = 'front-desk'
                     OR EXISTS (SELECT 1 FROM load c
                                WHERE c.client_id = r.client_id AND c.staff_id = k.staff_id));
