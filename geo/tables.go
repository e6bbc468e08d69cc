package geo

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// Kinds of network. A place's kind is empty when none is known.
const (
	Hosting          = "hosting"           // data centre or server provider
	HostingByName    = "hosting-by-name"   // judged by its registered name alone, which says hosting: weaker than Hosting
	VPN              = "vpn"               // network of a VPN provider
	Tor              = "tor"               // exits of the Tor network
	Proxy            = "proxy"             // open, residential or anonymising proxy
	Relay            = "relay"             // iCloud Private Relay, secure web gateway: ordinary users behind a distant exit
	MicrosoftService = "microsoft-service" // front ends of Microsoft 365 itself
	MicrosoftCloud   = "microsoft-cloud"   // other networks of Microsoft, which customers rent too
	Mobile           = "mobile"            // carrier gateway
	Satellite        = "satellite"         // satellite access, whose exit stands at a gateway
	Residential      = "residential"       // home access
	Anycast          = "anycast"           // one address at many places
	Private          = "private"           // inside an organisation or a carrier
)

//go:embed data/networks_asn.csv
var asnTable []byte

//go:embed data/networks_cidr.csv
var cidrTable []byte

//go:embed data/networks_words.csv
var wordTable []byte

// Tables say what kind a network is, by its number, by address range and, where
// neither is listed, by words in its registered name.
type Tables struct {
	asn    map[uint32]*network
	ranges *prefixes[*network]
	words  map[string]*network
	info   []*Info
}

// A network is a row of the tables.
type network struct {
	name, kind string
	from       *Info
}

// shipped is made once: reading the ranges takes some ten milliseconds.
var shipped = sync.OnceValues(func() (*Tables, error) { return NewTables(asnTable, cidrTable, wordTable) })

// NewTables reads the three tables of networks as CSV with a head row: asnCSV
// with the columns asn, name, kind, source and as_of, cidrCSV with cidr in
// place of asn, wordCSV with word, says, source and as_of. Nil stands for the
// table that is shipped.
func NewTables(asnCSV, cidrCSV, wordCSV []byte) (*Tables, error) {
	if asnCSV == nil {
		asnCSV = asnTable
	}
	if cidrCSV == nil {
		cidrCSV = cidrTable
	}
	if wordCSV == nil {
		wordCSV = wordTable
	}
	t := &Tables{asn: map[uint32]*network{}, ranges: newPrefixes[*network](), words: map[string]*network{}}
	err := t.read("networks_asn.csv", []string{"asn", "name", "kind"}, asnCSV, func(key string, n *network) error {
		asn, err := strconv.ParseUint(key, 10, 32)
		if err != nil {
			return fmt.Errorf("asn %q: not a number of 32 bits", key)
		}
		if t.asn[uint32(asn)] != nil {
			return fmt.Errorf("asn %q: listed twice", key)
		}
		t.asn[uint32(asn)] = n
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := t.read("networks_cidr.csv", []string{"cidr", "name", "kind"}, cidrCSV, t.ranges.add); err != nil {
		return nil, err
	}
	return t, t.read("networks_words.csv", []string{"word", "says"}, wordCSV, t.addWord)
}

// read reads one table. Its columns are the key, a name if it has one, the
// kind, then source and as_of.
func (t *Tables) read(name string, columns []string, data []byte, add func(key string, n *network) error) error {
	rows, err := readTable(data, append(columns, "source", "as_of")...)
	if err != nil {
		return fmt.Errorf("read networks %q: %w", name, err)
	}
	type origin struct{ source, asOf string }
	origins := map[origin]*Info{}
	whole := &Info{Name: name, SHA256: fmt.Sprintf("%x", sha256.Sum256(data)), Type: "kinds of networks"}
	for i, row := range rows {
		kind, label := row[len(columns)-1], ""
		if len(columns) == 3 {
			label = row[1]
		}
		o := origin{row[len(columns)], row[len(columns)+1]}
		if kind == "" || o.source == "" || o.asOf == "" {
			return fmt.Errorf("read networks %q row %d: %s, source or as_of is empty", name, i+2, columns[len(columns)-1])
		}
		if origins[o] == nil {
			origins[o] = &Info{Name: o.source, Type: whole.Type, Built: o.asOf}
			whole.Built = max(whole.Built, o.asOf)
		}
		if err := add(row[0], &network{label, kind, origins[o]}); err != nil {
			return fmt.Errorf("read networks %q row %d: %w", name, i+2, err)
		}
	}
	t.info = append(t.info, whole)
	return nil
}

// find is what the tables say of an address and its network. A range says more
// than the number of the network it lies in, except that lists of VPN ranges
// hold the networks of Tor exits too.
func (t *Tables) find(a netip.Addr, asn uint32) (*network, netip.Prefix) {
	whole := t.asn[asn]
	if n, prefix, ok := t.ranges.find(a); ok && !(n.kind == VPN && whole != nil && whole.kind == Tor) {
		return n, prefix
	}
	return whole, netip.Prefix{}
}

// What a word of a network's name says, in the table of words.
const (
	saysHosting = "hosting"
	saysAccess  = "access" // a carrier or a university, whatever else the name says
)

func (t *Tables) addWord(word string, n *network) error {
	if n.kind != saysHosting && n.kind != saysAccess {
		return fmt.Errorf("word %q: says %q, want %s or %s", word, n.kind, saysHosting, saysAccess)
	}
	if t.words[word] != nil {
		return fmt.Errorf("word %q: listed twice", word)
	}
	t.words[word] = n
	return nil
}

// named judges a network by its registered name: hosting if a word says so and
// none speaks for a network that people are at. It is nil of all others.
func (t *Tables) named(name string) *network {
	var judged *network
	for word := range strings.FieldsFuncSeq(strings.ToLower(name), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		w := t.words[word]
		if w == nil {
			continue
		}
		if w.kind == saysAccess {
			return nil
		}
		if judged == nil {
			judged = &network{name, HostingByName, w.from}
		}
	}
	return judged
}

// String is the kind with the operator's name where the table gives one.
func (n *network) String() string {
	if n.name == "" {
		return n.kind
	}
	return n.kind + " (" + n.name + ")"
}

// readTable reads CSV whose head row holds just the columns named.
func readTable(data []byte, columns ...string) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(data))
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("it is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("row 1: %w", err)
	}
	if !slices.Equal(head, columns) {
		return nil, fmt.Errorf("row 1: columns %q, want %q", head, columns)
	}
	return r.ReadAll()
}

// mustRead reads a table that is part of the program.
func mustRead(name string, data []byte, columns ...string) [][]string {
	rows, err := readTable(data, columns...)
	if err != nil {
		panic(name + ": " + err.Error())
	}
	return rows
}
