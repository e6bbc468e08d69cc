-- Logons by user and country: how many, how many failed, from how many addresses, when first and last.
SELECT lower(t.user) AS account, coalesce(t.country, '') AS country, count(*) AS events,
  count(CASE WHEN t.outcome IN ('failure', 'interrupted') THEN 1 END) AS failed,
  count(DISTINCT t.ip) AS addresses, min(t.datetime) AS first_seen, max(t.datetime) AS last_seen
FROM timeline t
WHERE t.operation IN ('UserLoggedIn', 'UserLoginFailed', 'Sign-in', 'MailboxLogin', 'ServerLogon')
GROUP BY lower(t.user), coalesce(t.country, '')
ORDER BY account, events DESC, country
