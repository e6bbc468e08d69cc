// Package geo says where an address is, whose network it is in and what kind
// of network that is, and how far apart two places must be.
//
// A country is the claim of a database at the date it was built, not a fact;
// each answer names the database it came from, and databases that disagree are
// kept as conflicts. The package does not identify persons or households, opens
// no file and no connection, does not resolve names, and does not judge
// whether an address is hostile.
package geo

import (
	_ "embed"
	"net/netip"
	"slices"
	"strconv"
	"sync"
)

// A Place is what is known of an address.
type Place struct {
	// Addr is the address judged: without zone, and the IPv4 address that a
	// mapped, 6to4, NAT64 or Teredo address carries.
	Addr netip.Addr
	// Class is private, loopback, link-local, cgnat, documentation, multicast,
	// reserved or unspecified, and empty for an address that can be routed on
	// the Internet. No database is asked about an address with a class.
	Class string

	Country     string // ISO 3166 alpha-2, or a code that a database uses beside it (XK, EU)
	CountryName string // in English
	// Registered says that the database knows only the country in which the
	// network is registered, not where the address is used.
	Registered bool

	// City, Region and the point come from one database, and only if it does
	// not contradict Country.
	City, Region string
	Lat, Lon     float64 // degrees
	Radius       float64 // km around the point; 0 if the database states none
	HasPoint     bool

	// ASN is the number of the autonomous system that announces the address.
	// 0 on an address without class means that none is known to: take its
	// country with low confidence.
	ASN     uint32
	Network string // the organisation that runs it
	Kind    string // Hosting, VPN, …; empty if not known

	Sources   []Provenance // which database answered country, city, asn and kind
	Conflicts []Provenance // answers that were set aside because they differ
}

// A Provenance says where an answer came from.
type Provenance struct {
	Field   string       // country, city, asn or kind
	Value   string       // the answer
	From    *Info        // the database or the source of the table's row; its Failed is not kept
	Network netip.Prefix // the range it was given for; zero for a row about an autonomous system
}

// DB answers from the embedded databases and those of the examiner. It is safe
// for concurrent use.
type DB struct {
	sources []*source // embedded first; a later one overrides
	tables  *Tables

	mu   sync.RWMutex
	memo map[netip.Addr]Place
}

// maxMemo bounds the answers remembered, some 30 MB: a case holds thousands of
// addresses, a hostile file millions.
const maxMemo = 1 << 16

//go:embed data/countries.csv
var countriesCSV []byte

// countryNames are the English names of the codes, for databases without names.
var countryNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for _, row := range mustRead("countries.csv", countriesCSV, "code", "name", "source", "as_of") {
		names[row[0]] = row[1]
	}
	return names
})

// Open makes a DB of the embedded databases and those of the examiner, which
// override the embedded ones field by field, a later one an earlier one. Nil
// tables stand for those that are shipped. A database that cannot be opened, or
// that holds something else than places and networks, is an error; damage
// inside one is counted and shown by Databases.
func Open(user []Database, tables *Tables) (*DB, error) {
	if tables == nil {
		var err error
		if tables, err = shipped(); err != nil {
			return nil, err
		}
	}
	d := &DB{tables: tables, memo: map[netip.Addr]Place{}}
	for _, e := range []struct {
		file string
		data []byte
	}{{"country.mmdb", countryDB}, {"asn.mmdb", asnDB}} {
		s, err := openEmbedded(e.file, e.data)
		if err != nil {
			return nil, err
		}
		d.sources = append(d.sources, s)
	}
	for _, u := range user {
		s, err := openUser(u)
		if err != nil {
			return nil, err
		}
		d.sources = append(d.sources, s)
	}
	return d, nil
}

// Databases describes what is asked: the embedded databases, the examiner's
// in the order given, the tables of networks. Failures are those so far, so
// ask when all lookups are done.
func (d *DB) Databases() []Info {
	var out []Info
	for _, s := range d.sources {
		out = append(out, s.report())
	}
	for _, i := range d.tables.info {
		out = append(out, *i)
	}
	return out
}

// Lookup says what is known of an address. The zero address gives the zero
// Place. The slices of a Place are shared and must not be changed.
func (d *DB) Lookup(a netip.Addr) Place {
	a = canonical(a)
	if !a.IsValid() {
		return Place{}
	}
	d.mu.RLock()
	p, ok := d.memo[a]
	d.mu.RUnlock()
	if ok {
		return p
	}
	p = d.lookup(a)
	d.mu.Lock()
	if len(d.memo) >= maxMemo {
		clear(d.memo)
	}
	d.memo[a] = p
	d.mu.Unlock()
	return p
}

func (d *DB) lookup(a netip.Addr) Place {
	special := classify(a)
	p := Place{Addr: a, Class: special.class, Kind: special.kind}
	if p.Class != "" {
		return p
	}
	var said []statement // latest database first
	for _, s := range slices.Backward(d.sources) {
		if found, network, ok := s.lookup(a); ok {
			said = append(said, statement{found, s.info, network})
		}
	}
	p.setCountry(said)
	p.setCity(said)
	p.setNetwork(said)
	p.setKind(said, d.tables)
	return p
}

// A statement is one database's answer for the address at hand.
type statement struct {
	answer
	from    *Info
	network netip.Prefix
}

func (s statement) of(field, value string) Provenance {
	return Provenance{field, value, s.from, s.network}
}

func (p *Place) setCountry(said []statement) {
	for _, s := range said {
		switch {
		case s.country == "":
		case p.Country == "":
			p.Country, p.CountryName, p.Registered = s.country, s.countryName, s.registered
			if p.CountryName == "" {
				p.CountryName = countryNames()[s.country]
			}
			p.Sources = append(p.Sources, s.of("country", s.country))
		case s.country != p.Country:
			p.Conflicts = append(p.Conflicts, s.of("country", s.country))
		}
	}
}

func (p *Place) setCity(said []statement) {
	for _, s := range said {
		if s.city == "" && s.region == "" && !s.hasPoint {
			continue
		}
		name := s.city
		if name == "" {
			name = s.region
		}
		if s.country != "" && s.country != p.Country {
			p.Conflicts = append(p.Conflicts, s.of("city", name))
			continue
		}
		p.City, p.Region = s.city, s.region
		p.Lat, p.Lon, p.Radius, p.HasPoint = s.lat, s.lon, s.radius, s.hasPoint
		p.Sources = append(p.Sources, s.of("city", name))
		return
	}
}

func (p *Place) setNetwork(said []statement) {
	for _, s := range said {
		switch {
		case s.asn == 0:
		case p.ASN == 0:
			p.ASN, p.Network = s.asn, s.answer.network
			p.Sources = append(p.Sources, s.of("asn", autonomousSystem(s.asn, s.answer.network)))
		case s.asn != p.ASN:
			p.Conflicts = append(p.Conflicts, s.of("asn", autonomousSystem(s.asn, s.answer.network)))
		}
	}
	for _, s := range said {
		if p.Network == "" && s.answer.network != "" {
			p.Network = s.answer.network
			p.Sources = append(p.Sources, s.of("asn", s.answer.network))
		}
	}
}

func autonomousSystem(n uint32, organisation string) string {
	s := "AS" + strconv.FormatUint(uint64(n), 10)
	if organisation != "" {
		s += " " + organisation
	}
	return s
}

// setKind takes the examiner's databases before the tables, except where they
// only say hosting or anycast: a table's row says which. The network's name
// decides only where all others are silent.
func (p *Place) setKind(said []statement, tables *Tables) {
	var kinds []Provenance
	for _, s := range said {
		if s.kind != "" {
			kinds = append(kinds, s.of("kind", s.kind))
		}
	}
	if n, prefix := tables.find(p.Addr, p.ASN); n != nil {
		row := Provenance{"kind", n.String(), n.from, prefix}
		if len(kinds) == 0 || kinds[0].Value == Hosting || kinds[0].Value == Anycast {
			p.Kind = n.kind
			kinds = slices.Insert(kinds, 0, row)
		} else {
			kinds = append(kinds, row)
		}
	}
	if len(kinds) == 0 {
		if n := tables.named(p.Network); n != nil {
			p.Kind = n.kind
			p.Sources = append(p.Sources, Provenance{Field: "kind", Value: n.String(), From: n.from})
		}
		return
	}
	if p.Kind == "" {
		p.Kind = kinds[0].Value
	}
	p.Sources = append(p.Sources, kinds[0])
	for _, k := range kinds[1:] {
		if k.Value != kinds[0].Value {
			p.Conflicts = append(p.Conflicts, k)
		}
	}
}
