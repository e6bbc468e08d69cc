package bec

import (
	"testing"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/analysistest"
)

func TestClientLabel(t *testing.T) {
	for raw, want := range map[string]string{
		"Client=OWA;Action=ViaProxy":               "Client=OWA",
		"Client=POP3/IMAP4;Protocol=IMAP4;User=a":  "Client=POP3/IMAP4;Protocol=IMAP4",
		"Client=POP3/IMAP4":                        "Client=POP3/IMAP4",
		"IMAP4":                                    "IMAP4",
		"Client=MSExchangeRPC;Client=Outlook;more": "Client=MSExchangeRPC",
	} {
		if got := clientLabel(raw); got != want {
			t.Errorf("label of %q is %q, want %q", raw, got, want)
		}
	}
}

// Whose acts are whose: each case is a week of the owner's logons, and then
// acts of which those marked must be attributed with that basis.
func TestAttribution(t *testing.T) {
	const owner = `
file activities willem.csv mailbox=willem@example.com
default client=Outlook client_raw=Outlook
2018-05-01T08:00:00Z x30/workday ServerLogon ip=217.33.44.231 outcome=success
default client=Web client_raw=Web
2018-05-02T08:00:00Z ServerLogon ip=217.33.44.231 outcome=success user_agent="Chrome/67"
`
	const intruder = `2018-06-06T14:00:00Z ServerLogon ip=154.160.1.117 outcome=success session=s9 user_agent="Firefox/60"
`
	for _, test := range []struct{ name, events, want string }{
		{"by client session id", intruder + "2018-06-06T14:05:00Z Move session=s9", "same client session id as the Web logon at 2018-06-06 14:00"},
		{"by pseudo-session", intruder + "2018-06-06T14:05:00Z Move session=s10", "pseudo-session of the Web logon at 2018-06-06 14:00 (inferred)"},
		{"across a pause", intruder + "2018-06-06T18:05:00Z Move session=s10", "pseudo-session of the Web logon at 2018-06-06 14:00 (inferred)"},
		{"by pseudo-session, after a start without an address", intruder + "2018-06-06T14:00:02Z Logon session=s9\n2018-06-06T14:05:00Z Move session=s10", "pseudo-session of the Web logon at 2018-06-06 14:00 (inferred)"},
		{"too long after", intruder + "2018-06-08T14:05:00Z Move session=s10", ""},
		{"of another client", intruder + "2018-06-06T14:05:00Z Move session=s10 client=Outlook client_raw=Outlook", ""},
		{"between the owner's and the intruder's logon", "2018-06-06T13:30:00Z ServerLogon ip=217.33.44.231 outcome=success user_agent=Chrome/67\n" + intruder + "2018-06-06T14:05:00Z Move session=s10", ""},
		{"after the owner's own logon", "2018-06-06T13:00:00Z ServerLogon ip=217.33.44.231 outcome=success session=s8 user_agent=Chrome/67\n2018-06-06T13:05:00Z Move session=s8\n" + intruder, ""},
		{"by the service", intruder + "2018-06-06T14:05:00Z Move session=s9 flags=service", ""},
		{"by address", intruder + "file auditlog ual.csv\n2018-06-06T20:00:00Z Move user=willem@example.com ip=154.160.1.117", "same address and user"},
		{"by address, another user", intruder + "file auditlog ual.csv\n2018-06-06T20:00:00Z Move user=yan@example.com ip=154.160.1.117", ""},
		{"by address, days later", intruder + "file auditlog ual.csv\n2018-06-09T20:00:00Z Move user=willem@example.com ip=154.160.1.117", ""},
	} {
		var got string
		probe := &analysis.Analyzer{
			Name: "probe", Title: "Probe", Version: 1, Key: []string{analysis.KeyUser}, Needs: []analysis.Need{actor.Actors},
			Doc: analysis.Doc{Question: "?", Method: ".", Limits: ".", Innocent: "."},
			Acts: func(p *analysis.Pass) (*analysis.Finding, error) {
				for row := range p.Timeline.Len() {
					if p.Timeline.Text(timeline.ColOperation, row) == "Move" {
						_, got = actor.Actors.Of(p).At(row)
					}
				}
				return &analysis.Finding{}, nil
			},
		}
		suite := []*analysis.Analyzer{foreignLogon, hostingLogon, passwordAttack, probe}
		analysistest.Find(t, suite, "probe", "-- events --"+owner+test.events+"\n")
		if got != test.want {
			t.Errorf("%s: basis %q, want %q", test.name, got, test.want)
		}
	}
}
