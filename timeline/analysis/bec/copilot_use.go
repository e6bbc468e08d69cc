package bec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

var copilotUse = &analysis.Analyzer{
	Name:  "copilot-use",
	Title: "Copilot use",
	Doc:   explain("copilot-use"),
	Columns: []analysis.Column{
		{Name: "Host", Doc: "programs in which Copilot was asked", Kind: analysis.List},
		{Name: "Prompts", Doc: "questions on record", Kind: analysis.Count},
		{Name: "Resources", Doc: "files, mails and sites that Copilot took its answers from", Kind: analysis.List, Wrap: true},
		{Name: "Terms", Doc: "listed terms in the names of resources, and in prompts where the export holds them", Kind: analysis.List},
		{Name: "Records", Doc: "records of the row", Kind: analysis.Count},
		{Name: "Network", Doc: "where from", Kind: analysis.List},
		{Name: "Why", Doc: "what raised or lowered the severity, and how it was attributed", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, analysis.KeySession, "Network"},
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, logon.Networks, logon.Profiles, actor.Actors},
	Family:     "collect",
	Version:    1,
	Techniques: []string{"T1213", "T1114.002"},
	References: []string{"MicrosoftDocs/office-365-management-api, Copilot schema"},
	Settings:   []string{"known_good", "office_networks", "terms", "thresholds"},
	Thresholds: []*analysis.Threshold{logon.HistoryDays, copilotRareDays},
	Points:     []*analysis.Point{logon.ExitHours},
	Run:        runCopilotUse,
	Acts:       runCopilotActs,
}

// copilotRareDays: who has just been given Copilot has used it on a few days.
var copilotRareDays = &analysis.Threshold{Name: "copilot-use.rare_days", Value: 3, Doc: "most days on which a user may have asked Copilot for it to be new to them"}

// A copilotSitting is what one user asked in one session from one network: a
// session that was stolen holds two people.
type copilotSitting struct {
	user     uint32 // folded
	rows     []int
	severity analysis.Severity
	why      string
}

// errNoCopilot says what is missing.
var errNoCopilot = analysis.Skip("no record of Copilot in the evidence: the export holds none, or nobody has it; what was read through it is then not known")

// runCopilotUse gives the signs: use that is new for its user and from
// elsewhere.
func runCopilotUse(p *analysis.Pass) (*analysis.Finding, error) {
	sittings, records := copilotSittings(p)
	if records == 0 {
		return nil, errNoCopilot
	}
	f := &analysis.Finding{}
	for _, s := range sittings {
		if s.severity > analysis.Info {
			f.Rows = append(f.Rows, s.row(p, cite.About(p.Timeline, s.rows, s.severity, p.Timeline.Time(s.rows[0]), nil), s.why))
		}
	}
	return f, nil
}

// runCopilotActs gives all sittings, an actor's raised.
func runCopilotActs(p *analysis.Pass) (*analysis.Finding, error) {
	sittings, records := copilotSittings(p)
	if records == 0 {
		return nil, errNoCopilot
	}
	acts := actor.Actors.Of(p)
	f := &analysis.Finding{Notes: actor.AttributionNotes(p)}
	for _, s := range sittings {
		r, why := cite.About(p.Timeline, s.rows, s.severity, p.Timeline.Time(s.rows[0]), nil), s.why
		if r.Severity == analysis.Info {
			r.Confidence = analysis.Firm
		}
		if who, basis := acts.At(s.rows[0]); who != nil && !actor.Failed(p.Timeline, s.rows) {
			r = actor.CiteActor(p.Timeline, who, s.rows)
			r.Severity, r.Confidence = max(s.severity, actor.Raised(who, analysis.High)), actor.Confidence(basis)
			why += "; " + actor.Attributed(who, basis)
		}
		f.Rows = append(f.Rows, s.row(p, r, why))
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of Copilot on record in %s; %s suspicious.", cite.Counted(records, "record"), cite.Counted(len(sittings), "sitting"), cite.Counted(cite.Accusing(f.Rows), "row"))
	return f, nil
}

// copilotSittings gathers the records, in the order of their first, and weighs
// them by the user's habit and place.
func copilotSittings(p *analysis.Pass) (all []*copilotSitting, records int) {
	t, pr := p.Timeline, logon.Profiles.Of(p)
	numbers := logon.Networks.Of(p).Number
	type key struct{ user, session, number uint32 }
	of := map[key]*copilotSitting{}
	days := map[uint32]map[int32]bool{}
	recorded := map[int32]bool{}
	for row := range analysis.RowsOf(p, analysis.ClassCopilot) {
		if row >= t.Timed() {
			continue
		}
		records++
		k := key{t.Folded(timeline.ColUser, row), t.Folded(timeline.ColSession, row), numbers[t.Code(timeline.ColIP, row)]}
		s := of[k]
		if s == nil {
			s = &copilotSitting{user: k.user}
			of[k] = s
			all = append(all, s)
		}
		s.rows = append(s.rows, row)
		if days[k.user] == nil {
			days[k.user] = map[int32]bool{}
		}
		days[k.user][timeline.Day(timeline.UnixNano(t, row))] = true
	}
	for _, u := range pr.ByUser {
		for _, day := range logon.ActiveDays(u.Logons) {
			recorded[day] = true
		}
	}
	for _, s := range all {
		s.weigh(p, pr, len(days[s.user]), len(recorded))
	}
	return all, records
}

// weigh says what a sitting is by itself: a weak sign where Copilot is new to a
// user whose record is long enough, and was asked from elsewhere.
func (s *copilotSitting) weigh(p *analysis.Pass, pr *logon.Estate, days, recorded int) {
	t := p.Timeline
	isNew := recorded >= logon.Enough(p) && float64(days) <= p.Threshold(copilotRareDays)
	away := slices.ContainsFunc(s.rows, func(row int) bool {
		place := t.Place(row)
		return place != nil && place.Class == "" && place.Country != "" && place.Kind != logon.KindService && !pr.HomeRow(t, row) &&
			!pr.Stayed(logon.Presence{User: s.user, IP: t.Code(timeline.ColIP, row)}, timeline.UnixNano(t, row), int64(logon.ExitHours.Int()))
	})
	s.why = fmt.Sprintf("the user asked Copilot on %s of %d with logons on record", cite.Counted(days, "day"), recorded)
	switch {
	case reference.ContainsFold(p.Settings.KnownGood.Users, t.Value(timeline.ColUser, s.user)):
		s.why += "; cleared by the examiner"
	case isNew && away && !actor.Failed(t, s.rows):
		s.severity = analysis.Low
		s.why += "; from where the user isn't at home"
	case away:
		s.why += "; from where the user isn't at home"
	}
}

// row fills a row with what the records name.
func (s *copilotSitting) row(p *analysis.Pass, r analysis.Row, why string) analysis.Row {
	t := p.Timeline
	var hosts, resources, texts []string
	prompts := 0
	for _, row := range s.rows {
		c := copilotData(t.Details(row))
		hosts = append(hosts, c.AppHost)
		for _, m := range c.Messages {
			if m.IsPrompt {
				prompts++
			}
			texts = append(texts, m.Text)
		}
		for _, a := range c.AccessedResources {
			name := a.Name
			if name == "" {
				name = a.SiteURL
			}
			if a.Type != "" && name != "" {
				name += " (" + a.Type + ")"
			}
			resources = append(resources, name)
			texts = append(texts, a.Name)
		}
	}
	vocabulary := mail.NewVocabulary(p)
	var terms []string
	for _, text := range texts {
		for _, term := range vocabulary.In(text) {
			terms = append(terms, term.Text)
		}
	}
	r.User = t.Value(timeline.ColUser, s.user)
	if r.Severity > analysis.Info && r.Confidence == analysis.Unsure {
		r.Confidence = analysis.Likely
	}
	r.Cells = cite.Cells(once(hosts), prompts, once(resources), once(terms), len(s.rows), logon.NetworkNames(t, s.rows), why)
	return r
}

// A copilotEvent is what a record says of an interaction.
type copilotEvent struct {
	AppHost           string
	AccessedResources []struct {
		Name, Type string
		SiteURL    string `json:"SiteUrl"`
	}
	Messages []struct {
		IsPrompt bool `json:"isPrompt"`
		Text     string
	}
}

// copilotData reads the interaction in a record's details, an object or its
// text.
func copilotData(details string) copilotEvent {
	var record struct{ CopilotEventData json.RawMessage }
	var event copilotEvent
	if json.Unmarshal([]byte(details), &record) != nil || json.Unmarshal(record.CopilotEventData, &event) == nil {
		return event
	}
	var text string
	if json.Unmarshal(record.CopilotEventData, &text) == nil && strings.HasPrefix(text, "{") {
		_ = json.Unmarshal([]byte(text), &event)
	}
	return event
}
