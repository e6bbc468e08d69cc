package bec

import (
	"fmt"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

var shareBurst = &analysis.Analyzer{
	Name:  "share-burst",
	Title: "Share bursts",
	Doc:   explain("share-burst"),
	Columns: []analysis.Column{
		{Name: "People", Doc: "people outside with whom something was shared in the densest span, each once", Kind: analysis.Count},
		{Name: "Anonymous links", Doc: "files and folders for which a link for anybody was made", Kind: analysis.Count},
		{Name: "Files", Doc: "what was shared", Kind: analysis.List, Wrap: true},
		{Name: "With", Doc: "addresses outside", Kind: analysis.List, Wrap: true},
		{Name: "Operations", Doc: "the records' own words", Kind: analysis.List},
		{Name: "Records", Doc: "records of the row: one share leaves several", Kind: analysis.Count},
		{Name: "Why", Doc: "which bound was passed, and what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Files"},
	Needs:      []analysis.Need{analysis.Operations, logon.Profiles, mail.Tenant},
	Family:     "fraud",
	Version:    1,
	Techniques: []string{"T1534", "T1566.002", "T1567.002"},
	References: []string{"Microsoft Security, energy-sector AiTM case (January 2026)", "Microsoft Learn, sharing auditing in the audit log"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "office_networks", "thresholds"},
	Thresholds: []*analysis.Threshold{sharePeople, shareFactor, shareLeast, shareMinutes},
	Points:     []*analysis.Point{logon.RoutineDays, logon.ExitHours},
	Run:        runShareBurst,
}

// Bounds of share-burst, from tradecraft of 2025 and 2026.
var (
	sharePeople  = &analysis.Threshold{Name: "share-burst.people", Value: 20, Doc: "people outside that a span must exceed to be a burst"}
	shareFactor  = &analysis.Threshold{Name: "share-burst.factor", Value: 5, Doc: "times the user's own most on another day that is a burst as well"}
	shareLeast   = &analysis.Threshold{Name: "share-burst.least", Value: 10, Doc: "people outside below which nothing is a burst"}
	shareMinutes = &analysis.Threshold{Name: "share-burst.minutes", Value: 60, Doc: "minutes of the span"}
)

// A share is a record by which a user opened a file to somebody outside, or of
// the link by which that was done.
type share struct {
	row      int
	people   []string // outside
	anybody  bool     // by a link for anybody
	day      int32
	unixNano int64
}

func runShareBurst(p *analysis.Pass) (*analysis.Finding, error) {
	byUser, order, total := shares(p)
	if total == 0 {
		return nil, analysis.Skip("no record of sharing files: the export holds none, which does not mean that nothing was shared")
	}
	f := &analysis.Finding{}
	for _, user := range order {
		f.Rows = append(f.Rows, burstsOf(p, user, byUser[user])...)
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of sharing on record; %s of shares with people outside.", cite.Counted(total, "record"), cite.Counted(len(f.Rows), "burst"))
	return f, nil
}

// shares are the records of shares with the outside that succeeded, and those
// that name nobody, by user in time order, and the number of all records of
// sharing.
func shares(p *analysis.Pass) (byUser map[uint32][]share, order []uint32, total int) {
	t, own := p.Timeline, mail.Tenant.Of(p)
	byUser = map[uint32][]share{}
	for row := range analysis.RowsOf(p, analysis.ClassShare) {
		if t.Has(row, timeline.Service) || row >= t.Timed() {
			continue
		}
		total++
		op := strings.ToLower(t.Text(timeline.ColOperation, row))
		if t.Outcome(row) == timeline.Failure || strings.HasSuffix(op, "used") {
			continue
		}
		at := timeline.UnixNano(t, row)
		s := share{row: row, anybody: strings.HasPrefix(op, "anonymous"), day: timeline.Day(at), unixNano: at}
		with := mail.ListParts(t.Text(timeline.ColRecipients, row))
		for _, name := range with {
			if a := outsider(own, name); a != "" {
				s.people = append(s.people, a)
			}
		}
		if len(s.people) == 0 && len(with) > 0 {
			continue // with people of the tenant
		}
		user := t.Folded(timeline.ColUser, row)
		if byUser[user] == nil {
			order = append(order, user)
		}
		byUser[user] = append(byUser[user], s)
	}
	return byUser, order, total
}

// outsider is the address of somebody outside whom a record names, by it or by
// the name of the guest account: ann_example.net#ext#@tenant; empty of others.
func outsider(own map[string]bool, name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if guest, _, ok := strings.Cut(name, "#ext#"); ok {
		if i := strings.LastIndexByte(guest, '_'); i > 0 {
			guest = guest[:i] + "@" + guest[i+1:]
		}
		name = guest
	}
	if !strings.Contains(name, "@") || !mail.External(own, name) {
		return ""
	}
	return name
}

// burstsOf are the rows of one user: runs of shares without a pause longer than
// the span, in the densest span of which more people got access than is usual.
func burstsOf(p *analysis.Pass, user uint32, list []share) []analysis.Row {
	span := p.Minutes(shareMinutes)
	type run struct {
		shares []share
		most   int
	}
	var runs []run
	for start := 0; start < len(list); {
		end := start + 1
		for end < len(list) && list[end].unixNano-list[end-1].unixNano <= int64(span) {
			end++
		}
		runs = append(runs, run{list[start:end], mostPeople(list[start:end], span)})
		start = end
	}
	var rows []analysis.Row
	for _, r := range runs {
		days := map[int32]int{} // of the user's other shares
		for _, other := range runs {
			if day := other.shares[0].day; day != r.shares[0].day {
				days[day] = max(days[day], other.most)
			}
		}
		usual, often := 0, 0
		for _, most := range days {
			usual = max(usual, most)
			if 2*most > r.most {
				often++
			}
		}
		known := len(days) >= logon.RoutineDays.Int()
		n := float64(r.most)
		if n < p.Threshold(shareLeast) || n <= p.Threshold(sharePeople) && (!known || n <= p.Threshold(shareFactor)*float64(usual)) {
			continue
		}
		why := fmt.Sprintf("%d people outside within %.0f minutes", r.most, span.Minutes())
		if known {
			why += fmt.Sprintf("; the user's most on another day is %d", usual)
		}
		rows = append(rows, shareRow(p, user, r.shares, r.most, often, why))
	}
	return rows
}

// mostPeople is the most people outside within a span. A link for anybody
// counts once a file: how many got it is not on record.
func mostPeople(list []share, span time.Duration) int {
	count := map[string]int{}
	most, lo := 0, 0
	for _, s := range list {
		for _, a := range s.people {
			count[a]++
		}
		for s.unixNano-list[lo].unixNano > int64(span) {
			for _, a := range list[lo].people {
				logon.Drop(count, a)
			}
			lo++
		}
		most = max(most, len(count))
	}
	return most
}

// shareRow shows a burst. Where the user is at home it is a weak sign; what the
// user does on several days is no sign.
func shareRow(p *analysis.Pass, user uint32, list []share, most, often int, why string) analysis.Row {
	t, pr := p.Timeline, logon.Profiles.Of(p)
	var rows []int
	var people []string
	open := map[uint32]bool{}
	located, home := false, true
	for _, s := range list {
		rows, people = append(rows, s.row), append(people, s.people...)
		if s.anybody {
			open[t.Code(timeline.ColTarget, s.row)] = true
		}
		place := t.Place(s.row)
		if place == nil || place.Class != "" || place.Kind == logon.KindService {
			continue
		}
		located = true
		at := logon.Presence{User: user, IP: t.Code(timeline.ColIP, s.row)}
		home = home && (pr.HomeRow(t, s.row) || pr.Stayed(at, s.unixNano, int64(logon.ExitHours.Int())))
	}
	severity := analysis.High
	switch {
	case reference.ContainsFold(p.Settings.KnownGood.Users, t.Value(timeline.ColUser, user)):
		severity, why = analysis.Info, why+"; cleared by the examiner"
	case often >= logon.RoutineDays.Int():
		severity, why = analysis.Info, fmt.Sprintf("%s; more than half as many on %d other days: a habit of the user", why, often)
	case !located:
		severity, why = analysis.Medium, why+"; no record says from where"
	case home:
		severity, why = analysis.Low, why+"; from where the user usually is"
	default:
		why += "; from where the user isn't at home"
	}
	r := cite.About(t, rows, severity, t.Time(rows[0]), nil)
	r.Confidence, r.User = analysis.Likely, t.Value(timeline.ColUser, user)
	r.Cells = cite.Cells(most, len(open), cite.Distinct(t, timeline.ColTarget, rows), once(people), cite.Operations(t, rows), len(rows), why)
	return r
}
