package html

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"becforensics/ingest/evidence"
	"becforensics/report"
	"becforensics/timeline"
)

// A shown cell is text, or links to records or rows.
type shown struct {
	ID    string // by which others lead to it
	Class string
	Day   string // of a moment; Time is the rest
	Time  string
	Local string // the same moment by the clocks of the case's zone
	Bits  []bit  // of text
	Links []bit
	More  int // origins beside the links
}

// Filled reports whether the cell holds anything.
func (s shown) Filled() bool { return len(s.Bits)+len(s.Links) > 0 || s.Day != "" }

// A bit is a part of a text; Href is where it leads, if it does.
type bit struct{ Href, Text string }

// Breaks reports whether a line may break behind it: amid an address.
func (b bit) Breaks() bool { return strings.HasSuffix(b.Text, "@") }

// places are what of the page can be led to.
type places struct {
	records  map[timeline.Origin]printed
	rows     map[int]bool // suspicious rows, by number
	sections map[string]bool
	named    map[string]string // sections, by the workbook's sheet
	zone     *time.Location
}

// record is where a record stands, or "".
func (p *places) record(o timeline.Origin) string {
	if _, ok := p.records[o]; ok {
		return "#" + anchor(o)
	}
	return ""
}

// row is where a suspicious row stands, or "".
func (p *places) row(number int) string {
	if p.rows[number] {
		return "#f" + strconv.Itoa(number)
	}
	return ""
}

// local is a time by the clocks of the case's zone, with its day if that is
// another, and with its difference from UTC, as an hour may come twice.
func (p *places) local(t time.Time) string {
	if p.zone == nil {
		return ""
	}
	local, layout := t.In(p.zone), "15:04:05 -07:00"
	if local.Day() != t.UTC().Day() {
		layout = time.DateOnly + " " + layout
	}
	return local.Format(layout)
}

// section is where a section stands, or "".
func (p *places) section(id string) string {
	if p.sections[id] {
		return "#" + id
	}
	return ""
}

// mostLinks of one cell lead to records.
const mostLinks = 8

// longWord is the length above which a word may be broken: hashes, ids and
// addresses would make a table wider than its page.
const longWord = 24

// show is a cell as the page has it.
func show(c *report.Cell, runes int, p *places) shown {
	switch c.Kind {
	case report.Number:
		return shown{Bits: []bit{{"", number(c)}}, Class: "num"}
	case report.Moment:
		if c.Time.IsZero() {
			return shown{}
		}
		return shown{Day: c.Time.UTC().Format(time.DateOnly), Time: c.Time.UTC().Format(time.TimeOnly), Local: p.local(c.Time), Class: "time"}
	case report.Severity:
		return shown{Bits: []bit{{"", c.Text}}, Class: "sev " + c.Text}
	}
	var s shown
	switch {
	case c.Here:
		return shown{ID: "f" + strconv.Itoa(c.Numbers[0]), Bits: []bit{{"", c.Text}}}
	case len(c.Numbers) > 0:
		for _, n := range c.Numbers {
			s.Links = append(s.Links, bit{p.row(n), report.RowLabel(n)})
		}
	case len(c.Origins) > 0:
		for _, o := range c.Origins {
			s.Links = append(s.Links, bit{p.record(o), o.String()})
		}
	default:
		s.Bits = p.bits(short(c.Text, runes))
		for _, b := range s.Bits {
			if slices.ContainsFunc(strings.Fields(b.Text), func(word string) bool { return len(word) > longWord }) {
				s.Class = "long"
			}
		}
		return s
	}
	s.Class = "recs"
	if s.More = max(0, len(s.Links)-mostLinks); s.More > 0 {
		s.Links = s.Links[:mostLinks]
	}
	return s
}

var (
	citation = regexp.MustCompile(`\bE\d{3,}:\d+\b`)
	address  = regexp.MustCompile(`[^\s@]+@[^\s@]+`)
)

// bits parts text where it leads to what stands in the page, and after the @ of
// long addresses.
func (p *places) bits(text string) []bit {
	var list []bit
	plain := func(s string) {
		from := 0
		for _, at := range address.FindAllStringIndex(s, -1) {
			if at[1]-at[0] > longWord {
				end := at[0] + strings.IndexByte(s[at[0]:], '@') + 1
				end += len(s[end:]) - len(strings.TrimPrefix(s[end:], "]")) // of a defanged one
				list = append(list, bit{"", s[from:end]})
				from = end
			}
		}
		if from < len(s) {
			list = append(list, bit{"", s[from:]})
		}
	}
	done := 0
	for _, l := range p.leads(text) {
		plain(text[done:l.from])
		list = append(list, bit{l.href, text[l.from:l.to]})
		done = l.to
	}
	plain(text[done:])
	return list
}

// A lead is a part of a text that leads somewhere.
type lead struct {
	from, to int
	href     string
}

// What is said in brackets at the end of a sentence is what it rests on: a
// suspicious row, an actor, or the sheet of the workbook that holds the rows.
var (
	basis    = regexp.MustCompile(`\[[^\[\]]+\]`)
	rowName  = regexp.MustCompile(`\bF(\d+)\b`)
	whoName  = regexp.MustCompile(`\bactor (\d+)\b`)
	ofASheet = regexp.MustCompile(`(?:\[|; )([A-Z][A-Za-z -]*)`)
)

// leads finds in a text the records that it cites, and what it says that it
// rests on, as far as they stand in the page.
func (p *places) leads(text string) []lead {
	var list []lead
	add := func(from, to int, href string) {
		if href != "" {
			list = append(list, lead{from, to, href})
		}
	}
	for _, at := range citation.FindAllStringIndex(text, -1) {
		if o, err := timeline.ParseOrigin(text[at[0]:at[1]]); err == nil {
			add(at[0], at[1], p.record(o))
		}
	}
	for _, in := range basis.FindAllStringIndex(text, -1) {
		find := func(what *regexp.Regexp, whole bool, place func(name string) string) {
			for _, m := range what.FindAllStringSubmatchIndex(text[in[0]:in[1]], -1) {
				from := m[2]
				if whole {
					from = m[0]
				}
				add(in[0]+from, in[0]+m[3], place(text[in[0]+m[2]:in[0]+m[3]]))
			}
		}
		find(rowName, true, func(number string) string {
			n, _ := strconv.Atoi(number) // 0, which no row has, if it is too long
			return p.row(n)
		})
		find(whoName, true, func(number string) string { return p.section("actor" + number) })
		find(ofASheet, false, func(name string) string { return p.section(p.named[name]) })
	}
	slices.SortFunc(list, func(a, b lead) int { return cmp.Compare(a.from, b.from) })
	return list
}

func number(c *report.Cell) string {
	if c.Text != "" {
		return c.Text
	}
	return strconv.FormatFloat(c.Number, 'f', -1, 64)
}

// short makes text harmless and cuts it to a number of characters, with a mark.
func short(s string, runes int) string {
	s = evidence.Printable(s)
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return strings.ToValidUTF8(string([]rune(s)[:runes]), "") + " … [cut]"
}
