package actor_test

import (
	"fmt"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
)

// warningsOf are the people to warn in a case, one a line.
func warningsOf(t *testing.T, events string) (lines []string, unaddressed int) {
	t.Helper()
	probe(t, []analysis.Need{actor.Warnings}, events, func(p *analysis.Pass) {
		list := actor.Warnings.Of(p)
		for _, w := range list.People {
			lines = append(lines, fmt.Sprintf("%s %d %s-%s %s", w.Address, w.Messages, cite.Stamp(w.First), cite.Stamp(w.Last), w.Why))
		}
		unaddressed = list.Unaddressed
	})
	return lines, unaddressed
}

// Whoever outside got mail, links or invitations from the actor is told, each
// once; colleagues and correspondents of the owner are not.
func TestWhomToWarn(t *testing.T) {
	got, unaddressed := warningsOf(t, mailLog+`2018-05-15T13:58:00Z Send message_id=<m1@example.com> subject="New bank details"
2018-05-15T13:59:00Z Send message_id=<m2@example.com> subject=Hello
2018-05-15T14:05:00Z SharingInvitationCreated target=https://x/plan.docx recipients=carl_z.example#EXT#@example.com
2018-05-15T14:05:01Z AddedToSecureLink target=https://x/plan.docx recipients=carl@z.example
2018-05-15T14:06:00Z SharingInvitationCreated target=https://x/plan.docx recipients=eva@example.com
2018-05-15T14:07:00Z "Invite external user" target=dora@z.example
2018-05-15T14:08:00Z "Invite external user" target=erik@z.example outcome=failure
2018-05-14T09:00:00Z Send message_id=<own@example.com> subject=Hi ip=81.2.69.160 session=own
file messagetrace trace.csv
2018-05-15T13:58:05Z MessageTrace outcome=success message_id=<m1@example.com> sender=willem@example.com recipients=Ann@y.example subject="New bank details"
2018-05-15T13:58:05Z MessageTrace outcome=success message_id=<m1@example.com> sender=willem@example.com recipients=eva@example.com subject="New bank details"
2018-05-14T09:00:05Z MessageTrace outcome=success message_id=<own@example.com> sender=willem@example.com recipients=friend@y.example subject=Hi
`)
	expect(t, "people", got, []string{
		"ann@y.example 1 2018-05-15T13:58:00Z-2018-05-15T13:58:00Z got 1 message under the account of willem@example.com",
		"carl@z.example 1 2018-05-15T14:05:00Z-2018-05-15T14:05:00Z got 1 link to a file or folder under the account of willem@example.com",
		"dora@z.example 1 2018-05-15T14:07:00Z-2018-05-15T14:07:00Z got 1 invitation as a guest under the account of willem@example.com",
	})
	if unaddressed != 1 {
		t.Errorf("%d messages without recipients on record, want 1", unaddressed)
	}
}

// Nobody is warned of what the owner sent.
func TestNobodyIsWarnedOfTheOwner(t *testing.T) {
	got, _ := warningsOf(t, `
file auditlog ual.csv
default user=willem@example.com mailbox=willem@example.com outcome=success ip=81.2.69.160
2018-05-14T09:00:00Z Send message_id=<own@example.com> subject=Hi recipients=friend@y.example
`)
	expect(t, "people", got, nil)
}
