package bec

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// A search is one search of a person: what was typed, letter by letter where
// the client reports it, and the results that were shown.
type search struct {
	rows    []int // every record of it, in time order
	last    int   // the row with the final text; -1 if none has a text
	typed   []uint32
	results bool
	actor   *actor
	basis   string
}

// searches groups the records of searches, in the order of their first row.
func searches(p *analysis.Pass) []*search {
	type key struct {
		mailbox, user, client uint32
		actor                 *actor
	}
	t := p.Timeline
	by := actors(p)
	open := map[key]*search{}
	var all []*search
	for row := range analysis.RowsOf(p, analysis.ClassSearch) {
		a, basis := by.at(row)
		k := key{t.Folded(timeline.ColMailbox, row), t.Folded(timeline.ColUser, row), t.Code(timeline.ColClient, row), a}
		s := open[k]
		if s == nil || !s.takes(t, row) {
			s = &search{last: -1, actor: a, basis: basis}
			open[k] = s
			all = append(all, s)
		}
		s.add(t, row)
	}
	return all
}

// takes reports whether a record belongs to the search.
func (s *search) takes(t *timeline.Timeline, row int) bool {
	previous := s.rows[len(s.rows)-1]
	pause := t.Time(row).Sub(t.Time(previous))
	if t.Text(timeline.ColOperation, row) == mail.OpSearchStart || pause < 0 || pause > mail.TypingPause {
		return false
	}
	text := t.Text(timeline.ColQuery, row)
	if text == "" || s.last < 0 {
		return true
	}
	so := t.Text(timeline.ColQuery, s.last)
	if s.results {
		return strings.EqualFold(text, so)
	}
	return strings.HasPrefix(text, so) || strings.HasPrefix(so, text)
}

func (s *search) add(t *timeline.Timeline, row int) {
	s.rows = append(s.rows, row)
	code := t.Code(timeline.ColQuery, row)
	if code == 0 {
		return
	}
	if !strings.HasPrefix(t.Text(timeline.ColOperation, row), mail.OpSuggestions) {
		s.results = true
	}
	s.last = row
	if n := len(s.typed); n == 0 || s.typed[n-1] != code {
		s.typed = append(s.typed, code)
	}
}

// text is what was searched for in the end.
func (s *search) text(t *timeline.Timeline) string {
	if s.last < 0 {
		return ""
	}
	return t.Text(timeline.ColQuery, s.last)
}

// series is the text as it grew, empty if it came whole.
func (s *search) series(t *timeline.Timeline) string {
	if len(s.typed) < 2 {
		return ""
	}
	var steps []string
	for i, code := range s.typed {
		if i == cite.Listed && i < len(s.typed)-1 {
			steps = append(steps, "…")
		}
		if i < cite.Listed || i == len(s.typed)-1 {
			steps = append(steps, t.Value(timeline.ColQuery, code))
		}
	}
	return strings.Join(steps, " → ")
}

// A habit is how often a user searched for something of his own accord.
type habit struct {
	lastDay     int32
	days        int
	first, last int64
}

func (h *habit) add(nanos int64) {
	day := timeline.Day(nanos)
	if h.days == 0 {
		h.first = nanos
	}
	if h.days == 0 || day != h.lastDay {
		h.days++
		h.lastDay = day
	}
	h.last = nanos
}

// A termHabit is what one user searches for when no actor is seen in the
// mailbox: days with any search, and days by term.
type termHabit struct {
	all   habit
	terms map[string]*habit
}

// habits are the users' own searches by folded user code. The attributed ones
// are left out, so that an actor does not excuse himself.
func habits(t *timeline.Timeline, all []*search, v *mail.Vocabulary) map[uint32]*termHabit {
	users := map[uint32]*termHabit{}
	for _, s := range all {
		if s.actor != nil || s.last < 0 {
			continue
		}
		nanos, ok := t.Nanos(s.rows[0])
		if !ok {
			continue
		}
		u := users[t.Folded(timeline.ColUser, s.last)]
		if u == nil {
			u = &termHabit{terms: map[string]*habit{}}
			users[t.Folded(timeline.ColUser, s.last)] = u
		}
		u.all.add(nanos)
		for _, term := range v.Terms(t.Code(timeline.ColQuery, s.last)) {
			h := u.terms[term.Text]
			if h == nil {
				h = &habit{}
				u.terms[term.Text] = h
			}
			h.add(nanos)
		}
	}
	return users
}
