package report

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis/actor"
)

// actorDoc is an actor as data. Members that nothing fills are left out.
type actorDoc struct {
	ID           string           `json:"id"`
	Rank         int              `json:"rank"`
	Score        float64          `json:"score"`
	Band         string           `json:"band"`
	User         string           `json:"user"`
	Mailboxes    []string         `json:"mailboxes"`
	Sessions     []string         `json:"sessions"`
	IPs          []string         `json:"ips"`
	UserAgents   []string         `json:"user_agents"`
	Apps         []string         `json:"apps"`
	First        *string          `json:"first"`
	Last         *string          `json:"last"`
	Window       windowDoc        `json:"window"`
	Entry        entryDoc         `json:"entry"`
	Containment  []containmentDoc `json:"containment"`
	Reasons      []reasonDoc      `json:"reasons"`
	Explanations []explanationDoc `json:"explanations"`
	Links        []linkDoc        `json:"links"`
	Acts         []actDoc         `json:"acts"`
	Origins      []string         `json:"origins"`
	Review       *reviewDoc       `json:"review,omitempty"`
}

type windowDoc struct {
	Start     *string `json:"start"`
	StartOpen bool    `json:"start_open"`
	End       *string `json:"end"`
	EndOpen   bool    `json:"end_open"`
	Text      string  `json:"text"`
}

type entryDoc struct {
	Text       string   `json:"text"`
	Confidence string   `json:"confidence"`
	Origins    []string `json:"origins"`
}

type containmentDoc struct {
	At         *string  `json:"at"`
	Mailbox    string   `json:"mailbox"`
	What       string   `json:"what"`
	Effective  *bool    `json:"effective"` // null where it can't be told
	SurvivedBy string   `json:"survived_by"`
	Origins    []string `json:"origins"`
}

type reasonDoc struct {
	Family   string   `json:"family"`
	Points   float64  `json:"points"`
	Text     string   `json:"text"`
	Analysis string   `json:"analysis"`
	Row      string   `json:"row"`
	Origins  []string `json:"origins"`
}

type explanationDoc struct {
	Points float64 `json:"points"`
	Text   string  `json:"text"`
}

type linkDoc struct {
	From    string   `json:"from"`
	To      string   `json:"to"`
	Tier    string   `json:"tier"`
	Text    string   `json:"text"`
	Origins []string `json:"origins"`
}

type actDoc struct {
	At      *string  `json:"at"`
	Phase   string   `json:"phase"`
	Text    string   `json:"text"`
	User    string   `json:"user"`
	Mailbox string   `json:"mailbox"`
	Message string   `json:"message"`
	Origins []string `json:"origins"`
}

func writeActors(d *jsonWriter, c *Case) {
	actors, acts := actor.Actors.From(c.Conclusion).Actors, actor.Acts.From(c.Conclusion)
	entries := actor.Entries.From(c.Conclusion)
	windows, measures := actor.Windows.From(c.Conclusion), actor.Containments.From(c.Conclusion)
	d.list("actors", len(actors), func(i int) {
		one := actorOf(c, actors[i], acts[i])
		w := windows[i]
		one.Window = windowDoc{timeText(w.Start), w.StartOpen, timeText(w.End), w.EndOpen, w.Text}
		one.Entry = entryOf(c.Timeline, entries[i])
		one.Containment = containmentOf(c.Timeline, measures[i])
		d.value(one)
	})
}

// entryOf is how an actor got into its accounts: the confidence is that of the
// first.
func entryOf(t *timeline.Timeline, entries []actor.Entry) entryDoc {
	d := entryDoc{Origins: []string{}}
	var said []string
	var rows []int
	for _, e := range entries {
		said, rows = append(said, e.Text), append(rows, e.Rows...)
	}
	if len(entries) > 0 {
		d.Confidence = entries[0].Confidence.String()
	}
	slices.Sort(rows)
	d.Text, d.Origins = strings.Join(said, " "), originsOf(t, slices.Compact(rows))
	return d
}

func containmentOf(t *timeline.Timeline, measures []actor.Containment) []containmentDoc {
	list := make([]containmentDoc, len(measures))
	for i, m := range measures {
		list[i] = containmentDoc{timeText(m.At), m.Mailbox, strings.Join(m.What, ", "), nil, m.SurvivedBy, originsOf(t, m.Rows)}
		if m.Hold != actor.HoldUnknown {
			held := m.Hold == actor.Held
			list[i].Effective = &held
		}
	}
	return list
}

func actorOf(c *Case, who *actor.Actor, acts []actor.Act) actorDoc {
	t := c.Timeline
	d := actorDoc{
		ID: who.ID, Rank: who.Rank, Score: who.Score, Band: who.Band.String(), User: who.User,
		Mailboxes: some(who.Mailboxes), Sessions: some(who.Sessions), IPs: some(who.IPs), UserAgents: some(who.UserAgents), Apps: some(who.Apps),
		First: timeText(who.First), Last: timeText(who.Last),
		Reasons: make([]reasonDoc, len(who.Reasons)), Explanations: make([]explanationDoc, len(who.Explanations)),
		Links: make([]linkDoc, len(who.Links)), Acts: make([]actDoc, len(acts)), Review: reviewOf(c.Settings.Reviewed(who.ID)),
	}
	for i, r := range who.Reasons {
		one := reasonDoc{Family: r.Family, Points: r.Points, Text: r.Text, Origins: originTexts(r.Origins)}
		if r.Sign != nil {
			one.Analysis, one.Row = r.Sign.Analyzer.Name, r.Sign.ID
		}
		d.Reasons[i] = one
	}
	for i, e := range who.Explanations {
		d.Explanations[i] = explanationDoc{e.Points, e.Text}
	}
	for i, l := range who.Links {
		d.Links[i] = linkDoc{l.From, l.To, string(l.Tier), l.Text, originsOf(t, l.Rows)}
	}
	var all []int
	for i, a := range acts {
		d.Acts[i] = actDoc{timeText(a.At), string(a.Phase), a.Text, a.User, a.Mailbox, a.Message, originsOf(t, a.Rows)}
		all = append(all, a.Rows...)
	}
	origins := slices.Clone(who.Effects)
	for _, row := range all {
		origins = append(origins, t.Origin(row))
	}
	slices.SortFunc(origins, timeline.Origin.Compare)
	d.Origins = originTexts(slices.Compact(origins))
	return d
}

// originsOf are the origins of rows, in the order of the rows.
func originsOf(t *timeline.Timeline, rows []int) []string {
	texts := make([]string, len(rows))
	for i, row := range rows {
		texts[i] = t.Origin(row).String()
	}
	return texts
}

func originTexts(list []timeline.Origin) []string {
	texts := make([]string, len(list))
	for i, o := range list {
		texts[i] = o.String()
	}
	return texts
}
