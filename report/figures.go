package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Columns of the figures.
const (
	dayColumn      = "Day"
	axisColumn     = "Axis"
	actorsSeries   = "Acts of actors"
	activeSeries   = "Days of actors"
	otherSeries    = "Other mailboxes"
	nobodysSeries  = "No mailbox named"
	countryColumn  = "Country"
	ownersSeries   = "Other logons"
	mostSeries     = 4  // mailboxes of their own in a chart
	mostCountries  = 10 // bars
	weekdayColumn  = "Weekday"
	hoursOfDay     = 24
	unknownCountry = "not known"
)

// theirs reports whether an event is an act of an actor worth a review.
func (x *index) theirs(row int) bool {
	who, _ := x.by.At(row)
	return who != nil && x.suspect[who]
}

// daysSheet counts the events of each day by mailbox, those of actors apart.
func daysSheet(x *index) Sheet {
	t := x.c.Timeline
	names, fold := x.busiest(), t.Fold(timeline.ColMailbox)
	series := append(slices.Clone(names), otherSeries, nobodysSeries, actorsSeries)
	place := slices.Repeat([]int{len(names)}, len(fold)) // in series, by folded code
	place[0] = len(names) + 1
	for i, name := range names {
		code, _ := t.Find(timeline.ColMailbox, name)
		place[fold[code]] = i
	}
	days := map[int32][]int{}
	var today []int // rows are in the order of their days
	var date int32
	for row := range t.Timed() {
		n, _ := t.Nanos(row)
		if day := timeline.Day(n); today == nil || day != date {
			today, date = make([]int, len(series)), day
			days[day] = today
		}
		at := place[t.Folded(timeline.ColMailbox, row)]
		if x.theirs(row) {
			at = len(series) - 1
		}
		today[at]++
	}
	s := Sheet{Name: daysName, Title: daysName, Intro: []string{"Events by the day in UTC. Each event is counted once: under its mailbox, or as an act of an actor worth a review."}}
	s.Columns = []Column{{Name: dayColumn, Doc: "Day in UTC, as text."}}
	for _, name := range series {
		s.Columns = append(s.Columns, Column{Name: name, Doc: "Events of the day."})
	}
	s.Columns = append(s.Columns, Column{Name: activeSeries, Doc: "All events of a day on which an actor worth a review acted: the chart marks it."}, Column{Name: axisColumn, Doc: "Days that the chart on Summary names.", Screen: true})
	if len(days) == 0 {
		return s
	}
	var rows [][]Cell
	first, last := slices.Min(slices.Collect(maps.Keys(days))), slices.Max(slices.Collect(maps.Keys(days)))
	all := int(last-first) < mostDays
	step := (int(last-first) + mostNamed) / mostNamed
	for day := first; day <= last; day++ {
		if days[day] == nil && !all {
			continue
		}
		name, axis := time.Unix(int64(day)*24*60*60, 0).UTC().Format(time.DateOnly), ""
		if int(day-first)%step == 0 {
			axis = name
		}
		counts := days[day]
		if counts == nil {
			counts = make([]int, len(series))
		}
		row, total := []Cell{text(name)}, 0
		for _, n := range counts {
			row = append(row, count(n))
			total += n
		}
		if counts[len(counts)-1] == 0 {
			total = 0 // no act of an actor
		}
		rows = append(rows, append(row, count(total), text(axis)))
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	s.withoutZeros()
	return s
}

// mostNamed is how many days the axis of a chart has room to name.
const mostNamed = 8

// mostDays is how long a span is whose days without an event are shown too.
const mostDays = 1000

// withoutZeros leaves out the columns of numbers that are all 0.
func (s *Sheet) withoutZeros() {
	rows := s.Rows
	s.Rows = func(yield func([]Cell) bool) {
		rows(func(cells []Cell) bool {
			shown := slices.Clone(cells)
			for i, c := range cells {
				if c.Kind == Number && c.Number == 0 {
					shown[i] = Cell{}
				}
			}
			return yield(shown)
		})
	}
	withoutEmpty(s)
}

// busiest are the mailboxes with the most events, by name.
func (x *index) busiest() []string {
	t := x.c.Timeline
	n := make([]int, t.Cardinality(timeline.ColMailbox))
	var codes []uint32
	for row := range t.Timed() {
		code := t.Folded(timeline.ColMailbox, row)
		if n[code]++; n[code] == 1 && code != 0 {
			codes = append(codes, code)
		}
	}
	slices.SortFunc(codes, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(t.Value(timeline.ColMailbox, a), t.Value(timeline.ColMailbox, b)))
	})
	var names []string
	for _, code := range codes[:min(len(codes), mostSeries)] {
		names = append(names, t.Value(timeline.ColMailbox, code))
	}
	slices.Sort(names)
	return names
}

// countriesSheet counts the successful logons by country, those of actors
// apart.
func countriesSheet(x *index) Sheet {
	t, classes := x.c.Timeline, analysis.Operations.From(x.c.Conclusion)
	others, actors := map[string]int{}, map[string]int{}
	for row := range t.Timed() {
		if classes[t.Code(timeline.ColOperation, row)] != analysis.ClassLogon || t.Outcome(row) != timeline.Success || !t.IsAct(row) {
			continue
		}
		country := unknownCountry
		if p := t.Place(row); p != nil && p.Country != "" {
			country = p.Country
		}
		if x.theirs(row) {
			actors[country]++
		} else {
			others[country]++
		}
	}
	countries := maps.Clone(others)
	for country, n := range actors {
		countries[country] += n
	}
	names := slices.SortedFunc(maps.Keys(countries), func(a, b string) int {
		return cmp.Or(cmp.Compare(actors[b], actors[a]), cmp.Compare(countries[b], countries[a]), cmp.Compare(a, b))
	})
	s := Sheet{Name: countriesName, Title: countriesName, Intro: []string{"Successful logons by the country of their address: those of actors worth a review first. The country is what a database says of an address, no proof of where a person was."}}
	s.Columns = []Column{
		{Name: countryColumn, Doc: "ISO 3166 code of the country.", Width: 14},
		{Name: actorsSeries, Doc: "Logons of actors worth a review."},
		{Name: ownersSeries, Doc: "All other successful logons."},
	}
	rows := make([][]Cell, len(names))
	for i, name := range names {
		rows[i] = []Cell{text(name), count(actors[name]), count(others[name])}
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

// hoursSheet maps events by hour and weekday in cells: those of actors worth a
// review, and all others.
func hoursSheet(x *index) Sheet {
	t, zone := x.c.Timeline, time.UTC
	if local := zoneOf(x.c); local != nil {
		zone = local
	}
	var counts [2][7][hoursOfDay]int
	var totals [2]int
	for row := range t.Timed() {
		if t.Has(row, timeline.Service) {
			continue
		}
		who := 1
		if x.theirs(row) {
			who = 0
		}
		at := t.Time(row).In(zone)
		counts[who][(int(at.Weekday())+6)%7][at.Hour()]++
		totals[who]++
	}
	s := Sheet{Name: hoursName, Title: hoursName, Intro: []string{fmt.Sprintf("Events by hour and weekday in %s, without those of the service itself: the darker, the more. Hours at which only actors act are worth a look.", zone)}}
	s.Columns = []Column{{Name: "Whose", Doc: "Actors worth a review, or all others.", Width: 12}, {Name: weekdayColumn, Doc: "Day of the week."}}
	var hours []string
	for h := range hoursOfDay {
		hours = append(hours, fmt.Sprintf("%02d", h))
		s.Columns = append(s.Columns, Column{Name: hours[h], Doc: "Events that began in this hour."})
	}
	var rows [][]Cell
	for who, whose := range []string{"Actors", "All others"} {
		if totals[who] == 0 {
			continue
		}
		s.Scales = append(s.Scales, Scale{From: len(rows), To: len(rows) + len(counts[who]), Columns: hours})
		for day := range counts[who] {
			row := []Cell{text(whose), text(time.Weekday((day + 1) % 7).String())}
			for _, n := range counts[who][day] {
				if n == 0 {
					row = append(row, Cell{})
				} else {
					row = append(row, count(n))
				}
			}
			rows = append(rows, row)
		}
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

// charts are those of the summary, whose rows from first on count severities.
func (x *index) charts(first int, days, countries Sheet) []Chart {
	var charts []Chart
	if days.Count > 0 {
		c := Chart{Title: "Events a day by mailbox, UTC", Kind: "stacked", Sheet: daysName, Labels: axisColumn, Marked: actorsSeries, Wide: true}
		for _, col := range days.Columns[1:] {
			switch col.Name {
			case axisColumn:
			case activeSeries:
				c.Points = activeSeries
			default:
				c.Values = append(c.Values, col.Name)
			}
		}
		c.Alt = fmt.Sprintf("Columns of the events of each of %s, one on the other by mailbox; acts of actors are vermillion, and diamonds mark their days%s.", plural(days.Count, "day"), x.activeDays())
		charts = append(charts, c)
	}
	if countries.Count > 0 {
		charts = append(charts, Chart{
			Title: "Successful logons by country", Kind: "bar", Sheet: countriesName, Labels: countryColumn, Values: []string{ownersSeries, actorsSeries}, Marked: actorsSeries, Rows: min(countries.Count, mostCountries),
			Alt: fmt.Sprintf("Bars of the successful logons of %s, those of actors beside all others.", many(min(countries.Count, mostCountries), "country", "countries")),
		})
	}
	if len(x.entries) > 0 {
		charts = append(charts, Chart{
			Title: "Suspicious rows by severity", Kind: "bar", Labels: summaryWhat, Values: []string{summaryValue}, From: first, Rows: len(graded),
			Alt: fmt.Sprintf("Bars of the numbers of suspicious rows: %d in all, of severity critical, high, medium and low.", len(x.entries)),
		})
	}
	return charts
}

// activeDays says on which days actors worth a review acted.
func (x *index) activeDays() string {
	var first, last time.Time
	for _, who := range x.suspects() {
		if first.IsZero() || who.First.Before(first) {
			first = who.First
		}
		if who.Last.After(last) {
			last = who.Last
		}
	}
	if first.IsZero() {
		return ""
	}
	return fmt.Sprintf(", between %s and %s", first.Format(time.DateOnly), last.Format(time.DateOnly))
}
