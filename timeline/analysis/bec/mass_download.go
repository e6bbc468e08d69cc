package bec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

var massDownload = &analysis.Analyzer{
	Name:  "mass-download",
	Title: "Mass downloads",
	Doc:   explain("mass-download"),
	Columns: []analysis.Column{
		{Name: "Files", Doc: "distinct files", Kind: analysis.Count},
		{Name: "Operation", Doc: "the operations of the records", Kind: analysis.List},
		{Name: "Names", Doc: "files, as far as the cell holds", Kind: analysis.List, Wrap: true},
		{Name: "Why", Doc: "which threshold was passed, and what the user's usual day is", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, analysis.KeyIP},
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, actor.Actors, actor.Routines},
	Thresholds: []*analysis.Threshold{burstFiles, burstMinutes, dayFiles, dayFactor},
	Points:     []*analysis.Point{dayPercentile},
	Version:    5,
	Techniques: []string{"T1213.002", "T1530"},
	References: []string{"elastic/detection-rules 0e524fa6"},
	Settings:   []string{"home_countries", "mailboxes", "thresholds"},
	Acts:       runMassDownload,
}

// Bounds of mass-download (catalogue S03).
var (
	burstFiles   = &analysis.Threshold{Name: "mass-download.files", Value: 25, Doc: "distinct files within the window of a burst"}
	burstMinutes = &analysis.Threshold{Name: "mass-download.burst_minutes", Value: 3, Doc: "window of a burst of downloads, in minutes; a shorter pause over midnight does not part two days"}
	dayFiles     = &analysis.Threshold{Name: "mass-download.day_files", Value: 50, Doc: "distinct files that a day must exceed to be unusual"}
	dayFactor    = &analysis.Threshold{Name: "mass-download.day_factor", Value: 3, Doc: "times the user's own usual day that it must exceed as well"}

	dayPercentile = &analysis.Point{Name: "mass-download.day_percentile", Value: 95, Doc: "percentile of the user's other days with downloads that is the usual day"}
)

// A downloader is a user from one address, or the actor who used the account
// there.
type downloader struct {
	user, ip uint32
	actor    *actor.Actor
}

func runMassDownload(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	acts := actor.Actors.Of(p)
	groups := map[downloader][]int{}
	var order []downloader
	total := 0
	for row := range analysis.RowsOf(p, analysis.ClassDownload) {
		if t.Has(row, timeline.Service) || t.Outcome(row) == timeline.Failure || row >= t.Timed() {
			continue
		}
		total++
		k := downloader{user: t.Folded(timeline.ColUser, row), ip: t.Code(timeline.ColIP, row)}
		k.actor, _ = acts.At(row)
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], row)
	}
	if total == 0 {
		return nil, analysis.Skip("no record of a file download: the export holds none, which does not mean that none was made")
	}
	least, span := int(p.Threshold(burstFiles)), p.Minutes(burstMinutes)
	many, factor := int(p.Threshold(dayFiles)), p.Threshold(dayFactor)
	usual := usualDay(t, groups)
	f := &analysis.Finding{}
	for _, k := range order {
		for _, run := range downloadRuns(t, groups[k], span) {
			files := cite.Distinct(t, timeline.ColTarget, run)
			var why []string
			if n := densest(t, run, span); n >= least {
				why = append(why, fmt.Sprintf("%d files within %.0f minutes", n, span.Minutes()))
			} else if len(files) > many && float64(len(files)) > factor*usual[k.user] {
				when := "in a day"
				if days := timeline.Day(timeline.UnixNano(t, run[len(run)-1])) - timeline.Day(timeline.UnixNano(t, run[0])); days > 0 {
					when = fmt.Sprintf("on %d days without a pause", days+1)
				}
				why = append(why, fmt.Sprintf("%d files %s; the user's %dth percentile of a day is %.0f", len(files), when, dayPercentile.Int(), usual[k.user]))
			}
			if len(why) == 0 && k.actor == nil {
				continue
			}
			r := cite.Citing(t, run)
			r.Severity, r.Confidence = analysis.Medium, analysis.Likely
			if k.actor != nil {
				_, basis := acts.At(run[0])
				r.Severity, r.Confidence = actor.Raised(k.actor, analysis.High), actor.Confidence(basis)
				why = append(why, actor.Attributed(k.actor, basis))
			} else if reason := whereExpected(p, run); reason != "" {
				r.Severity = analysis.Info
				why = append(why, reason)
			}
			r.Cells = cite.Cells(len(files), cite.Distinct(t, timeline.ColOperation, run), files, strings.Join(why, "; "))
			f.Rows = append(f.Rows, r)
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of files on record; %s out.", cite.Counted(total, "download"), cite.Plural(len(f.Rows), "run of downloads stands", "runs of downloads stand"))
	f.Notes = actor.AttributionNotes(p)
	return f, nil
}

// whereExpected says why records come from where their user is expected: all
// from a usual network, from beside the user's own device, or from a declared
// country; else it is empty.
func whereExpected(p *analysis.Pass, rows []int) string {
	t := p.Timeline
	routines := actor.Routines.Of(p)
	usual, beside, stated := true, true, true
	for _, row := range rows {
		usual = usual && routines.Usual(row)
		beside = beside && routines.Beside(row)
		place, declared := t.Place(row), p.Settings.For(t.Text(timeline.ColUser, row))
		stated = stated && place != nil && place.Country != "" && (declared.Home(place.Country) || declared.Travelled(place.Country, t.Time(row)))
	}
	switch {
	case usual:
		return actor.RoutineReason
	case beside:
		return "a device of the user's own logged on from the same address that day"
	case stated:
		return "from a country that is declared as the user's home or travel"
	}
	return ""
}

// downloadRuns cuts a downloader's rows into days. Rows that go on over midnight
// without a pause longer than a span are of one day.
func downloadRuns(t *timeline.Timeline, rows []int, span time.Duration) [][]int {
	var runs [][]int
	for start := 0; start < len(rows); {
		end := start + 1
		for end < len(rows) && (timeline.Day(timeline.UnixNano(t, rows[end])) == timeline.Day(timeline.UnixNano(t, rows[end-1])) ||
			timeline.UnixNano(t, rows[end])-timeline.UnixNano(t, rows[end-1]) <= int64(span)) {
			end++
		}
		runs = append(runs, rows[start:end])
		start = end
	}
	return runs
}

// densest is the most distinct files of rows within a span of time.
func densest(t *timeline.Timeline, rows []int, span time.Duration) int {
	count := map[uint32]int{}
	most, lo := 0, 0
	for _, row := range rows {
		count[t.Code(timeline.ColTarget, row)]++
		for timeline.UnixNano(t, row)-timeline.UnixNano(t, rows[lo]) > int64(span) {
			logon.Drop(count, t.Code(timeline.ColTarget, rows[lo]))
			lo++
		}
		most = max(most, len(count))
	}
	return most
}

// usualDay is each user's percentile of files on a day with downloads, the
// busiest day and those of actors left out.
func usualDay(t *timeline.Timeline, groups map[downloader][]int) map[uint32]float64 {
	perDay := map[uint32]map[int32]map[uint32]bool{}
	for k, rows := range groups {
		if k.actor != nil {
			continue
		}
		if perDay[k.user] == nil {
			perDay[k.user] = map[int32]map[uint32]bool{}
		}
		for _, row := range rows {
			day := timeline.Day(timeline.UnixNano(t, row))
			if perDay[k.user][day] == nil {
				perDay[k.user][day] = map[uint32]bool{}
			}
			perDay[k.user][day][t.Code(timeline.ColTarget, row)] = true
		}
	}
	usual := map[uint32]float64{}
	for user, days := range perDay {
		counts := make([]int, 0, len(days))
		for _, files := range days {
			counts = append(counts, len(files))
		}
		slices.Sort(counts)
		if counts = counts[:len(counts)-1]; len(counts) > 0 {
			usual[user] = float64(counts[int(dayPercentile.Value/100*float64(len(counts)-1))])
		}
	}
	return usual
}
