package report

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// A Claim is a sentence, or some that belong together, with what it rests on.
type Claim struct {
	Text string
	Basis
}

// A Basis is what a claim rests on: what a reader looks up to check it.
type Basis struct {
	Actors  []*actor.Actor
	Rows    []*analysis.Row // of findings
	Counted []Filter
	Origins []timeline.Origin
}

// A Filter is the rows of a sheet that have certain texts in certain columns:
// those that a reader gets who filters the sheet so.
type Filter struct {
	Sheet string
	Where [][2]string // column and text; all rows if empty
}

// String names the filter.
func (f Filter) String() string {
	if len(f.Where) == 0 {
		return f.Sheet
	}
	return f.Sheet + ": " + f.texts()
}

// texts names what the columns hold, of an address what stands before the @.
func (f Filter) texts() string {
	var words []string
	for _, w := range f.Where {
		name, domain, _ := strings.Cut(w[1], "@")
		if domain != "" {
			name += "@…"
		}
		words = append(words, w[0]+" "+name)
	}
	return list(words)
}

// filter is the rows of a sheet that have a text in each of some columns.
func filter(sheet string, where ...string) Filter {
	f := Filter{Sheet: sheet}
	for i := 0; i+1 < len(where); i += 2 {
		f.Where = append(f.Where, [2]string{where[i], where[i+1]})
	}
	return f
}

// counted is the basis of what a reader counts on a sheet.
func counted(sheet string, where ...string) Basis {
	return Basis{Counted: []Filter{filter(sheet, where...)}}
}

// and joins what several claims rest on.
func (b Basis) and(more ...Basis) Basis {
	b = Basis{slices.Clip(b.Actors), slices.Clip(b.Rows), slices.Clip(b.Counted), slices.Clip(b.Origins)}
	for _, m := range more {
		b.Actors = append(b.Actors, m.Actors...)
		b.Rows = append(b.Rows, m.Rows...)
		b.Counted = append(b.Counted, m.Counted...)
		b.Origins = append(b.Origins, m.Origins...)
	}
	return b
}

// claim is one claim of several, those without a text left out.
func claim(list ...Claim) Claim {
	var texts []string
	var on []Basis
	for _, c := range list {
		if c.Text != "" {
			texts, on = append(texts, c.Text), append(on, c.Basis)
		}
	}
	return Claim{strings.Join(texts, " "), Basis{}.and(on...)}
}

// instead says another sentence that rests on the same.
func instead(text string, claims []Claim) []Claim { return []Claim{{text, claim(claims...).Basis}} }

// signsOf are the suspicious rows that an actor rests on.
func signsOf(who *actor.Actor) []*analysis.Row {
	rows := make([]*analysis.Row, len(who.Signs))
	for i, s := range who.Signs {
		rows[i] = s.Row
	}
	return rows
}

// mostBases is how many of one kind a claim names; the findings as data have
// all.
const mostBases = 3

// A lead is one thing that a claim rests on, and where a reader finds it.
type lead struct {
	text  string
	sheet string
	row   int
}

// leads name what a claim rests on, the weightiest first. Records are named
// where nothing else is that leads to them.
func (x *index) leads(b Basis) []lead {
	var all []lead
	// some adds the first of n leads.
	some := func(n int, at func(i int) lead) {
		for i := range min(n, mostBases) {
			all = append(all, at(i))
		}
		if more := n - mostBases; more > 0 {
			all[len(all)-1].text += fmt.Sprintf(" +%d", more)
		}
	}
	some(len(b.Actors), func(i int) lead {
		return lead{"actor " + number(b.Actors[i].Rank), actorsName, x.inActors[b.Actors[i]]}
	})
	var numbers []int
	noted := map[string]int{}
	var sheets []string
	for _, row := range b.Rows {
		if n := x.numbers[x.byID[row.ID].row]; n > 0 {
			numbers = append(numbers, n)
		} else if r := x.byID[row.ID].result; r != nil {
			if noted[sheetOf(r.Analyzer)]++; noted[sheetOf(r.Analyzer)] == 1 {
				sheets = append(sheets, sheetOf(r.Analyzer))
			}
		}
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	some(len(numbers), func(i int) lead { return lead{RowLabel(numbers[i]), registerName, numbers[i]} })
	some(len(sheets), func(i int) lead {
		return lead{fmt.Sprintf("%s: %s", sheets[i], plural(noted[sheets[i]], "row")), sheets[i], 0}
	})
	var counts []lead
	for _, f := range b.Counted {
		if !x.stands[f.Sheet] {
			continue
		}
		text := f.String()
		if n := len(counts); n > 0 && counts[n-1].sheet == f.Sheet {
			text = f.texts()
		}
		counts = append(counts, lead{text, f.Sheet, 0})
	}
	some(len(counts), func(i int) lead { return counts[i] })
	if len(numbers)+len(sheets)+len(counts) == 0 {
		records := slices.Compact(slices.Clone(b.Origins))
		some(len(records), func(i int) lead {
			c := x.recordCell(records[i : i+1])
			return lead{c.Text, c.Sheet, c.Row}
		})
	}
	if len(all) == 0 && len(b.Rows) > 0 { // an actor rests on rows of analyses that were not asked for
		all = []lead{{actorsName, actorsName, 0}}
	}
	if len(all) == 0 && len(b.Counted) > 0 { // there is no such row: an absence is one of what was read
		all = []lead{{coverageName, coverageName, 0}}
	}
	return all
}

// Rests reports whether there is anything that a claim rests on.
func (b Basis) Rests() bool {
	return len(b.Actors)+len(b.Rows)+len(b.Counted)+len(b.Origins) > 0
}

// restsColumn says beside a claim what it rests on.
var restsColumn = Column{Name: "Rests on", Doc: "What to look up to check it, the first linked if there is room: actors, suspicious rows by their number in the findings register, the rows of a sheet that have these texts, or records.", Width: restsWidth}

// restsWidth is the width of that column in characters.
const restsWidth = 18

// restsCell is what a claim rests on, linked to the first of it if it fits a
// line: some programs do not wrap links.
func (x *index) restsCell(b Basis) Cell {
	leads := x.leads(b)
	if len(leads) == 0 {
		return text("")
	}
	words := leadTexts(leads)
	if len(words) > restsWidth {
		return text(words)
	}
	return Cell{Kind: Link, Text: words, Sheet: leads[0].sheet, Row: leads[0].row}
}

// countedCell is what a number rests on that is linked to its sheet.
func (x *index) countedCell(f Filter) Cell {
	switch {
	case !x.stands[f.Sheet]:
		return link(coverageName, coverageName)
	case len(f.Where) == 0:
		return text("all its rows")
	}
	return text(f.texts())
}

func leadTexts(leads []lead) string {
	var words strings.Builder
	for i, l := range leads {
		switch {
		case i == 0:
		case l.sheet == leads[i-1].sheet:
			words.WriteString(", ")
		default:
			words.WriteString("; ")
		}
		words.WriteString(l.text)
	}
	return words.String()
}

// told is a claim as text that names what it rests on.
func (x *index) told(c Claim) string { return c.Text + " [" + leadTexts(x.leads(c.Basis)) + "]" }

// toldAll are claims as one text. What several in a row rest on is named after
// the last of them.
func (x *index) toldAll(claims []Claim) string {
	var words []string
	for i, c := range claims {
		basis := leadTexts(x.leads(c.Basis))
		if i+1 < len(claims) && leadTexts(x.leads(claims[i+1].Basis)) == basis {
			words = append(words, c.Text)
			continue
		}
		words = append(words, c.Text+" ["+basis+"]")
	}
	return strings.Join(words, " ")
}

type claimDoc struct {
	Text    string      `json:"text"`
	Actors  []string    `json:"actors"`
	Rows    []string    `json:"rows"`
	Counted []filterDoc `json:"counted"`
	Origins []string    `json:"origins"`
}

type filterDoc struct {
	Sheet string            `json:"sheet"`
	Where map[string]string `json:"where"`
}

func claimDocs(claims []Claim) []claimDoc {
	docs := make([]claimDoc, len(claims))
	for i, c := range claims {
		d := claimDoc{Text: c.Text, Actors: []string{}, Rows: []string{}, Counted: []filterDoc{}, Origins: []string{}}
		for _, who := range c.Actors {
			d.Actors = append(d.Actors, who.ID)
		}
		for _, row := range c.Rows {
			d.Rows = append(d.Rows, row.ID)
		}
		if len(c.Rows)+len(c.Counted) == 0 { // else these lead to them
			d.Origins = originTexts(c.Origins)
		}
		for _, f := range c.Counted {
			where := map[string]string{}
			for _, w := range f.Where {
				where[w[0]] = w[1]
			}
			d.Counted = append(d.Counted, filterDoc{f.Sheet, where})
		}
		docs[i] = d
	}
	return docs
}
