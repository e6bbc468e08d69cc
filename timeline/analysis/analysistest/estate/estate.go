// Package estate makes up tenants of Microsoft 365 for tests: what their users
// do on ordinary days, what an intruder does among it, the exports that an
// examiner would receive of both, and the truth of what happened. A tenant is
// made from a seed, the same bytes each time, and is small: some thousand
// records.
//
// The package knows nothing of the analyses, nor of how exports are decoded:
// it writes what the products write. It is used by tests alone.
package estate

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
)

// An Era is what a tenant of its time exports.
type Era int

// The eras.
const (
	// Activities is 2018: Outlook Activities, a message trace and rules.
	Activities Era = iota
	// Audit is 2025: the unified audit log as searched, sign-ins, the
	// directory's audit, a message trace and rules.
	Audit
	// Graph is 2026: as Audit with the log of the Management API, and the
	// Graph activity log.
	Graph
)

// A Scenario is what happens in a tenant beside its ordinary days.
type Scenario struct {
	Name string
	// Doc says in a sentence what happens.
	Doc   string
	Era   Era
	Users int // of the tenant, unless Options add some
	Days  int // of ordinary work, from a Monday on

	before func(*tenant) // what ordinary days depend on; may be nil
	tell   func(*tenant)
}

// Options vary an estate without touching what else happens in it.
type Options struct {
	Seed uint64
	// Added users who write to nobody of the others.
	Added int
	// Before and After are further days of ordinary work.
	Before, After int
	// Vouched is on how many days before an intruder comes the owner uses
	// the intruder's network.
	Vouched int
	// Parts is into how many files each export is cut; 0 and 1 leave it whole.
	Parts int
	// Without names the families of sources that were not collected.
	Without []string
}

// An Estate is a tenant's exports and what happened in it.
type Estate struct {
	Name string
	// Files are the exports, by their path.
	Files map[string][]byte
	Truth *Truth

	places map[string][]int // of a file, the number of each record in the tenant
}

// Record is the number that a record has in the tenant, however its export is
// cut into files.
func (e *Estate) Record(file string, ordinal int) int { return e.places[file][ordinal] }

// Make makes the tenant of a scenario.
func (s *Scenario) Make(o Options) *Estate {
	t := newTenant(s, o)
	if s.before != nil {
		s.before(t)
	}
	t.ordinary()
	s.tell(t)
	return t.estate()
}

// Named is the scenario of a name, or nil.
func Named(name string) *Scenario {
	for _, s := range Scenarios {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// draw is a source of chance of its own for each use, so that what is added to
// a tenant changes nothing else in it.
func (t *tenant) draw(keys ...any) *rand.Rand {
	sum := sha256.Sum256(fmt.Appendln(nil, append([]any{t.options.Seed, t.scenario.Name}, keys...)...))
	return rand.New(rand.NewPCG(binary.LittleEndian.Uint64(sum[:]), binary.LittleEndian.Uint64(sum[8:])))
}

var (
	//go:embed lines.csv
	linesCSV []byte
	//go:embed clients.csv
	clientsCSV []byte
	//go:embed names.txt
	namesText string
	//go:embed subjects.txt
	subjectsText string
)

var (
	networks = sync.OnceValue(func() map[string]map[string]string { return table(linesCSV) })
	programs = sync.OnceValue(func() map[string]map[string]string { return table(clientsCSV) })
	names    = sync.OnceValue(func() [][]string {
		var words [][]string
		for text := range strings.Lines(namesText) {
			words = append(words, strings.Fields(text))
		}
		return words
	})
	subjects = sync.OnceValue(func() []string { return strings.Split(strings.TrimSpace(subjectsText), "\n") })
)

// table reads a CSV whose first column names the row.
func table(text []byte) map[string]map[string]string {
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		panic(err) // the tables are part of the package
	}
	all := map[string]map[string]string{}
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for i, name := range rows[0] {
			cells[name] = row[i]
		}
		all[row[0]] = cells
	}
	return all
}
