-- Inbox and transport rules that were made, changed or removed, with their parameters.
SELECT t.datetime_exact, t.origin, t.operation, t.user, t.mailbox, t.outcome, t.ip, t.country, t.session, t.target, t.rule
FROM timeline t
WHERE t.operation IN ('New-InboxRule', 'Set-InboxRule', 'Enable-InboxRule', 'Disable-InboxRule', 'Remove-InboxRule', 'UpdateInboxRules',
  'New-TransportRule', 'Set-TransportRule', 'Enable-TransportRule', 'Disable-TransportRule', 'Remove-TransportRule')
ORDER BY t.datetime, t.origin
