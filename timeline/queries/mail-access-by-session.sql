-- Mail access by session: records of single messages (bind) and of whole folders (sync), from where, when first and last.
SELECT lower(t.mailbox) AS mailbox, coalesce(t.session, '') AS session, count(*) AS events,
  count(CASE WHEN concat(' ', t.flags, ' ') LIKE '% bind %' THEN 1 END) AS bind,
  count(CASE WHEN concat(' ', t.flags, ' ') LIKE '% sync %' THEN 1 END) AS sync,
  count(CASE WHEN concat(' ', t.flags, ' ') LIKE '% throttled %' THEN 1 END) AS throttled,
  count(DISTINCT t.ip) AS addresses, count(DISTINCT t.country) AS countries, min(t.datetime) AS first_seen, max(t.datetime) AS last_seen
FROM timeline t
WHERE t.operation = 'MailItemsAccessed'
GROUP BY lower(t.mailbox), coalesce(t.session, '')
ORDER BY mailbox, first_seen, session
