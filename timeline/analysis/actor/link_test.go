package actor_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/analysistest"
	"becforensics/timeline/analysis/cite"
)

// attack gives a critical sign for each record of the operation Attack, whoever
// it is about and wherever it comes from.
var attack = &analysis.Analyzer{
	Name: "attack", Title: "Attack", Version: 1, Doc: doc, Key: []string{analysis.KeyUser}, Family: "token",
	Run: func(p *analysis.Pass) (*analysis.Finding, error) {
		f := &analysis.Finding{}
		for row := range p.Timeline.Len() {
			if p.Timeline.Text(timeline.ColOperation, row) == "Attack" {
				r := cite.Citing(p.Timeline, []int{row})
				r.Severity, r.Confidence = analysis.Critical, analysis.Firm
				f.Rows = append(f.Rows, r)
			}
		}
		return f, nil
	},
}

// office is a month of the owner's work in one session a day, from one address
// and with one laptop.
const office = `-- events --
file auditlog ual.csv
default user=willem@example.com mailbox=willem@example.com
2026-04-01T08:00:00Z x30/workday UserLoggedIn outcome=success ip=81.2.69.160 session=own device=laptop user_agent=Outlook
`

// actors are those of events after the office's, each with the operations that
// are its acts, and what links them.
func actors(t *testing.T, settings, events string) (found []string, all *actor.Attribution) {
	t.Helper()
	a := &analysis.Analyzer{
		Name: "probe", Title: "Probe", Version: 1, Doc: doc, Key: []string{analysis.KeyUser}, Needs: []analysis.Need{actor.Actors},
		Acts: func(p *analysis.Pass) (*analysis.Finding, error) {
			all = actor.Actors.Of(p)
			for _, who := range all.Actors {
				var tiers []string
				for _, l := range who.Links {
					tiers = append(tiers, string(l.Tier))
				}
				acts := make([]string, len(who.Rows))
				for i, row := range who.Rows {
					acts[i] = p.Timeline.Text(timeline.ColOperation, row)
				}
				found = append(found, fmt.Sprintf("%s: %s (%s)", strings.Join(who.Mailboxes, " "), strings.Join(acts, " "), strings.Join(tiers, " ")))
			}
			return &analysis.Finding{}, nil
		},
	}
	if settings != "" {
		settings = "-- settings --\n" + settings
	}
	analysistest.Find(t, []*analysis.Analyzer{attack, a}, "probe", settings+office+events)
	return found, all
}

func TestLinks(t *testing.T) {
	for name, c := range map[string]struct {
		settings, events string
		want             []string
	}{
		"a session that an address joins reaches on from its last record": {
			events: `
2026-05-10T20:00:00Z Send ip=154.160.1.117 session=s2
2026-05-11T02:00:00Z Attack ip=154.160.1.117 session=s1
2026-05-15T09:00:00Z Send ip=154.160.1.117 session=s2
2026-05-15T20:00:00Z HardDelete ip=154.160.1.117 session=s3`,
			want: []string{"willem@example.com: Send Attack Send HardDelete (T2 T2)"},
		},
		"a session holds what was done in it, from any address": {
			events: `
2026-05-11T02:00:00Z Attack ip=154.160.1.117 session=s1
2026-05-11T09:00:00Z Send ip=89.238.130.42 session=s1`,
			want: []string{"willem@example.com: Attack Send (T1)"},
		},
		"of a stolen session the owner keeps what comes from home": {
			events: `
2026-05-11T07:00:00Z UserLoggedIn outcome=success ip=81.2.69.160 session=stolen
2026-05-11T08:00:00Z Attack ip=154.160.1.117 session=stolen
2026-05-11T09:00:00Z Send ip=81.2.69.160 session=stolen
2026-05-11T10:00:00Z SoftDelete ip=154.160.1.117 session=stolen`,
			want: []string{"willem@example.com: Attack SoftDelete ()"},
		},
		"an address is the actor's for a day": {
			events: `
2026-05-11T02:00:00Z Attack ip=154.160.1.117 session=s1
2026-05-11T20:00:00Z Send ip=154.160.1.117 session=s2
2026-05-19T20:00:00Z Send ip=154.160.1.117 session=s3`,
			want: []string{"willem@example.com: Attack Send (T2)"},
		},
		"a device that came with the actor is the actor's": {
			events: `
2026-05-11T02:00:00Z Attack ip=154.160.1.117 session=s1 device=kit
2026-05-19T20:00:00Z UserLoggedIn outcome=success ip=89.238.130.42 session=s2 device=kit
2026-05-19T20:05:00Z Send ip=89.238.130.42 session=s2`,
			want: []string{"willem@example.com: Attack UserLoggedIn Send (T1)"},
		},
		"the owner's laptop on a journey is not": {
			events: `
2026-05-11T02:00:00Z Attack ip=154.160.1.117 session=s1
2026-05-19T20:00:00Z UserLoggedIn outcome=success ip=89.238.130.42 session=s2 device=laptop`,
			want: []string{"willem@example.com: Attack ()"},
		},
		"another account at the address is the actor's too": {
			events: `
2026-05-11T02:00:00Z Attack ip=154.160.1.117 session=s1
2026-05-11T03:00:00Z Send user=anna@example.com mailbox=anna@example.com ip=154.160.1.117 session=s2`,
			want: []string{"anna@example.com willem@example.com: Attack Send (T3)"},
		},
		"two who share nothing are two": {
			events: `
2026-05-04T02:00:00Z Attack ip=154.160.1.117 session=s1 user_agent=Firefox
2026-05-18T02:00:00Z Attack ip=89.238.130.42 session=s2 user_agent=Chrome`,
			want: []string{"willem@example.com: Attack ()", "willem@example.com: Attack ()"},
		},
		"two within days are one until they are told apart": {
			events: `
2026-05-11T02:00:00Z Attack ip=154.160.1.117 session=s1 user_agent=Firefox
2026-05-12T02:00:00Z Attack ip=89.238.130.42 session=s2 user_agent=Chrome`,
			want: []string{"willem@example.com: Attack Attack (T3)"},
		},
		"a cleared address founds nobody": {
			settings: "known_good: {ips: [154.160.1.117]}\n", events: `
2026-05-11T02:00:00Z Attack ip=154.160.1.117 session=s1`,
		},
		"the examiner's pivot founds an actor at home": {
			settings: "pivots: [{session: own}]\n",
			want:     []string{"willem@example.com:" + strings.Repeat(" UserLoggedIn", 30) + " ()"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := actors(t, c.settings, strings.TrimPrefix(c.events, "\n")+"\n")
			if !slices.Equal(got, c.want) {
				t.Errorf("actors %q, want %q", got, c.want)
			}
		})
	}
}

// The score is the sum of what the sheet lists.
func TestScoreAddsUp(t *testing.T) {
	_, all := actors(t, "", `2026-05-11T02:00:00Z Attack ip=154.160.1.117 session=s1
2026-05-11T02:10:00Z Attack ip=154.160.1.117 session=s1
2026-05-11T02:20:00Z Send ip=154.160.1.117 session=s1 subject="New bank details"
2026-05-11T02:30:00Z SoftDelete ip=154.160.1.117 session=s1
`)
	who := all.Actors[0]
	sum := 0.0
	for _, r := range who.Reasons {
		sum += r.Points
		if r.Text == "" || len(r.Origins) == 0 {
			t.Errorf("a reason of %g points says %q and cites %d records", r.Points, r.Text, len(r.Origins))
		}
	}
	for _, e := range who.Explanations {
		sum += e.Points
	}
	if math.Abs(sum-who.Score) > 0.05 || who.Band != actor.BandAct {
		t.Errorf("the reasons add up to %g, the score is %g, in band %s", sum, who.Score, who.Band)
	}
}

// The examiner's word on members stands above the links, and is shown as theirs.
func TestMembers(t *testing.T) {
	const events = `2026-05-11T02:00:00Z Attack ip=154.160.1.117 session=s1
2026-05-11T20:00:00Z Send ip=154.160.1.117 session=s2
2026-05-25T20:00:00Z SoftDelete ip=89.238.130.42 session=s3
`
	_, all := actors(t, "", events)
	settings := fmt.Sprintf("members: [{actor: %s, add: [session=s3], remove: [session=s2]}]\n", all.Actors[0].ID)
	got, all := actors(t, settings, events)
	if want := []string{"willem@example.com: Attack SoftDelete (T2 examiner examiner)"}; !slices.Equal(got, want) {
		t.Errorf("actors %q, want %q", got, want)
	}
	if sessions := all.Actors[0].Sessions; !slices.Equal(sessions, []string{"s1", "s3"}) {
		t.Errorf("sessions %q", sessions)
	}
}
