package bec

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// citing is a finding row that rests on events: their span, addresses,
// sessions and every origin. The user and the mailbox are the events' own
// where they agree on one. rows must be in time order and not be empty.
func citing(t *timeline.Timeline, rows []int) analysis.Row {
	r := analysis.Row{
		User:     common(t, timeline.ColUser, rows),
		Mailbox:  common(t, timeline.ColMailbox, rows),
		First:    t.Time(rows[0]),
		IPs:      distinct(t, timeline.ColIP, rows),
		Sessions: distinct(t, timeline.ColSession, rows),
	}
	for _, row := range rows {
		if at := t.Time(row); at.After(r.Last) {
			r.Last = at
		}
		r.Origins = append(r.Origins, t.Origin(row))
	}
	return r
}

// citingActor is citing for acts of an actor. Where the records have no
// address or session, those of the actor's last logon before each of them
// stand in.
func citingActor(t *timeline.Timeline, a *actor, rows []int) analysis.Row {
	r := citing(t, rows)
	r.User, r.Mailbox = a.user, a.mailbox
	if len(r.IPs) == 0 {
		var logons []int
		for _, row := range rows {
			if l, ok := a.logonBefore(t, row); ok {
				logons = append(logons, l)
			}
		}
		r.IPs = distinct(t, timeline.ColIP, logons)
	}
	if len(r.Sessions) == 0 {
		r.Sessions = slices.Clone(a.sessions)
	}
	return r
}

// logonTries bounds how far back a logon with the client of an act is looked
// for: the sittings of one actor with several clients lie close together.
const logonTries = 32

// logonBefore is the actor's last logon with an address before an act, with
// the same client where there is one.
func (a *actor) logonBefore(t *timeline.Timeline, row int) (logonRow int, ok bool) {
	i, _ := slices.BinarySearch(a.logons, row)
	client := t.Folded(timeline.ColClient, row)
	for k := i - 1; k >= 0 && k >= i-logonTries; k-- {
		l := a.logons[k]
		if t.Code(timeline.ColIP, l) == 0 {
			continue
		}
		if t.Folded(timeline.ColClient, l) == client {
			return l, true
		}
		if !ok {
			logonRow, ok = l, true
		}
	}
	return logonRow, ok
}

// informing is an info row about many events: it cites the first and the last.
func informing(t *timeline.Timeline, first, last int) analysis.Row {
	r := citing(t, []int{first, last})
	r.Severity, r.Confidence = analysis.Info, analysis.Firm
	return r
}

// common is the value that all rows that have one share but for case, as the
// first writes it; empty if they differ.
func common(t *timeline.Timeline, c timeline.Col, rows []int) string {
	fold := t.Fold(c)
	var seen uint32
	for _, row := range rows {
		code := t.Code(c, row)
		switch {
		case code == 0 || seen != 0 && fold[seen] == fold[code]:
		case seen == 0:
			seen = code
		default:
			return ""
		}
	}
	return t.Value(c, seen)
}

// distinct lists the values of rows in a column, sorted, each once.
func distinct(t *timeline.Timeline, c timeline.Col, rows []int) []string {
	codes := make([]uint32, 0, 4)
	for _, row := range rows {
		if code := t.Code(c, row); code != 0 && (len(codes) == 0 || codes[len(codes)-1] != code) {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	values := make([]string, len(codes))
	for i, code := range codes {
		values[i] = t.Value(c, code)
	}
	slices.Sort(values)
	return values
}

// byTime puts finding rows in the order of their first time, those without
// one last; what is equal stays in the order in which it was found.
func byTime(rows []analysis.Row) {
	slices.SortStableFunc(rows, func(a, b analysis.Row) int {
		switch {
		case a.First.IsZero() != b.First.IsZero():
			if a.First.IsZero() {
				return 1
			}
			return -1
		case !a.First.Equal(b.First):
			return a.First.Compare(b.First)
		}
		return firstOrigin(a).Compare(firstOrigin(b))
	})
}

func firstOrigin(r analysis.Row) timeline.Origin {
	if len(r.Origins) == 0 {
		return timeline.Origin{}
	}
	return r.Origins[0]
}

// listed joins values, of which a cell shows so many at most and counts the
// rest: cells are read by people, the origins cite everything.
const listed = 12

func list(values []string) string {
	if len(values) <= listed {
		return strings.Join(values, "; ")
	}
	return strings.Join(values[:listed], "; ") + "; and " + strconv.Itoa(len(values)-listed) + " more"
}

// stamp is a time in a cell of kind Moment.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return timeline.FormatTime(at.UnixNano())
}

// plural is a number with its noun: "1 search", "3 searches".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// counted is plural of a noun that takes an s.
func counted(n int, noun string) string { return plural(n, noun, noun+"s") }
