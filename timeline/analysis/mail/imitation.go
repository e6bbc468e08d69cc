package mail

import (
	"cmp"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// ShortestImitation is how long an imitated name must be: shorter ones stand in
// other words.
var ShortestImitation = &analysis.Point{Name: "impersonation.name_letters", Value: 5, Doc: "letters of a name of the table from which on imitations of it are looked for"}

// Kinds of imitations.
const (
	kindApplication    = "application"
	kindAccount        = "account"
	KindForeignAddress = "address" // outside the tenant
)

// An Imitation is a name that looks like another but is not spelled so.
type Imitation struct {
	Shown, Of, Kind string
	Rows            []int
}

// Imitations finds names that look like those of the table.
type Imitations struct {
	t        *timeline.Timeline
	naming   *NameIndex
	own      map[string]bool
	names    []imitated
	verdicts map[string]int // of a name in lower case: 1-based imitation, 0 for none
	All      []*Imitation
}

// An imitated name of the table, with its skeleton.
type imitated struct{ name, skeleton string }

// NewImitations prepares the search for names that look like those of the
// reference table.
func NewImitations(p *analysis.Pass) *Imitations {
	x := &Imitations{t: p.Timeline, naming: Names.Of(p), own: Tenant.Of(p), verdicts: map[string]int{}}
	for row := range p.Reference.Table(reference.ImitatedNames).Rows() {
		if name := strings.ToLower(row.Key()); len(name) >= ShortestImitation.Int() {
			x.names = append(x.names, imitated{name, x.naming.skeleton(name)})
		}
	}
	slices.SortStableFunc(x.names, func(a, b imitated) int { return cmp.Compare(len(b.name), len(a.name)) })
	return x
}

// Lookup is the imitations in a value: of an application its name, elsewhere
// the names of the addresses in it.
func (x *Imitations) Lookup(c timeline.Col, code uint32) []int {
	text := x.t.Value(c, code)
	if c == timeline.ColApp {
		return x.judge(text, text, kindApplication)
	}
	var hits []int
	for word := range strings.FieldsFuncSeq(text, notInAddress) {
		local, domain, ok := cutLast(word, '@')
		if !ok || local == "" {
			continue
		}
		local = strings.TrimPrefix(strings.ToLower(local), SMTPPrefix)
		kind := KindForeignAddress
		if InDomains(x.own, DomainOf("@"+domain)) {
			kind = kindAccount
		}
		hits = append(hits, x.judge(local, local+"@"+strings.ToLower(domain), kind)...)
	}
	return hits
}

func (x *Imitations) judge(name, shown, kind string) []int {
	key := kind + "\x00" + strings.ToLower(shown)
	n, ok := x.verdicts[key]
	if !ok {
		if of := x.Imitates(name); of != "" {
			x.All = append(x.All, &Imitation{Shown: shown, Of: of, Kind: kind})
			n = len(x.All)
		}
		x.verdicts[key] = n
	}
	if n == 0 {
		return nil
	}
	return []int{n - 1}
}

// Imitates is the longest name of the table that a name looks like in a part
// where it is not spelled so.
func (x *Imitations) Imitates(name string) string {
	folded := reference.Fold(name)
	skeleton := x.naming.skeleton(name)
	for _, n := range x.names {
		if strings.Count(skeleton, n.skeleton) > strings.Count(folded, n.name) {
			return n.name
		}
	}
	return ""
}
