-- Staff said by the match words that the browser of this request is the client's: whatever was
-- typed there matched nobody, or several people (RULES A1, P2).
ALTER TABLE help_request ADD COLUMN picked_at BIGINT;
ALTER TABLE help_request ADD COLUMN picked_by TEXT REFERENCES staff (id);

-- Whom a staff member may find and read without a request.
CREATE VIEW client_sight AS
SELECT s.id AS staff_id, c.id AS client_id
FROM staff s, client c
WHERE s.disabled_at IS NULL
  AND (s.role IN ('front-desk', 'admin')
       OR EXISTS (SELECT 1 FROM caseload l
                  WHERE l.client_id = c.id AND l.staff_id = s.id));
