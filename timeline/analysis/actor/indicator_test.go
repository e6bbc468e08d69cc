package actor_test

import (
	"fmt"
	"slices"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// weighty is the settings by which an actor of one sign is worth a review.
const weighty = `-- settings --
thresholds: {actor.review: 5}
`

// What the owner has too is no indicator, nor are Microsoft's applications;
// failed records and those of servers speak for nobody. Acts are counted, and
// the target of a forward is one with its domain.
func TestIndicatorsAreWhatNoOwnerHas(t *testing.T) {
	events := `
file auditlog ual.csv
default user=anna@example.com mailbox=anna@example.com outcome=success
2026-02-02T08:00:00Z x30/workday UserLoggedIn ip=81.2.69.160 session=own app_id=00000002-0000-0ff1-ce00-000000000000 user_agent="Mozilla/5.0 (Windows) Edge/120" tls=t13owner device=laptop-1
default user=anna@example.com mailbox=anna@example.com outcome=success ip=` + strange + ` session=s-1
2026-03-16T13:51:00Z ServerLogon user_agent="axios/1.7.9" tls=t13actor device=desktop-9 app_id=00000002-0000-0ff1-ce00-000000000000
2026-03-16T13:52:00Z MailItemsAccessed user_agent="Mozilla/5.0 (Windows) Edge/121" tls=t13owner device=laptop-1 app_id=11111111-2222-3333-4444-555555555555
2026-03-16T13:53:00Z Set-Mailbox rule="{\"ForwardingSmtpAddress\":\"smtp:drop@evil.example\"}"
2026-03-16T13:54:00Z Send message_id=<a@example.com> recipients=finance@partner.example
2026-03-16T13:55:00Z SearchQueryInitiatedExchange query=invoice
`
	var got []string
	probe(t, []analysis.Need{actor.Indicators}, events+weighty, func(p *analysis.Pass) {
		for _, i := range actor.Indicators.Of(p) {
			got = append(got, fmt.Sprintf("%s %s ×%d", i.Type, i.Value, i.Count))
			if len(i.Origins) != i.Count {
				t.Errorf("%s %s: %d acts rest on %v", i.Type, i.Value, i.Count, i.Origins)
			}
		}
	})
	want := []string{
		"ip " + strange + " ×5", "asn AS30986 ×5", "user_agent axios/1.7.9 ×1", "ja4 t13actor ×1", "domain evil.example ×1", "address drop@evil.example ×1",
		"app 11111111-2222-3333-4444-555555555555 ×1", "session s-1 ×5", "device desktop-9 ×1", "message_id <a@example.com> ×1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("indicators\n%q, want\n%q", got, want)
	}
}
