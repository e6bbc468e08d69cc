package ingest

import (
	"net/url"
	"strings"
)

// MailboxFor is the mailbox that the examiner named for a file, if any.
func (o *Options) MailboxFor(name string) string {
	if m := o.MailboxOf[name]; m != "" {
		return m
	}
	if m := o.MailboxOf[name[strings.LastIndex(name, "/")+1:]]; m != "" {
		return m
	}
	return o.Mailbox
}

// maxUser is the longest address there can be, escaped.
const maxUser = 3 * 320

// LinkedMailbox takes the mailbox out of a link of an OData answer, like
// …/Users('victim%40contoso.com')/… or …/users/victim@contoso.com/…. An id that
// is no address names nobody.
func LinkedMailbox(link string) (string, bool) {
	for _, form := range [...][2]string{{"sers('", "')"}, {"sers/", "/"}} {
		_, rest, ok := strings.Cut(link, form[0])
		if !ok {
			continue
		}
		user, _, ok := strings.Cut(rest, form[1])
		if !ok || len(user) > maxUser {
			continue
		}
		user, err := url.PathUnescape(strings.ReplaceAll(user, "''", "'"))
		if err == nil && IsAddress(user) {
			return user, true
		}
	}
	return "", false
}

// IsAddress says whether a name is written as a mail address: with a domain
// that has a dot, which ids do not have.
func IsAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && strings.Contains(strings.Trim(domain, "."), ".") && !strings.ContainsAny(s, " ,;<>\"/")
}
