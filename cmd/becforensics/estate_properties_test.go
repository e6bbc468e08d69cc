package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"becforensics/timeline/analysis/analysistest/estate"
)

// The properties hold on tenants made up: what is asserted of actors is
// asserted of accusing rows while a report has no actor.

// grades order severities and bands.
var grades = map[string]int{"info": 0, "low": 1, "medium": 2, "high": 3, "critical": 4, "listed": 1, "review": 2, "act": 3}

// against is the gravest that is held against each account or mailbox: the
// band of an actor, or the severity of a row.
func (r *estateReport) against() map[string]int {
	worst := map[string]int{}
	hold := func(grade string, accounts ...string) {
		for _, a := range accounts {
			if a = strings.ToLower(a); a != "" {
				worst[a] = max(worst[a], grades[grade])
			}
		}
	}
	for _, a := range r.Actors {
		hold(a.Band, append(a.Mailboxes, a.User)...)
	}
	if len(r.Actors) == 0 {
		for _, f := range r.findings.Findings {
			for _, row := range f.accusing() {
				hold(row.Severity, row.User, row.Mailbox)
			}
		}
	}
	return worst
}

// accusation is the gravest that rests on an actor's own records: the band of
// the actor that the program found for it, or the severity of a row.
func (r *estateReport) accusation(t *testing.T, g *ground, name string) int {
	t.Helper()
	worst := 0
	for _, a := range r.Actors {
		if g.whose(r.places(t, a.Origins)) == name {
			worst = max(worst, grades[a.Band])
		}
	}
	if len(r.Actors) > 0 {
		return worst
	}
	for _, f := range r.findings.Findings {
		for _, row := range f.accusing() {
			for _, p := range r.places(t, row.Origins) {
				if h := g.role[p]; h.Role == "actor" && h.Actor == name {
					worst = max(worst, grades[row.Severity])
				}
			}
		}
	}
	return worst
}

// rank is how many others stand before a true actor: found actors, or accounts
// with graver rows.
func (r *estateReport) rank(t *testing.T, g *ground, actor estate.Actor) int {
	t.Helper()
	for _, a := range r.Actors {
		if g.whose(r.places(t, a.Origins)) == actor.Name {
			return a.Rank
		}
	}
	if len(r.Actors) > 0 {
		return len(r.Actors) + 1
	}
	all, own := r.against(), 0
	for _, mailbox := range actor.Mailboxes {
		own = max(own, all[strings.ToLower(mailbox)])
	}
	before := 0
	for _, grade := range all {
		if grade > own {
			before++
		}
	}
	return before + 1
}

// made runs the program over a tenant.
func made(t *testing.T, scenario string, o estate.Options, args ...string) (*estate.Estate, *estateReport) {
	t.Helper()
	e := estate.Named(scenario).Make(o)
	return e, analyzeEstate(t, writeEstate(t, e), args...)
}

// A plainRun is a tenant as it is, which several tests compare others with.
type plainRun struct {
	e *estate.Estate
	r *estateReport
}

var plainRuns = map[string]plainRun{}

// plain runs the program over a tenant as it is, once.
func plain(t *testing.T, scenario string, seed uint64) (*estate.Estate, *estateReport) {
	t.Helper()
	key := fmt.Sprint(scenario, " ", seed)
	run, done := plainRuns[key]
	if !done {
		run.e, run.r = made(t, scenario, estate.Options{Seed: seed})
		plainRuns[key] = run
	}
	return run.e, run.r
}

// each runs a property for the seeds asked for and some scenarios.
func each(t *testing.T, scenarios string, property func(t *testing.T, scenario string, seed uint64)) {
	for seed := range *estateSeeds {
		for _, name := range strings.Fields(scenarios) {
			t.Run(fmt.Sprintf("%s %d", name, seed+1), func(t *testing.T) { property(t, name, uint64(seed+1)) })
		}
	}
}

// Days on which the owner uses an intruder's network before the first sign
// raise nothing that is held against the intruder.
func TestEstateUseBeforeNeverRaises(t *testing.T) {
	each(t, "home-country relayed-sign-in slow-spray", func(t *testing.T, scenario string, seed uint64) {
		e, r := plain(t, scenario, seed)
		for _, days := range []int{3, 12} {
			used, now := made(t, scenario, estate.Options{Seed: seed, Vouched: days})
			for _, a := range e.Truth.Actors {
				before, after := r.accusation(t, groundOf(e.Truth), a.Name), now.accusation(t, groundOf(used.Truth), a.Name)
				if after > before {
					t.Errorf("%d days of use raise %s from %d to %d", days, a.Name, before, after)
				}
			}
			e, r = used, now
		}
	})
}

// Further users raise nothing against those who were there.
func TestEstateFurtherUsersRaiseNobody(t *testing.T) {
	each(t, "spray-imap home-country two-intruders clean-2025", func(t *testing.T, scenario string, seed uint64) {
		_, r := plain(t, scenario, seed)
		_, more := made(t, scenario, estate.Options{Seed: seed, Added: 8})
		before, after := r.against(), more.against()
		for _, account := range slices.Sorted(maps.Keys(after)) {
			if after[account] > before[account] {
				t.Errorf("%s is raised from %d to %d", account, before[account], after[account])
			}
		}
	})
}

// Further ordinary days, before or after, put nobody before a true actor.
func TestEstateFurtherDaysKeepTheRank(t *testing.T) {
	each(t, "spray-imap stolen-cookie device-code", func(t *testing.T, scenario string, seed uint64) {
		e, r := plain(t, scenario, seed)
		for _, o := range []estate.Options{{Seed: seed, Before: 21}, {Seed: seed, After: 21}} {
			longer, later := made(t, scenario, o)
			for i, a := range e.Truth.Actors {
				before, after := r.rank(t, groundOf(e.Truth), a), later.rank(t, groundOf(longer.Truth), longer.Truth.Actors[i])
				if after > before {
					t.Errorf("%d days before and %d after: %s falls from %d to %d", o.Before, o.After, a.Name, before, after)
				}
			}
		}
	})
}

// An address that the examiner cleared carries nothing.
func TestEstateClearedAddressCarriesNothing(t *testing.T) {
	each(t, "spray-imap relayed-sign-in two-intruders", func(t *testing.T, scenario string, seed uint64) {
		e, r := plain(t, scenario, seed)
		var good []string
		for _, a := range e.Truth.Actors {
			for _, ip := range a.IPs {
				good = append(good, ip.IP)
			}
		}
		file := filepath.Join(t.TempDir(), "case.yaml")
		if err := os.WriteFile(file, []byte("known_good: {ips: ["+strings.Join(good, ", ")+"]}\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		_, cleared := made(t, scenario, estate.Options{Seed: seed}, "--case", file)
		g := groundOf(e.Truth)
		if n := len(r.resting(t, g, good)); n == 0 {
			t.Errorf("nothing rests on %v to begin with", good)
		}
		for _, what := range cleared.resting(t, g, good) {
			t.Errorf("%s still rests on %v", what, good)
		}
	})
}

// written are the kinds of hostile records that speak for themselves, whatever
// the address they came from.
const written = "rule rule_snapshot send fraud_mail"

// resting names the accusing rows, and the actors beyond the band listed, that
// have addresses and have none but these. Rows on what was written are left out.
func (r *estateReport) resting(t *testing.T, g *ground, good []string) []string {
	t.Helper()
	only := func(ips []string) bool {
		return len(ips) > 0 && !slices.ContainsFunc(ips, func(ip string) bool { return !slices.Contains(good, ip) })
	}
	var found []string
	for _, f := range r.findings.Findings {
		for _, row := range f.accusing() {
			speaks := slices.ContainsFunc(r.places(t, row.Origins), func(p place) bool { return slices.Contains(strings.Fields(written), g.role[p].Kind) })
			if only(row.IPs) && !speaks {
				found = append(found, f.Analysis+" "+row.Severity+" "+strings.Join(row.Origins, " "))
			}
		}
	}
	for _, a := range r.Actors {
		if a.Band != "listed" && only(a.IPs) {
			found = append(found, "actor "+a.ID)
		}
	}
	return found
}

// The cut of the exports into files changes nothing but the citations.
func TestEstateCutChangesNothing(t *testing.T) {
	each(t, "forward-fraud device-code clean-2018", func(t *testing.T, scenario string, seed uint64) {
		whole, r := plain(t, scenario, seed)
		cut, parts := made(t, scenario, estate.Options{Seed: seed, Parts: 3})
		want, got := r.told(t, whole), parts.told(t, cut)
		for _, line := range want {
			if !slices.Contains(got, line) {
				t.Errorf("whole: %s", line)
			}
		}
		for _, line := range got {
			if !slices.Contains(want, line) {
				t.Errorf("cut: %s", line)
			}
		}
	})
}

// told are the accusing rows and the actors, with the numbers of their records
// in the tenant in place of their origins.
func (r *estateReport) told(t *testing.T, e *estate.Estate) []string {
	t.Helper()
	records := func(origins []string) []int {
		var numbers []int
		for _, p := range r.places(t, origins) {
			numbers = append(numbers, e.Record(p.file, p.ordinal))
		}
		slices.Sort(numbers)
		return numbers
	}
	var lines []string
	for _, f := range r.findings.Findings {
		for _, row := range f.accusing() {
			lines = append(lines, fmt.Sprintln(f.Analysis, row.Severity, row.User, row.Mailbox, row.IPs, records(row.Origins)))
		}
	}
	for _, a := range r.Actors {
		lines = append(lines, fmt.Sprintln("actor", a.Rank, a.Score, a.Band, a.User, a.Mailboxes, len(a.Acts), records(a.Origins)))
	}
	slices.Sort(lines)
	return lines
}

// The order in which files are named and the number of processors change no
// byte.
func TestEstateOrderOfFilesChangesNothing(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	each(t, "spray-imap device-code", func(t *testing.T, scenario string, seed uint64) {
		dir := writeEstate(t, estate.Named(scenario).Make(estate.Options{Seed: seed}))
		files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
		if err != nil {
			t.Fatal(err)
		}
		var first []byte
		for _, processors := range []int{1, 8} {
			runtime.GOMAXPROCS(processors)
			slices.Reverse(files)
			out := filepath.Join(t.TempDir(), "findings.json")
			if _, stderr, code := command(t, append([]string{"analyze", "--json", out}, files...)...); code != exitDone {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			text, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = text
			}
			if string(text) != string(first) {
				t.Errorf("%d processors: %s", processors, differences(string(first), string(text), 10))
			}
		}
	})
}
