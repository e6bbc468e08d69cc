package bec

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// benchEvents is the size of the benchmarks' timelines.
const benchEvents = 200_000

// BenchmarkSuite runs each analysis over an estate of 200 users and 120 days,
// without the time of those that it needs.
func BenchmarkSuite(b *testing.B) { benchmarkSuite(b, usualEvent) }

// BenchmarkHostile runs each analysis over events that an actor made in one
// account from one address within hours, each with values of its own: what is
// quadratic shows.
func BenchmarkHostile(b *testing.B) { benchmarkSuite(b, hostileEvent) }

func benchmarkSuite(b *testing.B, event func(i int, e *timeline.Event)) {
	db, err := geo.Open(nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	t := benchTimeline(b, db, event)
	in := analysis.Inputs{Timeline: t, Geo: db, Reference: reference.Default(), Settings: &analysis.Settings{AcceptedDomains: []string{"example.com"}}}
	for i, a := range Suite {
		b.Run(a.Name, func(b *testing.B) {
			own := *a
			own.Run = func(p *analysis.Pass) (*analysis.Finding, error) {
				b.StartTimer()
				defer b.StopTimer()
				return a.Run(p)
			}
			suite := append([]*analysis.Analyzer(nil), Suite...)
			suite[i] = &own
			b.StopTimer()
			for range b.N {
				c, err := analysis.Run(suite, []*analysis.Analyzer{&own}, in)
				if err != nil {
					b.Fatal(err)
				}
				if r := c.Results[0]; r.Status == analysis.Failed {
					b.Fatal(r.Reason)
				}
			}
		})
	}
}

func benchTimeline(b *testing.B, db *geo.DB, event func(i int, e *timeline.Event)) *timeline.Timeline {
	builder := timeline.NewBuilder()
	builder.Begin(&timeline.Source{Evidence: 1, Name: "ual.csv", Source: "auditlog"})
	for i := 0; i < benchEvents; {
		batch := timeline.NewBatch()
		for range 4096 {
			if i == benchEvents {
				break
			}
			var e timeline.Event
			event(i, &e)
			batch.Event(&e, int64(i), 1)
			i++
		}
		if err := builder.Add(batch); err != nil {
			b.Fatal(err)
		}
	}
	t, err := builder.Seal(timeline.Sealing{
		Geo: db,
		Reread: func(_ timeline.Origin, offset int64, _ int, e *timeline.Event, use func()) error {
			event(int(offset), e)
			use()
			return nil
		},
		Canonical: bytes.Clone,
	})
	if err != nil {
		b.Fatal(err)
	}
	return t
}

// benchOperations are what the events of the benchmarks are, in turn.
var benchOperations = [...]string{
	"UserLoggedIn", "MailItemsAccessed", "MailItemsAccessed", "FileDownloaded", "MessageTrace", "Send", "MoveToDeletedItems", "UserLoginFailed",
	"MailItemsAccessed", "SearchQueryInitiatedExchange", "MessageBind", "New-InboxRule", "Set-Mailbox", "Add-MailboxPermission", "Consent to application.",
	"Update user.", "SharingInvitationCreated", "Sign-in", "Message", "New-TransportRule",
}

func usualEvent(i int, e *timeline.Event) {
	n := i * 2654435761 % 1_000_003 // spreads the values
	user := n % 200
	fillEvent(i, e, 2018*user, user, n%40, time.Duration(i)*120*24*time.Hour/benchEvents, i%500)
	if n%100 == 0 {
		e.Set(timeline.ColIP, fmt.Sprintf("154.160.%d.%d", user, n%7))
	}
}

// benchHistory is how many days the hostile timeline's user logs on at home
// before everything else happens, so that what follows is an actor's.
const benchHistory = 40

func hostileEvent(i int, e *timeline.Event) {
	if i < benchHistory {
		fillEvent(0, e, 0, 0, 0, time.Duration(i)*24*time.Hour, 0)
		e.ID = fmt.Sprint(i)
		return
	}
	fillEvent(i, e, 0, 0, i, benchHistory*24*time.Hour+time.Duration(i)*time.Second/4, i)
	e.Set(timeline.ColIP, "154.160.1.117")
	e.Set(timeline.ColClient, "Web")
}

func fillEvent(i int, e *timeline.Event, host, user, message int, after time.Duration, value int) {
	op := benchOperations[i%len(benchOperations)]
	name := fmt.Sprintf("user%d@example.com", user)
	e.SetTime(time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC).Add(after))
	e.Set(timeline.ColOperation, op)
	e.Set(timeline.ColUser, name)
	e.Set(timeline.ColMailbox, name)
	e.Set(timeline.ColIP, fmt.Sprintf("81.2.%d.%d", 69+host%3, user%250))
	e.Set(timeline.ColSession, fmt.Sprintf("s%d", value))
	e.Set(timeline.ColClient, "Outlook")
	e.Set(timeline.ColSubject, fmt.Sprintf("Invoice %d", value))
	e.Set(timeline.ColMessageID, fmt.Sprintf("<%d@example.net>", value))
	e.Set(timeline.ColItemID, fmt.Sprintf("item%d", value))
	e.Set(timeline.ColFolder, fmt.Sprintf(`\Folder %d`, message))
	e.Set(timeline.ColTarget, fmt.Sprintf("https://example.sharepoint.example/%d.docx", value))
	e.Set(timeline.ColSender, fmt.Sprintf("sender%d@partner%d.example", value, value%1000))
	e.Set(timeline.ColRecipients, name)
	e.Outcome = timeline.Success
	e.ID = fmt.Sprint(i)
	switch op {
	case "UserLoginFailed":
		e.Outcome = timeline.Failure
	case "MailItemsAccessed":
		e.Flags |= timeline.Bind
		e.Set(timeline.ColAppID, fmt.Sprintf("app%d", value%50))
		e.Messages = []timeline.Message{{MessageID: fmt.Sprintf("<%d@example.net>", value), Folder: fmt.Sprintf(`\Folder %d`, message)}}
		e.Details = `{"OperationCount":2}`
	case "SearchQueryInitiatedExchange":
		e.Set(timeline.ColQuery, fmt.Sprintf("invoice %d", value))
	case "New-InboxRule":
		e.Set(timeline.ColRule, fmt.Sprintf(`{"Name":"%d","MoveToFolder":"RSS Feeds","SubjectContainsWords":"invoice","ForwardTo":"x%d@example.net"}`, value, value))
	case "Set-Mailbox":
		e.Set(timeline.ColRule, fmt.Sprintf(`{"Identity":"user%d","ForwardingSmtpAddress":"%s"}`, user, [...]string{"", fmt.Sprintf("x%d@example.net", value)}[value%2]))
	case "Add-MailboxPermission":
		e.Set(timeline.ColRule, fmt.Sprintf(`{"Identity":"user%d","User":"u%d","AccessRights":"FullAccess"}`, user, value))
	case "New-TransportRule":
		e.Set(timeline.ColRule, fmt.Sprintf(`{"Name":"r%d","BlindCopyTo":"x%d@example.net"}`, value, value))
	case "Consent to application.":
		e.Details = fmt.Sprintf(`{"ModifiedProperties":[{"Name":"ConsentAction.Permissions","NewValue":"Scope: Mail.Read","OldValue":""}],"Target":[{"ID":"App %d","Type":1}]}`, value)
	case "Update user.":
		e.Details = `{"ModifiedProperties":[{"Name":"StrongAuthenticationMethod","NewValue":"[1]","OldValue":"[]"}]}`
	}
}
