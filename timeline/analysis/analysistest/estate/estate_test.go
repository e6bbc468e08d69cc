package estate

import (
	"bytes"
	"maps"
	"slices"
	"testing"
)

// An estate is the same each time, small, and its truth cites what is there.
func TestEstates(t *testing.T) {
	for _, s := range Scenarios {
		t.Run(s.Name, func(t *testing.T) {
			e, again := s.Make(Options{Seed: 1}), s.Make(Options{Seed: 1})
			if !maps.EqualFunc(e.Files, again.Files, bytes.Equal) {
				t.Error("two runs differ")
			}
			if other := s.Make(Options{Seed: 2}); maps.EqualFunc(e.Files, other.Files, bytes.Equal) {
				t.Error("two seeds give the same")
			}
			records, of := 0, map[string]int{}
			for _, f := range e.Truth.Files {
				records += f.Records
				of[f.Path] = f.Records
			}
			if records < 1000 || records > 12000 {
				t.Errorf("%d records", records)
			}
			if clean := e.Truth.Actors == nil; clean != (len(e.Truth.HostileRecords) == 0) || clean == e.Truth.Compromised {
				t.Errorf("%d actors with %d records", len(e.Truth.Actors), len(e.Truth.HostileRecords))
			}
			acts := 0
			for _, h := range e.Truth.HostileRecords {
				if h.Ordinal >= of[h.File] {
					t.Errorf("%s has no record %d", h.File, h.Ordinal)
				}
				if h.Role == "actor" {
					acts++
				}
			}
			for _, a := range e.Truth.Actors {
				if a.Records == 0 || len(a.Mailboxes) == 0 || len(a.IPs) == 0 {
					t.Errorf("%s has %d records, mailboxes %v, addresses %v", a.Name, a.Records, a.Mailboxes, a.IPs)
				}
				acts -= a.Records
			}
			if acts != 0 {
				t.Errorf("%d acts belong to no actor", acts)
			}
			t.Logf("%d records, %d hostile, %d files", records, len(e.Truth.HostileRecords), len(e.Files))
		})
	}
}

// TestPartsHoldTheSame cuts the exports of an estate.
func TestPartsHoldTheSame(t *testing.T) {
	whole := Named("device-code").Make(Options{Seed: 3})
	cut := Named("device-code").Make(Options{Seed: 3, Parts: 3})
	numbers := func(e *Estate) []int {
		var all []int
		for file, records := range e.places {
			for i := range records {
				all = append(all, e.Record(file, i))
			}
		}
		slices.Sort(all)
		return all
	}
	if !slices.Equal(numbers(whole), numbers(cut)) {
		t.Error("the parts hold other records")
	}
	if len(cut.Files) <= len(whole.Files) {
		t.Errorf("%d files of %d", len(cut.Files), len(whole.Files))
	}
}

// TestAddingLeavesTheRest adds users and days, and finds all records that were
// there before among them.
func TestAddingLeavesTheRest(t *testing.T) {
	base := Named("home-country").Make(Options{Seed: 4})
	for name, o := range map[string]Options{"users": {Seed: 4, Added: 5}, "days": {Seed: 4, After: 7}} {
		more := Named("home-country").Make(o)
		for file, text := range base.Files {
			if file == "InboxRules/MailboxRules.csv" {
				continue // its rows bear the day of the snapshot
			}
			for line := range bytes.Lines(text) {
				if !bytes.Contains(more.Files[file], line) {
					t.Errorf("%s: %s lacks %s", name, file, line)
					break
				}
			}
		}
	}
}
