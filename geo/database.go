package geo

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"
)

// A Database is one that the examiner hands in, as the bytes that were hashed.
type Database struct {
	ID, Name string // D001 and the file's name
	Bytes    []byte // of an .mmdb file; must not change while in use
}

// Info is what a report says of a database or table.
type Info struct {
	Name      string // its id and name, or what is shipped
	SHA256    string
	Type      string    // database_type of an .mmdb file
	Built     string    // date of its data, as 2006-01-02
	BuildTime time.Time // the same to the second, zero for a table
	Failed    int       // addresses whose record could not be read; counting stops at 10,000
	Remark    string    // ready to follow the date: licence, damage
}

// StaleAfter is how far an event may lie from the date of a database before
// its answer should be shown with a warning: blocks change hands, and half a
// year is about as long as they stay with one holder without notice.
const StaleAfter = 180 * 24 * time.Hour

// Damaged says that some records of the database could not be read.
func (i Info) Damaged() bool { return i.Failed > 0 }

// maxFailures bounds the count of addresses that a damaged database failed on.
const maxFailures = 10_000

// A source is an open database.
type source struct {
	info        *Info
	reader      *maxminddb.Reader
	proxiesOnly bool // every record of it marks a proxy

	mu     sync.Mutex
	failed map[netip.Addr]bool
}

//go:embed data/country.mmdb
var countryDB []byte

//go:embed data/asn.mmdb
var asnDB []byte

//go:embed data/registrant_types.csv
var registrantTypes []byte

// open opens a database and refuses one that cannot answer what is asked.
func open(name string, data []byte) (*source, error) {
	if !bytes.Contains(data, []byte("\xab\xcd\xefMaxMind.com")) {
		if strings.HasSuffix(strings.ToLower(name), ".bin") {
			return nil, fmt.Errorf("open geo database %q: this is the BIN edition; use the MMDB edition", name)
		}
		return nil, fmt.Errorf("open geo database %q: no MaxMind DB metadata; use the MMDB edition", name)
	}
	reader, err := openBytes(data)
	if err != nil {
		return nil, fmt.Errorf("open geo database %q: %w", name, err)
	}
	kind := reader.Metadata.DatabaseType
	words := strings.FieldsFunc(strings.ToLower(kind), func(r rune) bool { return r < 'a' || 'z' < r })
	for _, row := range mustRead("registrant_types.csv", registrantTypes, "word", "holds", "source", "as_of") {
		for _, w := range words {
			if w == row[0] {
				return nil, fmt.Errorf("open geo database %q: type %q holds %s, not where an address is or what its network is", name, kind, row[1])
			}
		}
	}
	built := time.Unix(int64(min(reader.Metadata.BuildEpoch, 1<<40)), 0).UTC()
	return &source{
		info:        &Info{Name: name, Type: kind, Built: built.Format(time.DateOnly), BuildTime: built},
		reader:      reader,
		proxiesOnly: strings.HasSuffix(kind, "Residential-Proxy"),
		failed:      map[netip.Addr]bool{},
	}, nil
}

// openBytes opens a database; a crafted one may be refused, but never panics.
func openBytes(data []byte) (reader *maxminddb.Reader, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("damaged: %v", p)
		}
	}()
	return maxminddb.OpenBytes(data)
}

// openUser opens a database of the examiner's.
func openUser(d Database) (*source, error) {
	s, err := open(d.Name, d.Bytes)
	if err != nil {
		return nil, err
	}
	if !s.answers() {
		return nil, fmt.Errorf("open geo database %q: type %q: no record holds a country, a network or a kind of network", d.Name, s.info.Type)
	}
	s.info.Name = strings.TrimSpace(d.ID + " " + d.Name)
	s.info.SHA256 = fmt.Sprintf("%x", sha256.Sum256(d.Bytes))
	return s, nil
}

// Bounds on the search for a record that answers. Databases that flag networks
// have empty records between, but not thousands on end; a crafted tree can have
// more empty branches than can be walked in a lifetime.
const (
	maxProbe    = 4096
	maxBranches = 1 << 18
)

// answers says whether the first records of the database hold anything that
// is read here. A database that is too damaged to walk is not refused: its
// failures are counted when it is asked.
func (s *source) answers() (ok bool) {
	defer func() {
		if recover() != nil {
			ok = true
		}
	}()
	tried, branches := 0, 0
	// Branches without data and aliases are walked too, since the reader does
	// not return from one it passes over, however many there are.
	for result := range s.reader.Networks(maxminddb.IncludeNetworksWithoutData(), maxminddb.IncludeAliasedNetworks()) {
		if branches++; branches == maxBranches {
			break
		}
		if result.Err() == nil && !result.Found() {
			continue
		}
		var r record
		if err := result.Decode(&r); err != nil || s.answerOf(&r) != (answer{}) {
			return true
		}
		if tried++; tried == maxProbe {
			break
		}
	}
	return tried == 0 || strings.Contains(s.info.Type, "Anonymous")
}

// lookup is the database's answer for a canonical address and the network it
// was given for. An unreadable record is counted and is no answer.
func (s *source) lookup(a netip.Addr) (found answer, network netip.Prefix, ok bool) {
	if a.Is6() && s.reader.Metadata.IPVersion == 4 {
		return found, network, false
	}
	defer func() {
		if recover() != nil {
			s.fail(a)
			found, network, ok = answer{}, netip.Prefix{}, false
		}
	}()
	result := s.reader.Lookup(a)
	var r record
	if err := result.Decode(&r); err != nil {
		s.fail(a)
		return found, network, false
	}
	if !result.Found() {
		return found, network, false
	}
	return s.answerOf(&r), result.Prefix(), true
}

func (s *source) answerOf(r *record) answer {
	a := r.answer()
	if s.proxiesOnly && a.kind == "" {
		a.kind = Proxy
	}
	return a
}

func (s *source) fail(a netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.failed) < maxFailures {
		s.failed[a] = true
	}
}

// report is the source's Info with what has failed so far.
func (s *source) report() Info {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := *s.info
	i.Failed = len(s.failed)
	if i.Failed > 0 {
		i.Remark += fmt.Sprintf("; damaged: the records of %d addresses could not be read", i.Failed)
	}
	return i
}
