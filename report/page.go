package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// A Page is a case in the order in which it is read on one page.
type Page struct {
	Title    string
	Creator  string // tool and version
	Footer   string // case number and marking; may be empty
	Sections []Section
	Named    map[string]string // sections by the name of the workbook's sheet that holds the same
	Records  []timeline.Origin // cited, those that weigh most first, each once
	Zone     *time.Location    // whose clocks stand under UTC in tables; nil for none
}

// A Section is a part of a page: the heading and text of a sheet, a picture
// and the sheet's table, each of which may be missing.
type Section struct {
	ID    string   // unique in the page
	Inner bool     // it belongs to the section before it
	Cards bool     // a row is a paragraph under a heading of its first three cells
	Told  []string // paragraphs that claim something, each with what it rests on; those of Sheet explain
	Sheet
	Draw   Drawing
	Total  int     // rows of the whole table
	claims []Claim // of which Told is made
	Left   string  // where the rows stand that are not shown; empty if all are
}

// A Drawing draws a picture as SVG. Its marks lead to records of the page:
// record gives the place of one, or "" if it is not there.
type Drawing func(record func(timeline.Origin) string) string

// Limits keep a page within its size.
type Limits struct {
	Stories int // actors that are told of
	Marks   int // of all their lanes
	Rows    int // of a table
	Runes   int // characters of a cell
	Prose   int // characters of a cell of prose
}

// Usual are the limits of a page; Fewer are those after them.
var Usual = Limits{Stories: 12, Marks: 2000, Rows: 40, Runes: 400, Prose: 2400}

// Fewer halves the limits.
func (l Limits) Fewer() Limits {
	return Limits{max(1, l.Stories/2), max(1, l.Marks/2), max(1, l.Rows/2), max(40, l.Runes/2), max(40, l.Prose/2)}
}

// A pageMaker makes the page of a case.
type pageMaker struct {
	*Case
	Limits
	actors []*actor.Actor
	acts   [][]actor.Act
	page   *Page
	index  *index
}

// NewPage lays a case out as one page.
func NewPage(c *Case, limits Limits) *Page {
	m := &pageMaker{
		Case: c, Limits: limits, actors: actor.Actors.From(c.Conclusion).Actors, acts: actor.Acts.From(c.Conclusion),
		index: newIndex(c), page: &Page{Title: title(c), Creator: "becforensics " + c.Version, Footer: footer(c)},
	}
	m.head()
	questions := Questions(c)
	m.questions(questions)
	m.stories()
	m.exposure()
	m.consequences()
	m.questionsByAccount(questions)
	m.world()
	key := keyTimeline(m.index)
	course := columnsOf(key, "Time (UTC)", "Actor rank", "Severity", "What", "Phase", "Findings", recordColumns[0].Name)
	for i := range course.Columns {
		course.Columns[i].Wrap = course.Columns[i].Name == "What"
	}
	m.add("key", course, "")
	m.register()
	m.limitations()
	m.add("evidence", columnsOf(evidenceSheet(c), "Id", "File", "Status", "Source", "Records", "Events", "Rejects", "SHA-256", "Remark"), "the workbook's sheet "+evidenceName)
	m.add("methodology", m.methodology(), "")
	m.tell()
	m.page.Records = m.ranked(key)
	if m.page.Zone = zoneOf(c); m.page.Zone != nil {
		for i := range m.page.Sections {
			withZone(m.page.Sections[i].Columns, m.page.Zone)
		}
	}
	return m.page
}

// add adds a section. Left says where the rows are of a table that is too long;
// a table without it is short enough as it is.
func (m *pageMaker) add(id string, s Sheet, left string) *Section {
	total := s.Count
	if left != "" && s.Count > m.Rows {
		all, most := s.Rows, m.Rows
		s.Rows = func(yield func([]Cell) bool) {
			n := 0
			all(func(cells []Cell) bool {
				n++
				return yield(cells) && n < most
			})
		}
		left = fmt.Sprintf("%s in %s.", many(s.Count-most, "more row stands", "more rows stand"), left)
		s.Count = most
	} else {
		left = ""
	}
	m.page.Sections = append(m.page.Sections, Section{ID: id, Sheet: s, Total: total, Left: left})
	return &m.page.Sections[len(m.page.Sections)-1]
}

// inner adds a section that belongs to the one before it.
func (m *pageMaker) inner(id string, s Sheet, left string) *Section {
	section := m.add(id, s, left)
	section.Inner = true
	return section
}

// columnsOf is a sheet with some of its columns, by name.
func columnsOf(s Sheet, names ...string) Sheet {
	var places []int
	var columns []Column
	for _, name := range names {
		if i := slices.IndexFunc(s.Columns, func(c Column) bool { return c.Name == name }); i >= 0 {
			places, columns = append(places, i), append(columns, s.Columns[i])
		}
	}
	rows := s.Rows
	s.Columns = columns
	s.Rows = func(yield func([]Cell) bool) {
		few := make([]Cell, len(places))
		rows(func(cells []Cell) bool {
			for i, place := range places {
				few[i] = cells[place]
			}
			return yield(few)
		})
	}
	return s
}

// head says what was read, and whom it concerns.
func (m *pageMaker) head() {
	s := Sheet{Title: "The case in short"}
	claims := m.headClaims()
	for _, f := range coverFacts(m.Case) {
		switch line := f[0] + ": " + f[1]; {
		case f[1] == "":
		case slices.Contains(ofEvidence, f[0]):
			claims = append(claims, Claim{line, counted(evidenceName)})
		default:
			s.Intro = append(s.Intro, line)
		}
	}
	m.add("head", s, "").claims = claims
	accounts, failed := m.accounts()
	m.inner("accounts", accounts, "the workbook").claims = failed
}

// An accountLine is what the page says of an account.
type accountLine struct {
	name   string
	actors []string
	band   actor.Band
	acts   int
	rows   []int // by their numbers
	worst  analysis.Severity
}

// accounts sums up by account: actors, acts and rows.
func (m *pageMaker) accounts() (s Sheet, claims []Claim) {
	s = Sheet{Title: "Accounts", Intro: []string{"The accounts under which actors acted or that suspicious rows name, those that concern most first. An actor is no person: it is what belongs together by its links."}}
	s.Columns = []Column{
		{Name: "Account", Doc: "The account."},
		{Name: "Band", Doc: "The gravest band among its actors: act, review or listed."},
		{Name: "Actors", Doc: "The actors that acted under it, by rank."},
		{Name: "Acts", Doc: "Acts of these actors under the account, without those that failed."},
		{Name: "Suspicious rows", Doc: "Rows of severity low or more that name it."},
		{Name: "Worst", Doc: "Highest severity among these rows."},
		{Name: "Findings", Doc: "The numbers of these rows."},
	}
	var lines []*accountLine
	of := map[string]*accountLine{}
	line := func(name string) *accountLine {
		key := strings.ToLower(name)
		if of[key] == nil {
			of[key] = &accountLine{name: name}
			lines = append(lines, of[key])
		}
		return of[key]
	}
	for i, who := range m.actors {
		for _, act := range m.acts[i] {
			if act.User == "" {
				continue
			}
			l := line(act.User)
			if rank := "[actor " + number(who.Rank) + "]"; len(l.actors) == 0 || l.actors[len(l.actors)-1] != rank {
				l.actors = append(l.actors, rank)
			}
			l.band = max(l.band, who.Band)
			if !act.Failed {
				l.acts++
			}
		}
	}
	for _, r := range m.Results {
		if r.Finding == nil {
			continue
		}
		for _, row := range r.Finding.Rows {
			if row.Suspicious() && row.User != "" {
				l := line(row.User)
				l.rows = append(l.rows, m.index.numbers[m.index.byID[row.ID].row])
				l.worst = max(l.worst, row.Severity)
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b *accountLine) int {
		return cmp.Or(cmp.Compare(b.band, a.band), cmp.Compare(b.acts, a.acts), cmp.Compare(b.worst, a.worst), strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)))
	})
	all := len(lines)
	lines = slices.DeleteFunc(lines, func(l *accountLine) bool { return l.acts+len(l.rows) == 0 })
	if failed := all - len(lines); failed > 0 {
		claims = []Claim{{fmt.Sprintf("Under %s actors only failed.", many(failed, "further account", "further accounts")), counted(attackerName)}}
	}
	rows := make([][]Cell, len(lines))
	for i, l := range lines {
		band := ""
		if len(l.actors) > 0 {
			band = l.band.String()
		}
		worst := text("")
		slices.Sort(l.rows)
		if len(l.rows) > 0 {
			worst = severity(l.worst)
		}
		rows[i] = []Cell{text(l.name), text(band), text(list(l.actors)), count(l.acts), count(len(l.rows)), worst, labels(l.rows)}
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s, claims
}
