package mail

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A Search is one search of a person: what was typed, letter by letter where
// the client reports it, and the results that were shown.
type Search struct {
	Rows    []int // every record of it, witnesses included, in time order
	Last    int   // the row with the final text; -1 if none has a text
	typed   []uint32
	results bool
	Owner   int // whose it is; 0 is nobody known
}

// Searches groups the records of searches, in the order of their first row. A
// search ends where its owner changes: owner numbers whose act a row is, and
// gives 0 where nobody is known. What another source tells of a search is of
// that search.
func Searches(p *analysis.Pass, owner func(row int) int) []*Search {
	type key struct {
		mailbox, user, client uint32
		owner                 int
	}
	t := p.Timeline
	open := map[key]*Search{}
	var all []*Search
	byRow := map[int]*Search{}
	for row := range analysis.RowsOf(p, analysis.ClassSearch) {
		if s := byRow[t.SameAs(row)]; s != nil {
			s.Rows = append(s.Rows, row)
			continue
		}
		k := key{t.Folded(timeline.ColMailbox, row), t.Folded(timeline.ColUser, row), t.Code(timeline.ColClient, row), owner(row)}
		s := open[k]
		if s == nil || !s.takes(t, row) {
			s = &Search{Last: -1, Owner: k.owner}
			open[k] = s
			all = append(all, s)
		}
		s.add(t, row)
		byRow[row] = s
	}
	return all
}

// takes reports whether a record belongs to the search.
func (s *Search) takes(t *timeline.Timeline, row int) bool {
	previous := s.Rows[len(s.Rows)-1]
	pause := t.Time(row).Sub(t.Time(previous))
	if t.Text(timeline.ColOperation, row) == opSearchStart || pause < 0 || pause > typingPause {
		return false
	}
	text := t.Text(timeline.ColQuery, row)
	if text == "" || s.Last < 0 {
		return true
	}
	so := t.Text(timeline.ColQuery, s.Last)
	if s.results {
		return strings.EqualFold(text, so)
	}
	return strings.HasPrefix(text, so) || strings.HasPrefix(so, text)
}

func (s *Search) add(t *timeline.Timeline, row int) {
	s.Rows = append(s.Rows, row)
	code := t.Code(timeline.ColQuery, row)
	if code == 0 {
		return
	}
	if !strings.HasPrefix(t.Text(timeline.ColOperation, row), OpSuggestions) {
		s.results = true
	}
	s.Last = row
	if n := len(s.typed); n == 0 || s.typed[n-1] != code {
		s.typed = append(s.typed, code)
	}
}

// Text is what was searched for in the end.
func (s *Search) Text(t *timeline.Timeline) string {
	if s.Last < 0 {
		return ""
	}
	return t.Text(timeline.ColQuery, s.Last)
}

// Series is the text as it grew, empty if it came whole.
func (s *Search) Series(t *timeline.Timeline) string {
	if len(s.typed) < 2 {
		return ""
	}
	var steps []string
	for i, code := range s.typed {
		if i == analysis.Shown && i < len(s.typed)-1 {
			steps = append(steps, "…")
		}
		if i < analysis.Shown || i == len(s.typed)-1 {
			steps = append(steps, t.Value(timeline.ColQuery, code))
		}
	}
	return strings.Join(steps, " → ")
}

// Days are how often a user searched for something of their own accord.
type Days struct {
	lastDay     int32
	Days        int
	First, Last int64
}

func (h *Days) add(nanos int64) {
	day := timeline.Day(nanos)
	if h.Days == 0 {
		h.First = nanos
	}
	if h.Days == 0 || day != h.lastDay {
		h.Days++
		h.lastDay = day
	}
	h.Last = nanos
}

// TermDays are what one user searches for when no actor is seen in the mailbox: days with any search, and days by term.
type TermDays struct {
	All   Days
	Terms map[string]*Days
}

// SearchDays are the users' own searches by folded user code. Those with another
// owner are left out, so that no actor speaks for themselves.
func SearchDays(t *timeline.Timeline, all []*Search, v *Vocabulary) map[uint32]*TermDays {
	users := map[uint32]*TermDays{}
	for _, s := range all {
		if s.Owner != 0 || s.Last < 0 {
			continue
		}
		nanos, ok := t.Nanos(s.Rows[0])
		if !ok {
			continue
		}
		u := users[t.Folded(timeline.ColUser, s.Last)]
		if u == nil {
			u = &TermDays{Terms: map[string]*Days{}}
			users[t.Folded(timeline.ColUser, s.Last)] = u
		}
		u.All.add(nanos)
		for _, term := range v.Terms(t.Code(timeline.ColQuery, s.Last)) {
			h := u.Terms[term.Text]
			if h == nil {
				h = &Days{}
				u.Terms[term.Text] = h
			}
			h.add(nanos)
		}
	}
	return users
}

// Days is on how many days the user searched for a term of their own accord.
func (u *TermDays) Days(term string) int {
	if h := u.Terms[term]; h != nil {
		return h.Days
	}
	return 0
}
