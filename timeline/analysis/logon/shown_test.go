package logon_test

import (
	"fmt"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/analysistest"
	"becforensics/timeline/analysis/logon"
)

// shown tells what evidence shows of the tenant.
func shown(t *testing.T, events string) string {
	teller := &analysis.Analyzer{
		Name: "shown", Title: "Shown", Version: 1, Key: []string{analysis.KeyUser}, Needs: []analysis.Need{logon.Shown},
		Doc: analysis.Doc{Question: "q", Method: "m", Limits: "l", Innocent: "i"},
		Run: func(p *analysis.Pass) (*analysis.Finding, error) {
			return &analysis.Finding{Summary: fmt.Sprint(logon.Shown.Of(p))}, nil
		},
	}
	return analysistest.Find(t, []*analysis.Analyzer{teller}, "shown", "-- events --\n"+events).Finding.Summary
}

// Britain is proposed and a day in Nigeria told only; a hosting network in
// Germany, a failure and a guest say nothing of the tenant.
func TestProposals(t *testing.T) {
	got := shown(t, `file signin signins.csv
default user=Anna@example.com mailbox=anna@example.com client=Web outcome=success
2021-03-01T08:00:00Z x12/24h Sign-in ip=81.2.69.160
2021-03-05T20:00:00Z Sign-in ip=41.203.78.171
2021-03-06T20:00:00Z Sign-in ip=5.9.21.145
2021-03-07T20:00:00Z Sign-in ip=175.45.176.99 outcome=failure
2021-03-08T20:00:00Z Sign-in ip=81.2.69.160 user=ben@example.com mailbox=
2021-03-08T20:00:00Z Sign-in ip=81.2.69.160 user=carl@partner.example mailbox=
2021-03-08T21:00:00Z Sign-in ip=81.2.69.160 user=dora_other.example#EXT#@example.com mailbox=
`)
	const want = "{[anna@example.com] [{example.com true 1 mailbox, 2 users} {partner.example false 0 mailboxes, 1 user}] " +
		"[{GB true 14 days of logons by 3 users, of 15 such days in all} {NG false 1 day of logons by 1 user, of 15 such days in all}]}"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Where no mailbox is named, users' domains are proposed.
func TestProposalsWithoutMailboxes(t *testing.T) {
	got := shown(t, `file signin signins.csv
2021-03-01T08:00:00Z Sign-in user=anna@example.com outcome=success ip=10.0.0.1
2021-03-01T08:00:00Z Sign-in user="NT AUTHORITY" outcome=success
`)
	if want := "{[] [{example.com true 0 mailboxes, 1 user}] []}"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
