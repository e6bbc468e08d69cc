package actor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/analysistest"
	"becforensics/timeline/analysis/cite"
)

// The address that the sign of these tests is about.
const strange = "154.160.1.117"

var doc = analysis.Doc{Question: "?", Method: ".", Limits: ".", Innocent: "."}

// door gives a critical sign for each logon from the strange address.
var door = &analysis.Analyzer{
	Name: "door", Title: "Door", Version: 1, Doc: doc, Key: []string{analysis.KeyUser}, Family: "where",
	Run: func(p *analysis.Pass) (*analysis.Finding, error) {
		t, f := p.Timeline, &analysis.Finding{}
		for row := range t.Len() {
			if t.Text(timeline.ColOperation, row) == "ServerLogon" && t.Text(timeline.ColIP, row) == strange {
				r := cite.Citing(t, []int{row})
				r.Severity, r.Confidence = analysis.Critical, analysis.Firm
				f.Rows = append(f.Rows, r)
			}
		}
		return f, nil
	},
}

// probe runs a function in the round of acts.
func probe(t *testing.T, needs []analysis.Need, events string, read func(*analysis.Pass)) {
	t.Helper()
	a := &analysis.Analyzer{
		Name: "probe", Title: "Probe", Version: 1, Doc: doc, Key: []string{analysis.KeyUser}, Needs: needs,
		Acts: func(p *analysis.Pass) (*analysis.Finding, error) {
			read(p)
			return &analysis.Finding{}, nil
		},
	}
	analysistest.Find(t, []*analysis.Analyzer{door, a}, "probe", "-- events --"+events)
}

// visit is a history of the owner, and a logon of the actor.
const visit = `
file activities willem.csv mailbox=willem@example.com
default client=Outlook client_raw=Outlook
2018-04-02T08:00:00Z x30/workday ServerLogon outcome=success ip=81.2.69.160
default client=Web client_raw=Web session=w1
2018-05-15T13:51:00Z ServerLogon outcome=success ip=` + strange + "\n"

// A message in the making and its sending are one message; transport's record
// belongs to it if it follows at once.
func TestWrittenMessages(t *testing.T) {
	events := visit + `2018-05-15T13:55:00Z NewMessage
2018-05-15T13:58:00Z MessageSent item_id=S2 subject="New bank details"
2018-05-15T14:00:00Z Reply item_id=A
2018-05-15T14:00:04Z MessageSent client=Exchange client_raw=Exchange flags=service subject="RE: Invoice"
2018-05-15T14:30:00Z MessageSent client=Exchange client_raw=Exchange flags=service subject="RE: Another"
2018-05-15T15:00:00Z DraftCreated item_id=D subject="Draft"
`
	var got []string
	probe(t, []analysis.Need{actor.WrittenMessages}, events, func(p *analysis.Pass) {
		for _, m := range actor.WrittenMessages.Of(p).All {
			got = append(got, fmt.Sprintf("%s, sent %t", strings.Join(cite.Operations(p.Timeline, m.Rows), "+"), m.Sent))
		}
	})
	want := []string{"NewMessage+MessageSent, sent true", "Reply+MessageSent, sent true", "DraftCreated, sent false"}
	if !slices.Equal(got, want) {
		t.Errorf("messages %q, want %q", got, want)
	}
}

// Records about one message within seconds are one removal, which knows what
// the actor did with the message before.
func TestRemovals(t *testing.T) {
	events := visit + `2018-05-15T13:53:00Z ReadingPaneDisplayStart item_id=A
2018-05-15T13:54:00Z Delete item_id=A
2018-05-15T13:54:08Z Delete item_id=A
2018-05-15T13:56:00Z Delete item_id=A
2018-05-15T13:57:00Z Move item_id=B
2018-05-15T13:58:00Z MarkAsUnread item_id=A
default client=Outlook client_raw=Outlook
2018-05-15T14:58:00Z Delete item_id=C
`
	var got []string
	records := 0
	probe(t, []analysis.Need{actor.Removals}, events, func(p *analysis.Pass) {
		set := actor.Removals.Of(p)
		records = set.Records
		for _, r := range set.All {
			got = append(got, fmt.Sprintf("kind %d of %d records, viewed %t", r.Kind, len(r.Rows), !r.Viewed.IsZero()))
		}
	})
	want := []string{"kind 1 of 2 records, viewed true", "kind 1 of 1 records, viewed true", "kind 0 of 1 records, viewed false", "kind 2 of 1 records, viewed true"}
	if !slices.Equal(got, want) || records != 6 {
		t.Errorf("removals %q of %d records, want %q of 6", got, records, want)
	}
}

// A record from a network that is a habit is routine, unless a suspicious logon
// lies shortly before; one from elsewhere is not.
func TestRoutines(t *testing.T) {
	events := visit + `file auditlog ual.csv
default user=willem@example.com
2018-05-14T10:00:00Z Set-Mailbox ip=81.2.69.160
2018-05-15T10:00:00Z Set-Mailbox ip=198.51.100.7
2018-05-15T14:00:00Z MailItemsAccessed ip=` + strange + `
2018-05-15T20:00:00Z Set-Mailbox ip=81.2.69.160
2018-05-17T20:00:00Z Set-Mailbox ip=81.2.69.160
- Set-Mailbox ip=81.2.69.160
`
	var got []bool
	probe(t, []analysis.Need{actor.Routines}, events, func(p *analysis.Pass) {
		for row := range p.Timeline.Len() {
			if p.Timeline.Text(timeline.ColOperation, row) == "Set-Mailbox" {
				got = append(got, actor.Routines.Of(p).Usual(row))
			}
		}
	})
	if want := []bool{true, false, false, true, false}; !slices.Equal(got, want) {
		t.Errorf("routine: %v, want %v", got, want)
	}
}

// The band of an actor caps what rests on the actor alone.
func TestRaised(t *testing.T) {
	for band, most := range map[actor.Band]analysis.Severity{
		actor.BandListed: analysis.Info, actor.BandReview: analysis.Medium, actor.BandAct: analysis.Critical,
	} {
		a := &actor.Actor{Band: band}
		if got := actor.Raised(a, analysis.Critical); got != most {
			t.Errorf("an act of an actor in band %s weighs %s, want %s", band, got, most)
		}
		if got := actor.Raised(a, analysis.Low); got != min(analysis.Low, most) {
			t.Errorf("a low act in band %s weighs %s", band, got)
		}
	}
}
