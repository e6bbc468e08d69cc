-- Whatever sends mail on: rules and mailbox settings whose parameters forward or redirect.
SELECT t.datetime_exact, t.origin, t.operation, t.user, t.mailbox, t.outcome, t.ip, t.country, t.session, t.target, t.rule
FROM timeline t
WHERE t.rule LIKE '%"ForwardTo"%' OR t.rule LIKE '%"ForwardAsAttachmentTo"%' OR t.rule LIKE '%"RedirectTo"%'
  OR t.rule LIKE '%"ForwardingSmtpAddress"%' OR t.rule LIKE '%"ForwardingAddress"%' OR t.rule LIKE '%"RedirectMessageTo"%'
  OR t.rule LIKE '%"BlindCopyTo"%' OR t.rule LIKE '%"CopyTo"%'
ORDER BY t.datetime, t.origin
