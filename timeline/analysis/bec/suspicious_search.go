package bec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

var suspiciousSearch = &analysis.Analyzer{
	Name:  "suspicious-search",
	Title: "Suspicious searches",
	Doc:   explain("suspicious-search"),
	Columns: []analysis.Column{
		{Name: "Query", Doc: "what was searched for in the end", Kind: analysis.Text},
		{Name: "Typed", Doc: "the text as it grew while it was typed, where the client reported it", Kind: analysis.Text},
		{Name: "Terms", Doc: "listed terms in the query, with category and weight", Kind: analysis.Text},
		{Name: "Searches", Doc: "number of searches in the row", Kind: analysis.Count},
		{Name: "Habit", Doc: "on how many days the user searched for the terms apart from the actor's searches", Kind: analysis.Text, Wrap: true},
		{Name: "Shown", Doc: "what the record says of the results that were shown", Kind: analysis.Text},
		{Name: "Actor", Doc: "why the actor is suspicious, and how the search was attributed to it", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyMailbox, analysis.KeyUser, "Query"},
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, actor.Actors},
	Thresholds: []*analysis.Threshold{mail.Sitting, knownHabit, manyTerms, usualDays},
	Points:     []*analysis.Point{strongTerm},
	Version:    4,
	Techniques: []string{"T1114.002", "T1213"},
	References: []string{"CrowdStrike, Hiding in Plain Sight: Using the Office 365 Activities API (2018)", "Azure-Sentinel 8ac77493 (terms)", "elastic/detection-rules 4f2654e4"},
	Settings:   []string{"terms", "thresholds"},
	Acts:       runSuspiciousSearch,
}

// Bounds of a user's habits and of a sitting.
var (
	// strongTerm is the weight of what published cases searched for.
	strongTerm = &analysis.Point{Name: "suspicious-search.strong_term", Value: 3, Doc: "least weight in the table of terms that makes a term a sign without an actor"}
	// knownHabit is half of the month of work that a baseline asks for.
	knownHabit = &analysis.Threshold{Name: "suspicious-search.known_days", Value: 10, Doc: "days with searches that a user's record must exceed for habits to be known"}
	// manyTerms is from the catalogue, M06.
	manyTerms = &analysis.Threshold{Name: "suspicious-search.terms_in_sitting", Value: 3, Doc: "different terms in one sitting that are a pattern"}
	// usualDays: once may be anything, several times are work.
	usualDays = &analysis.Threshold{Name: "suspicious-search.usual_days", Value: 3, Doc: "days with searches for a term from which on it is the user's own"}
)

func runSuspiciousSearch(p *analysis.Pass) (*analysis.Finding, error) {
	t, acts := p.Timeline, actor.Actors.Of(p)
	all := mail.Searches(p, acts.Owner)
	if len(all) == 0 {
		return nil, analysis.Skip("no record of a search: the exports hold none, which does not mean that nobody searched")
	}
	j := &searchJudge{
		p: p, acts: acts, vocabulary: mail.NewVocabulary(p),
		usual: p.Threshold(usualDays),
		many:  int(p.Threshold(manyTerms)),
		known: int(p.Threshold(knownHabit)),
		pause: p.Minutes(mail.Sitting),
	}
	j.habits = mail.SearchDays(t, all, j.vocabulary)
	sittings := j.sittings(all)
	f := &analysis.Finding{Notes: actor.AttributionNotes(p)}
	attributed, withTerms := 0, 0
	var own []*mail.Search
	for _, s := range all {
		if len(j.terms(s)) > 0 {
			withTerms++
		}
		switch {
		case s.Owner != 0:
			attributed++
			f.Rows = append(f.Rows, j.byActor(s, sittings[s]))
		case len(j.terms(s)) > 0 && len(sittings[s]) >= j.many:
			f.Rows = append(f.Rows, j.outOfHabit(s, sittings[s]))
		case len(j.terms(s)) > 0:
			own = append(own, s)
		}
	}
	f.Rows = append(f.Rows, j.ownSearches(own)...)
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s on record, %d with a listed term; %d attributed to a suspicious actor.", cite.Plural(len(all), "search", "searches"), withTerms, attributed)
	return f, nil
}

// A searchJudge weighs searches.
type searchJudge struct {
	p           *analysis.Pass
	acts        *actor.Attribution
	vocabulary  *mail.Vocabulary
	habits      map[uint32]*mail.TermDays
	usual       float64
	many, known int
	pause       time.Duration
}

func (j *searchJudge) terms(s *mail.Search) []reference.Term {
	if s.Last < 0 {
		return nil
	}
	return j.vocabulary.Terms(j.p.Timeline.Code(timeline.ColQuery, s.Last))
}

func (j *searchJudge) habit(s *mail.Search) *mail.TermDays {
	if u := j.habits[j.p.Timeline.Folded(timeline.ColUser, s.Rows[0])]; u != nil {
		return u
	}
	return &mail.TermDays{}
}

// sittings gives each search the different terms of the sitting it is in: of
// an actor all terms, of anyone else only strong ones that are new for the
// user.
func (j *searchJudge) sittings(all []*mail.Search) map[*mail.Search][]string {
	type who struct {
		owner         int
		user, mailbox uint32
	}
	t := j.p.Timeline
	type seat struct {
		searches []*mail.Search
		terms    []string
	}
	seats := map[who]*seat{}
	in := map[*mail.Search][]string{}
	leave := func(s *seat) {
		for _, search := range s.searches {
			in[search] = s.terms
		}
	}
	for _, s := range all {
		w := who{s.Owner, t.Folded(timeline.ColUser, s.Rows[0]), t.Folded(timeline.ColMailbox, s.Rows[0])}
		now := seats[w]
		if now != nil {
			before := now.searches[len(now.searches)-1]
			if pause := t.Time(s.Rows[0]).Sub(t.Time(before.Rows[0])); pause < 0 || pause > j.pause {
				leave(now)
				now = nil
			}
		}
		if now == nil {
			now = &seat{}
			seats[w] = now
		}
		now.searches = append(now.searches, s)
		for _, term := range j.terms(s) {
			if (s.Owner != 0 || j.isNew(s, term)) && !slices.Contains(now.terms, term.Text) {
				now.terms = append(now.terms, term.Text)
			}
		}
	}
	for _, s := range seats {
		leave(s)
	}
	return in
}

// isNew reports whether a strong term stands on this day only in the record of
// a user whose habits are known.
func (j *searchJudge) isNew(s *mail.Search, term reference.Term) bool {
	u := j.habit(s)
	return term.Weight >= strongTerm.Int() && u.All.Days > j.known && u.Days(term.Text) <= 1
}

// byActor is the row of a search that an actor made.
func (j *searchJudge) byActor(s *mail.Search, sittingTerms []string) analysis.Row {
	by, basis := j.acts.At(s.Rows[0])
	r := actor.CiteActor(j.p.Timeline, by, s.Rows)
	terms := j.terms(s)
	strange := false
	for _, term := range terms {
		strange = strange || float64(j.habit(s).Days(term.Text)) < j.usual
	}
	switch {
	case len(terms) > 0 && len(sittingTerms) >= j.many:
		r.Severity = actor.Raised(by, analysis.Critical)
	case strange:
		r.Severity = actor.Raised(by, analysis.High)
	case len(terms) > 0:
		r.Severity = analysis.Medium
	default:
		r.Severity = analysis.Low
	}
	r.Confidence = actor.Confidence(basis)
	r.Cells = cite.Cells(
		s.Text(j.p.Timeline), s.Series(j.p.Timeline), describe(terms), 1, j.sentence(s, terms), shown(j.p.Timeline, s), actor.Attributed(by, basis),
	)
	return r
}

// outOfHabit is the row of a search in a sitting that is no actor's and does not
// fit the user's habit.
func (j *searchJudge) outOfHabit(s *mail.Search, sittingTerms []string) analysis.Row {
	r := cite.Citing(j.p.Timeline, s.Rows)
	r.Severity, r.Confidence = analysis.Low, analysis.Unsure
	terms := j.terms(s)
	r.Cells = cite.Cells(
		s.Text(j.p.Timeline), s.Series(j.p.Timeline), describe(terms), 1,
		j.sentence(s, terms)+" In this sitting "+strconv.Itoa(len(sittingTerms))+" terms are new for the user: "+cite.Join(sittingTerms)+".", "",
		"not attributed to a suspicious actor; consistent with another person at the mailbox and with a new task of the user",
	)
	return r
}

// ownSearches are the info rows of searches that are no signs, one for each user
// and combination of terms.
func (j *searchJudge) ownSearches(own []*mail.Search) []analysis.Row {
	type key struct {
		user, mailbox uint32
		terms         string
	}
	type group struct {
		first, last *mail.Search
		searches    int
		queries     []string
		seen        map[uint32]bool
	}
	t := j.p.Timeline
	groups := map[key]*group{}
	var order []*group
	for _, s := range own {
		k := key{t.Folded(timeline.ColUser, s.Rows[0]), t.Folded(timeline.ColMailbox, s.Rows[0]), describe(j.terms(s))}
		g := groups[k]
		if g == nil {
			g = &group{first: s, seen: map[uint32]bool{}}
			groups[k] = g
			order = append(order, g)
		}
		g.last = s
		g.searches++
		if query := t.Folded(timeline.ColQuery, s.Last); !g.seen[query] {
			g.seen[query] = true
			g.queries = append(g.queries, s.Text(t))
		}
	}
	var rows []analysis.Row
	for _, g := range order {
		terms := j.terms(g.first)
		r := cite.Informing(t, g.first.Rows[0], g.last.Rows[len(g.last.Rows)-1])
		r.Cells = cite.Cells(cite.Join(g.queries), "", describe(terms), g.searches, j.sentence(g.first, terms), "", "")
		rows = append(rows, r)
	}
	return rows
}

// sentence prints the habit that a judgement rests on: k of n days, first and
// last.
func (j *searchJudge) sentence(s *mail.Search, terms []reference.Term) string {
	u := j.habit(s)
	if len(terms) == 0 {
		return ""
	}
	var parts []string
	for _, term := range terms {
		part := fmt.Sprintf("%q on %d of %s with searches of the user's own", term.Text, u.Days(term.Text), cite.Counted(u.All.Days, "day"))
		if d := u.Terms[term.Text]; d != nil {
			part += " (" + timeline.FormatTime(d.First)[:10] + " to " + timeline.FormatTime(d.Last)[:10] + ")"
		}
		parts = append(parts, part)
	}
	text := strings.Join(parts, "; ")
	if u.All.Days <= j.known {
		text += "; insufficient history to know the habit"
	}
	return text + "."
}

func describe(terms []reference.Term) string {
	parts := make([]string, len(terms))
	for i, term := range terms {
		parts[i] = fmt.Sprintf("%s (%s, %d)", term.Text, term.Category, term.Weight)
	}
	return strings.Join(parts, ", ")
}

// shown is what the records of a search state of the results.
func shown(t *timeline.Timeline, s *mail.Search) string {
	for _, row := range slices.Backward(s.Rows) {
		if strings.HasPrefix(t.Text(timeline.ColOperation, row), mail.OpSuggestions) || t.Code(timeline.ColQuery, row) == 0 {
			continue
		}
		d := t.PlainDetails(row)
		ids := strings.FieldsFunc(d["ResIds"], func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
		var parts []string
		if len(ids) > 0 {
			parts = append(parts, cite.Counted(len(ids), "result")+" shown to the actor: "+cite.Join(ids))
		}
		if n := d["Item"]; n != "" {
			parts = append(parts, "record counts "+n)
		}
		if d["Trunc"] != "" && !strings.EqualFold(d["Trunc"], "false") && d["Trunc"] != "0" {
			parts = append(parts, "the list was cut")
		}
		return strings.Join(parts, "; ")
	}
	return ""
}
