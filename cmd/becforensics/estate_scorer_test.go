package main

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis/analysistest/estate"
)

// TestEstateScorer scores a report that says what is true, and then with an
// innocent user before the actor.
func TestEstateScorer(t *testing.T) {
	e := estate.Named("device-code").Make(estate.Options{Seed: 1})
	r := &estateReport{names: map[string]string{}}
	ids := map[string]string{}
	for i, name := range slices.Sorted(maps.Keys(e.Files)) {
		id := timeline.EvidenceID(uint32(i + 1))
		r.names[id], ids[name] = name, id
	}
	origin := func(p place) string { return fmt.Sprintf("%s:%d", ids[p.file], p.ordinal+1) }
	a := reportedActor{Rank: 1, Band: "act", User: e.Truth.Actors[0].Accounts[0]}
	for _, h := range e.Truth.HostileRecords {
		a.Origins = append(a.Origins, origin(place{h.File, h.Ordinal}))
	}
	for _, p := range groundOf(e.Truth).lures[:1] {
		a.Entry.Origins = append(a.Entry.Origins, origin(p))
	}
	exposure := []reportedMessage{}
	for mailbox, messages := range e.Truth.MessagesAccessed {
		for _, m := range messages {
			exposure = append(exposure, reportedMessage{Mailbox: mailbox, Message: m.IMID, Certainty: "proved"})
		}
	}
	for _, c := range e.Truth.Containment {
		a.Containment = append(a.Containment, struct {
			At, Mailbox string
			Effective   *bool
		}{c.T.Format(time.RFC3339), c.Mailbox, &c.Effective})
	}
	r.Actors, r.Exposure = []reportedActor{a}, &exposure
	s := scoreEstate(t, "true", r, e.Truth)
	for name, got := range map[string]share{"first": s.first, "recall": s.recall, "precision": s.precision, "exposure": s.exposure, "measures": s.measures, "lures": s.lures} {
		if got.whole == 0 || got.part != got.whole {
			t.Errorf("%s of a true report is %v", name, got)
		}
	}
	if s.surplus+s.innocent > 0 {
		t.Errorf("%d messages too many, %d innocent actors", s.surplus, s.innocent)
	}

	r.Actors[0].Rank = 2
	r.Actors = append([]reportedActor{{Rank: 1, Band: "act", Origins: []string{origin(place{r.names["E001"], 0})}}}, r.Actors...)
	if s := scoreEstate(t, "false", r, e.Truth); s.innocent != 1 || s.first.part != 0 || s.precision.part == s.precision.whole {
		t.Errorf("an innocent user first: %d innocent, first %v, precision %v", s.innocent, s.first, s.precision)
	}
}
