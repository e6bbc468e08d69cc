package bec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/reference"
)

var graphAccess = &analysis.Analyzer{
	Name:  "graph-access",
	Title: "Graph access",
	Doc:   explain("graph-access"),
	Columns: []analysis.Column{
		{Name: "Application", Doc: "name or id of the application, and whether it acted without a user", Kind: analysis.Text},
		{Name: "Requests", Doc: "requests of the row", Kind: analysis.Count},
		{Name: "Messages", Doc: "distinct messages that were read, by the items that requests name", Kind: analysis.Count},
		{Name: "Bytes", Doc: "size of all answers", Kind: analysis.Size},
		{Name: "Searched", Doc: "what was searched for", Kind: analysis.List, Wrap: true},
		{Name: "Written", Doc: "what was sent, made, changed, moved or deleted", Kind: analysis.List, Wrap: true},
		{Name: "Read", Doc: "what was listed and read, ids left out", Kind: analysis.List, Wrap: true},
		{Name: "Mailboxes", Doc: "mailboxes that the requests name", Kind: analysis.List},
		{Name: "User agents", Doc: "as written", Kind: analysis.List},
		{Name: "Network", Doc: "where from", Kind: analysis.List},
		{Name: "Why", Doc: "what speaks for and against it", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Application", analysis.KeySession, "Network"},
	Needs:      []analysis.Need{analysis.Operations, logon.Networks, logon.Profiles, logon.Tools},
	Family:     "collect",
	Version:    1,
	Techniques: []string{"T1114.002", "T1087.004", "T1550.001"},
	References: []string{"elastic/detection-rules e882e934", "Microsoft Learn, MicrosoftGraphActivityLogs"},
	Settings:   []string{"known_good", "office_networks", "thresholds"},
	Thresholds: append([]*analysis.Threshold{logon.HistoryDays, graphRareDays}, graphBands.Thresholds()...),
	Points:     []*analysis.Point{pointGraphNew, pointGraphTool, pointGraphAttack, pointGraphAway, pointGraphHidden, pointGraphWrites},
	Run:        runGraphAccess,
}

// Bounds and points of graph-access: two reasons of weight are a weak sign,
// three a strong one.
var (
	graphRareDays = &analysis.Threshold{Name: "graph-access.rare_days", Value: 3, Doc: "most days on which an application may have made such requests for the user to be new to them"}
	graphBands    = cite.Bands{
		Low:    &analysis.Threshold{Name: "graph-access.low", Value: 3, Doc: "points from which a row is low"},
		Medium: &analysis.Threshold{Name: "graph-access.medium", Value: 5, Doc: "points from which a row is medium"},
		High:   &analysis.Threshold{Name: "graph-access.high", Value: 6, Doc: "points from which a row is high"},
	}
	pointGraphNew    = &analysis.Point{Name: "graph-access.new", Value: 2, Doc: "the application hardly ever made such requests for the user, in a record that is long enough"}
	pointGraphTool   = &analysis.Point{Name: "graph-access.tool", Value: 2, Doc: "a tool or library by its user agent, with a user's token"}
	pointGraphAttack = &analysis.Point{Name: "graph-access.attack_tool", Value: 4, Doc: "an attack tool or phishing kit by its user agent"}
	pointGraphAway   = &analysis.Point{Name: "graph-access.away", Value: 1, Doc: "with a user's token from where the user isn't at home"}
	pointGraphHidden = &analysis.Point{Name: "graph-access.hidden", Value: 2, Doc: "the same from a network that hides who is behind it"}
	pointGraphWrites = &analysis.Point{Name: "graph-access.writes", Value: 1, Doc: "it sends, makes a rule or gives rights"}
)

// A graphUse is the requests of a user, an application and a session from one
// network: a session that was stolen holds two people.
type graphUse struct {
	user, app uint32 // folded
	appOnly   bool
	number    uint32 // of the network
	rows      []int
	telling   []int // those that read, search or change what is worth it
}

// telling reports whether a class of requests is worth a row: what programs do
// all day, such as fetching photos, calendars and recent files, is not.
func telling(class string) bool {
	return class != "" && class != "profile" && class != "calendar" && class != "contacts" && class != analysis.ClassFileList
}

// alters reports whether a class of requests changes something, and whether
// that lasts or goes out.
func alters(class string) (changes, grave bool) {
	switch class {
	case analysis.ClassSend, analysis.ClassRule, analysis.ClassConsent, analysis.ClassApplication, "directory-change":
		return true, true
	case analysis.ClassDraft, analysis.ClassMove, analysis.ClassDelete, "change", "file-change":
		return true, false
	}
	return false, false
}

func runGraphAccess(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	if t.Cardinality(timeline.ColRequest) == 1 {
		return nil, analysis.Skip("no request to Graph in the evidence: the log exists only where diagnostic settings send it on; what was read by Graph is then seen in MailItemsAccessed alone, without sizes")
	}
	uses, requests, service, recorded := graphUses(p)
	j := &graphJudge{p: p, pr: logon.Profiles.Of(p), tools: logon.Tools.Of(p), scale: graphBands.Of(p), recorded: recorded, days: map[graphPair]int{}, agents: map[graphAgent]int{}}
	j.learn(uses)
	f := &analysis.Finding{}
	quiet := map[graphPair]*graphUse{}
	var order []graphPair
	for _, use := range uses {
		if len(use.telling) == 0 {
			continue
		}
		severity, why := j.weigh(use)
		if severity > analysis.Info {
			f.Rows = append(f.Rows, j.row(use, severity, why))
			continue
		}
		k := use.pair()
		if quiet[k] == nil {
			quiet[k] = &graphUse{user: use.user, app: use.app, appOnly: use.appOnly, number: use.number}
			order = append(order, k)
		}
		quiet[k].rows = append(quiet[k].rows, use.rows...)
		quiet[k].telling = append(quiet[k].telling, use.telling...)
	}
	for _, k := range order {
		use := quiet[k]
		slices.Sort(use.rows)
		slices.Sort(use.telling)
		f.Rows = append(f.Rows, j.row(use, analysis.Info, j.habit(use)))
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s to Graph on record on %s; %s suspicious.", cite.Counted(requests, "request"), cite.Counted(recorded, "day"), cite.Counted(cite.Accusing(f.Rows), "row"))
	if service > 0 {
		f.Notes = append(f.Notes, cite.Counted(service, "request")+" by Microsoft's own applications from Microsoft's own addresses left out.")
	}
	return f, nil
}

// A graphPair is a user and an application, and the network of one without a
// user.
type graphPair struct{ user, app, number uint32 }

func (u *graphUse) pair() graphPair {
	if u.appOnly {
		return graphPair{u.user, u.app, u.number}
	}
	return graphPair{u.user, u.app, 0}
}

// graphUses gathers the requests by user, application, session and network, in the order of their first, and
// counts them, those of Microsoft's own service and the days on record.
func graphUses(p *analysis.Pass) (uses []*graphUse, requests, service, recorded int) {
	t := p.Timeline
	numbers := logon.Networks.Of(p).Number
	type key struct {
		graphPair
		session uint32
	}
	of := map[key]*graphUse{}
	days := map[int32]bool{}
	first := make([]int8, t.Cardinality(timeline.ColAppID)) // whether Microsoft's own: 1 yes, -1 no
	for row := range t.Timed() {
		if t.Code(timeline.ColRequest, row) == 0 {
			continue
		}
		requests++
		days[timeline.Day(timeline.UnixNano(t, row))] = true
		id := t.Code(timeline.ColAppID, row)
		if first[id] == 0 {
			first[id] = -1
			if app, _ := p.Reference.App(t.Value(timeline.ColAppID, id)); app.FirstParty {
				first[id] = 1
			}
		}
		if place := t.Place(row); place != nil && place.Kind == logon.KindService && first[id] > 0 {
			service++
			continue
		}
		k := key{graphPair{t.Folded(timeline.ColUser, row), t.Folded(timeline.ColAppID, row), numbers[t.Code(timeline.ColIP, row)]}, t.Folded(timeline.ColSession, row)}
		use := of[k]
		if use == nil {
			use = &graphUse{user: k.user, app: k.app, appOnly: t.Has(row, timeline.AppOnly), number: k.number}
			of[k] = use
			uses = append(uses, use)
		}
		use.rows = append(use.rows, row)
		if telling(analysis.RequestClass(p, row)) && t.Outcome(row) != timeline.Failure {
			use.telling = append(use.telling, row)
		}
	}
	return uses, requests, service, len(days)
}

// A graphJudge weighs uses of Graph.
type graphJudge struct {
	p        *analysis.Pass
	pr       *logon.Estate
	tools    []reference.Agent
	scale    cite.Scale
	recorded int               // days with requests
	days     map[graphPair]int // on which a pair made telling requests
	agents   map[graphAgent]int
}

// A graphAgent is a pair with a tool.
type graphAgent struct {
	graphPair
	tool string
}

// learn counts the days of each user with each application.
func (j *graphJudge) learn(uses []*graphUse) {
	t := j.p.Timeline
	seen, with := map[graphPair]map[int32]bool{}, map[graphAgent]map[int32]bool{}
	for _, use := range uses {
		k := use.pair()
		for _, row := range use.telling {
			day, agent := timeline.Day(timeline.UnixNano(t, row)), graphAgent{k, j.tools[t.Code(timeline.ColUserAgent, row)].Tool}
			if seen[k] == nil {
				seen[k] = map[int32]bool{}
			}
			if with[agent] == nil {
				with[agent] = map[int32]bool{}
			}
			seen[k][day], with[agent][day] = true, true
			j.days[k], j.agents[agent] = len(seen[k]), len(with[agent])
		}
	}
}

// habit says on how many days an application made such requests.
func (j *graphJudge) habit(use *graphUse) string {
	return fmt.Sprintf("such requests on %d of %s on record", j.days[use.pair()], cite.Counted(j.recorded, "day"))
}

// weigh gives the points of a use. An application or a tool with which such
// requests were made on as many days as a history has is a habit, whatever its
// name; the place is judged by itself.
func (j *graphJudge) weigh(use *graphUse) (severity analysis.Severity, why string) {
	t, days := j.p.Timeline, j.days[use.pair()]
	good := &j.p.Settings.KnownGood
	if reference.ContainsFold(good.Apps, t.Value(timeline.ColAppID, use.app)) || reference.ContainsFold(good.Users, t.Value(timeline.ColUser, use.user)) {
		return analysis.Info, ""
	}
	var s cite.Score
	s.Add(j.recorded >= logon.Enough(j.p) && float64(days) <= j.p.Threshold(graphRareDays), pointGraphNew, "the application is new: "+j.habit(use))
	tool, attack := j.tool(use)
	s.Add(attack, pointGraphAttack, tool)
	s.Add(tool != "" && !attack && !use.appOnly, pointGraphTool, tool)
	away, hidden := j.away(use)
	s.Add(hidden && !use.appOnly, pointGraphHidden, "from a network that hides who is behind it and is not usual for the user")
	s.Add(away && !hidden && !use.appOnly, pointGraphAway, "from where the user isn't at home")
	s.Add(slices.ContainsFunc(use.telling, func(row int) bool {
		_, grave := alters(analysis.RequestClass(j.p, row))
		return grave
	}), pointGraphWrites, "it sends, makes a rule or gives rights")
	return j.scale.Severity(s.Points()), s.String()
}

// tool names the tool that the requests' user agent is of, and says whether it
// is one of attackers; empty if the table knows none, or it is a habit.
func (j *graphJudge) tool(use *graphUse) (name string, attack bool) {
	for _, row := range use.telling {
		agent := j.tools[j.p.Timeline.Code(timeline.ColUserAgent, row)]
		if agent.Tool == "" || j.agents[graphAgent{use.pair(), agent.Tool}] >= logon.Enough(j.p) {
			continue
		}
		name = agent.Tool + " (" + agent.Category + ") by its user agent"
		if agent.Category == logon.AttackAgent || agent.Category == logon.PhishingAgent {
			return name, true
		}
	}
	return name, false
}

// away reports whether a telling request came from where the user isn't at
// home, and whether from a network that hides who is behind it.
func (j *graphJudge) away(use *graphUse) (away, hidden bool) {
	t := j.p.Timeline
	for _, row := range use.telling {
		place := t.Place(row)
		if place == nil || place.Class != "" || place.Country == "" || place.Kind == logon.KindService || j.pr.HomeRow(t, row) {
			continue
		}
		if j.pr.Stayed(logon.Presence{User: use.user, IP: t.Code(timeline.ColIP, row)}, timeline.UnixNano(t, row), int64(logon.ExitHours.Int())) {
			continue
		}
		away = true
		hidden = hidden || logon.Anonymous(place)
	}
	return away, hidden
}

// row shows a use: all its records where it is a sign.
func (j *graphJudge) row(use *graphUse, severity analysis.Severity, why string) analysis.Row {
	t := j.p.Timeline
	r := cite.About(t, use.rows, severity, t.Time(use.rows[0]), nil)
	r.Confidence, r.User = analysis.Likely, t.Value(timeline.ColUser, use.user)
	app := strings.Join(cite.AppNames(t, use.rows), "; ")
	if use.appOnly {
		app += " (without a user)"
	}
	messages, bytes := map[uint32]bool{}, int64(0)
	var searched, written, read []string
	for _, row := range use.rows {
		n, _ := strconv.ParseInt(t.Text(timeline.ColBytes, row), 10, 64)
		bytes += n
		class := analysis.RequestClass(j.p, row)
		q := timeline.ParseRequest(t.Text(timeline.ColRequest, row))
		shape := q.Shape()
		if t.Outcome(row) == timeline.Failure {
			shape += " (failed)"
		}
		changes, _ := alters(class)
		switch {
		case class == analysis.ClassSearch:
			searched = append(searched, t.Text(timeline.ColQuery, row))
		case changes:
			written = append(written, shape)
		default:
			read = append(read, shape)
		}
		if class == analysis.ClassAccess && t.Outcome(row) != timeline.Failure {
			messages[t.Code(timeline.ColItemID, row)] = true
		}
	}
	r.Cells = cite.Cells(
		app, len(use.rows), len(messages), analysis.Bytes(bytes), once(searched), once(written), once(read),
		cite.DistinctFolded(t, timeline.ColMailbox, use.rows), cite.Distinct(t, timeline.ColUserAgent, use.rows), logon.NetworkNames(t, use.rows), why,
	)
	return r
}

// once sorts texts and keeps each once.
func once(texts []string) []string {
	slices.Sort(texts)
	return slices.DeleteFunc(slices.Compact(texts), func(s string) bool { return s == "" })
}
