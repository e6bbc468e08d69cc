-- Consents to applications, and what gave applications permissions.
SELECT t.datetime_exact, t.origin, t.operation, t.user, t.outcome, t.ip, t.country, t.app_id, t.app, t.target, t.details
FROM timeline t
WHERE lower(t.operation) LIKE 'consent to application%' OR lower(t.operation) LIKE 'add oauth2permissiongrant%'
  OR lower(t.operation) LIKE 'add delegated permission grant%' OR lower(t.operation) LIKE 'add app role assignment%'
ORDER BY t.datetime, t.origin
