package actor_test

import (
	"strings"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// How an account was entered is told by the surest that is on record: wrong
// passwords before the first sign-in, a session that its owner had opened, or
// nothing.
func TestEntries(t *testing.T) {
	const owner = `
file activities willem.csv mailbox=willem@example.com
default client=Outlook client_raw=Outlook
2018-04-02T08:00:00Z x30/workday ServerLogon outcome=success ip=81.2.69.160
`
	for _, c := range []struct {
		name, events string
		cause        actor.Cause
		says         string
	}{
		{"nothing", owner + "2018-05-15T13:51:00Z ServerLogon client=Web outcome=success ip=" + strange + "\n", actor.CauseCredential, "nothing on record tells"},
		{"wrong passwords", owner + "2018-05-15T13:40:00Z x4/1m ServerLogon client=Web outcome=failure ip=" + strange + "\n2018-05-15T13:51:00Z ServerLogon client=Web outcome=success ip=" + strange + "\n", actor.CausePassword, "4 sign-ins with wrong passwords"},
		{"owner's session", owner + "file auditlog ual.csv\ndefault user=willem@example.com session=s1 outcome=success\n2018-05-15T13:00:00Z MailItemsAccessed ip=81.2.69.160\n2018-05-15T13:51:00Z ServerLogon ip=" + strange + "\n", actor.CauseSession, "no password"},
		{"no factor", owner + "file signin s.json\n2018-05-15T13:51:00Z ServerLogon user=willem@example.com outcome=success mfa=singleFactorAuthentication conditional_access=notApplied ip=" + strange + "\n", actor.CauseCredential, "no second factor was required; no policy of conditional access applied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			probe(t, []analysis.Need{actor.Entries}, c.events, func(p *analysis.Pass) {
				all := actor.Entries.Of(p)
				if len(all) != 1 || len(all[0]) != 1 {
					t.Fatalf("entries %v, want one of one actor", all)
				}
				if e := all[0][0]; e.Cause != c.cause || !strings.Contains(e.Text, c.says) {
					t.Errorf("cause %q: %s\nwant %q, saying %q", e.Cause, e.Text, c.cause, c.says)
				}
			})
		})
	}
}

// A window is open where the record of its source begins or ends close by.
func TestWindows(t *testing.T) {
	const logon = "ServerLogon client=Web outcome=success ip=" + strange + "\n"
	const owner = "ServerLogon client=Outlook outcome=success ip=81.2.69.160\n"
	for _, c := range []struct {
		name, events string
		start, end   bool
	}{
		{"closed", "2018-04-02T08:00:00Z x30/workday " + owner + "2018-04-20T03:00:00Z " + logon, false, false},
		{"begins close by", "2018-04-19T08:00:00Z x30/workday " + owner + "2018-04-20T03:00:00Z " + logon, true, false},
		{"ends close by", "2018-04-02T08:00:00Z x30/workday " + owner + "2018-05-12T03:00:00Z " + logon, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			probe(t, []analysis.Need{actor.Windows}, "\nfile activities willem.csv mailbox=willem@example.com\n"+c.events, func(p *analysis.Pass) {
				all := actor.Windows.Of(p)
				if len(all) != 1 || all[0].StartOpen != c.start || all[0].EndOpen != c.end || all[0].Text == "" {
					t.Errorf("windows %+v, want one with open ends %t and %t", all, c.start, c.end)
				}
			})
		})
	}
}
