package main

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"becforensics/timeline/analysis/analysistest/estate"
)

var estateSeeds = flag.Int("estate.seeds", 1, "how many tenants of each scenario are made up")

// A share is a part of a whole.
type share struct{ part, whole int }

func (s share) String() string {
	if s.whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d", s.part, s.whole)
}

func (s *share) add(o share) { s.part, s.whole = s.part+o.part, s.whole+o.whole }

// least reports whether the share is at least so much of a hundred.
func (s share) least(percent int) bool { return 100*s.part >= percent*s.whole }

// An estateScore compares what the program says of an estate with the truth.
type estateScore struct {
	name string
	// found says of each true actor where it stands and in which band.
	found []string
	// first counts the true actors who rank before all innocent ones.
	first share
	// recall is the hostile records among the actors' origins, precision the
	// origins that are hostile; of actors in the bands act and review.
	recall, precision share
	// rows is the hostile acts under any accusing row.
	rows share
	// low and medium count accusing rows that rest on nothing hostile, medium
	// those of medium and above.
	low, medium int
	// wrong counts these rows by analysis and severity, missed the hostile
	// acts under no row and those in no actor's origins, by kind.
	wrong, missed, untold map[string]int
	// innocent counts actors in band act who are no true actor.
	innocent int
	// exposure compares messages proved accessed: those of the truth that are
	// told, and those told that are not in the truth.
	exposure share
	surplus  int
	absent   bool // no exposure is written
	// measures are containment verdicts that agree, lures lures named.
	measures, lures share
	took            time.Duration
}

// A ground is the truth arranged for scoring.
type ground struct {
	truth   *estate.Truth
	role    map[place]estate.Hostile
	doors   map[place]bool
	lures   []place
	accused map[string]map[place]bool // an actor's records, by name
}

func groundOf(truth *estate.Truth) *ground {
	g := &ground{truth: truth, role: map[place]estate.Hostile{}, doors: map[place]bool{}, accused: map[string]map[place]bool{}}
	for _, h := range truth.HostileRecords {
		p := place{h.File, h.Ordinal}
		g.role[p] = h
		if g.accused[h.Actor] == nil {
			g.accused[h.Actor] = map[place]bool{}
		}
		g.accused[h.Actor][p] = true
	}
	for _, d := range truth.Doors {
		for _, p := range refPlaces(d.Refs) {
			g.doors[p] = true
		}
	}
	for _, f := range truth.FraudMessages {
		if f.Kind == "phish" {
			g.lures = append(g.lures, refPlaces(f.Refs)...)
		}
	}
	return g
}

// owed reports whether a record belongs into an actor's origins: effects,
// lures and copies may stand there and need not.
func owed(h estate.Hostile) bool {
	return !h.Dup && h.Role != "effect" && h.Kind != "phish" && h.Kind != "delivered"
}

// whose is the true actor to whom at least half of the records belong, the
// most of them; empty if there is no such actor.
func (g *ground) whose(places []place) string {
	best, most := "", 0
	for _, a := range g.truth.Actors {
		n := 0
		for _, p := range places {
			if g.accused[a.Name][p] {
				n++
			}
		}
		if 2*n >= len(places) && n > most {
			best, most = a.Name, n
		}
	}
	return best
}

// scoreEstate scores a report.
func scoreEstate(t *testing.T, name string, r *estateReport, truth *estate.Truth) *estateScore {
	t.Helper()
	g := groundOf(truth)
	s := &estateScore{name: name, took: r.took, wrong: map[string]int{}, missed: map[string]int{}, untold: map[string]int{}}
	s.scoreRows(t, r, g)
	s.scoreActors(t, r, g)
	s.scoreExposure(r, truth)
	return s
}

func (s *estateScore) scoreRows(t *testing.T, r *estateReport, g *ground) {
	cited := map[place]bool{}
	for _, f := range r.findings.Findings {
		for _, row := range f.accusing() {
			hostile := false
			for _, p := range r.places(t, row.Origins) {
				cited[p] = true
				if _, known := g.role[p]; known || g.doors[p] {
					hostile = true
				}
			}
			if hostile {
				continue
			}
			s.wrong[f.Analysis+" "+row.Severity]++
			if row.Severity == "low" {
				s.low++
			} else {
				s.medium++
			}
		}
	}
	for p, h := range g.role {
		if h.Role == "actor" && !h.Dup {
			s.rows.whole++
			if cited[p] {
				s.rows.part++
			} else {
				s.missed[h.Kind]++
			}
		}
	}
}

func (s *estateScore) scoreActors(t *testing.T, r *estateReport, g *ground) {
	told := map[place]bool{}
	owners := make([]string, len(r.Actors))
	firstInnocent := len(r.Actors) + 1
	for i, a := range r.Actors {
		places := r.places(t, a.Origins)
		owners[i] = g.whose(places)
		if owners[i] == "" {
			firstInnocent = min(firstInnocent, a.Rank)
			if a.Band == "act" {
				s.innocent++
			}
		}
		if a.Band != "listed" {
			for _, p := range places {
				told[p] = true
			}
		}
	}
	for p := range told {
		s.precision.whole++
		if _, hostile := g.role[p]; hostile {
			s.precision.part++
		}
	}
	for p, h := range g.role {
		if owed(h) {
			s.recall.whole++
			if told[p] {
				s.recall.part++
			} else {
				s.untold[h.Kind]++
			}
		}
	}
	for _, actor := range g.truth.Actors {
		s.first.whole++
		i := slices.Index(owners, actor.Name)
		if i < 0 {
			s.found = append(s.found, actor.Name+" absent")
			continue
		}
		s.found = append(s.found, fmt.Sprintf("%s %d %s", actor.Name, r.Actors[i].Rank, r.Actors[i].Band))
		if r.Actors[i].Rank < firstInnocent {
			s.first.part++
		}
	}
	if len(g.lures) > 0 {
		s.lures = share{0, 1}
		if slices.ContainsFunc(r.Actors, func(a reportedActor) bool { return anyOf(r.places(t, a.Entry.Origins), g.lures) }) {
			s.lures.part = 1
		}
	}
	s.scoreMeasures(r, g.truth)
}

// together is how far apart acts of one measure may lie.
const together = 15 * time.Minute

func (s *estateScore) scoreMeasures(r *estateReport, truth *estate.Truth) {
	for _, c := range truth.Containment {
		s.measures.whole++
		agrees := false
		for _, a := range r.Actors {
			for _, told := range a.Containment {
				if sameMailbox(told.Mailbox, c.Mailbox) && at(told.At).Sub(c.T).Abs() <= together && told.Effective != nil {
					agrees = *told.Effective == c.Effective
				}
			}
		}
		if agrees {
			s.measures.part++
		}
	}
}

func (s *estateScore) scoreExposure(r *estateReport, truth *estate.Truth) {
	want := map[[2]string]bool{}
	for mailbox, messages := range truth.MessagesAccessed {
		for _, m := range messages {
			want[[2]string{strings.ToLower(mailbox), m.IMID}] = true
		}
	}
	s.exposure.whole = len(want)
	if r.Exposure == nil {
		s.absent = true
		return
	}
	told := map[[2]string]bool{}
	for _, m := range *r.Exposure {
		if m.Certainty == "proved" {
			told[[2]string{strings.ToLower(m.Mailbox), m.Message}] = true
		}
	}
	for m := range told {
		if want[m] {
			s.exposure.part++
		} else {
			s.surplus++
		}
	}
}

// exposureText is the exposure's cell of the table.
func (s *estateScore) exposureText() string {
	if s.absent {
		return "absent"
	}
	return fmt.Sprintf("%v +%d", s.exposure, s.surplus)
}

// sum adds up the scores of several estates.
func sum(name string, scores []*estateScore) *estateScore {
	all := &estateScore{name: name}
	for _, s := range scores {
		all.first.add(s.first)
		all.recall.add(s.recall)
		all.precision.add(s.precision)
		all.rows.add(s.rows)
		all.exposure.add(s.exposure)
		all.measures.add(s.measures)
		all.lures.add(s.lures)
		all.low, all.medium, all.innocent, all.surplus = all.low+s.low, all.medium+s.medium, all.innocent+s.innocent, all.surplus+s.surplus
		all.absent = all.absent || s.absent
		all.took += s.took
	}
	return all
}

// scoreTable lays scores out, the sum last.
func scoreTable(scores []*estateScore) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "ESTATE\tTRUE ACTORS\tFIRST\tRECALL\tPRECISION\tUNDER ROWS\tINNOCENT LOW\tMEDIUM+\tINNOCENT ACT\tEXPOSURE\tCONTAINMENT\tLURE\tTIME")
	for _, s := range append(slices.Clone(scores), sum("all", scores)) {
		fmt.Fprintf(w, "%s\t%s\t%v\t%v\t%v\t%v\t%d\t%d\t%d\t%s\t%v\t%v\t%.1f s\n", s.name, strings.Join(s.found, ", "), s.first, s.recall, s.precision, s.rows,
			s.low, s.medium, s.innocent, s.exposureText(), s.measures, s.lures, s.took.Seconds())
	}
	w.Flush()
	return b.String()
}

// shortfalls says of each score what is wrong, under no row, or told of no
// actor.
func shortfalls(scores []*estateScore) string {
	var b strings.Builder
	for _, s := range scores {
		parts := []string{s.name}
		for _, of := range []struct {
			what  string
			count map[string]int
		}{{"innocent rows", s.wrong}, {"under no row", s.missed}, {"in no actor", s.untold}} {
			var counts []string
			for _, name := range slices.Sorted(maps.Keys(of.count)) {
				counts = append(counts, fmt.Sprintf("%d %s", of.count[name], name))
			}
			if len(counts) > 0 {
				parts = append(parts, of.what+": "+strings.Join(counts, ", "))
			}
		}
		fmt.Fprintln(&b, strings.Join(parts, "\n    "))
	}
	return b.String()
}

// TestEstates scores the program on estates made up and on the simulated
// cases, and prints the table with -v.
func TestEstates(t *testing.T) {
	var scores []*estateScore
	score := func(name string, r *estateReport, truth *estate.Truth) *estateScore {
		s := scoreEstate(t, name, r, truth)
		scores = append(scores, s)
		return s
	}
	var clean, attacked []*estateScore
	for seed := range *estateSeeds {
		for _, scenario := range estate.Scenarios {
			e, r := plain(t, scenario.Name, uint64(seed+1))
			s := score(fmt.Sprintf("%s %d", scenario.Name, seed+1), r, e.Truth)
			if s.first.whole > 0 {
				attacked = append(attacked, s)
			} else {
				clean = append(clean, s)
			}
		}
	}
	for _, c := range sharedCases(t) {
		score("simulated "+c.name, analyzeEstate(t, c.evidence), c.truth)
	}
	t.Logf("\n%s\n%s", scoreTable(scores), shortfalls(scores))
	found := sum("", attacked)
	for _, floor := range []struct {
		what    string
		reached share
		least   int
	}{
		{"hostile acts under accusing rows", found.rows, rowsFloor},
		{"true actors before all innocent ones", found.first, firstFloor},
		{"records of actors that are hostile", found.precision, precisionFloor},
	} {
		if !floor.reached.least(floor.least) {
			t.Errorf("%s: %v, less than %d %%", floor.what, floor.reached, floor.least)
		}
	}
	if quiet := sum("", clean); quiet.innocent > 0 {
		t.Errorf("%d actors in band act where nothing happened", quiet.innocent)
	}
}

// What the estates made up reach at least, of a hundred.
const (
	rowsFloor      = 75
	firstFloor     = 80
	precisionFloor = 95
)
