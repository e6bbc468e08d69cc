package report

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// A Request is an export that would answer more, with the days on which what is
// asked for expires. Nothing in it comes from a clock: the days follow from the
// days of the events and from how long the log is kept.
type Request struct {
	Account  string
	Export   string    // its source's name, or recoverableitems
	Name     string    // in words
	From, To time.Time // days, of what is asked for
	Kept     []int     // for how many days, by licence or setting, rising; empty if it has no term
	Expires  time.Time // the day on which its oldest part does, by the shortest term; zero if it has no term
	Gone     time.Time // the day from which on nothing of it is left, by the longest term
	Text     string
}

// beforeDays is how long before the first act an export is asked for: the
// message by which an account was given away came mostly within three days.
const beforeDays = 3

//go:embed exports.csv
var exportTable string

// An exportRow is what is asked for by one name.
type exportRow struct {
	export, name string
	of           string // account: the log may have been exported for some accounts only; tenant
	how          string
}

// exportRows are those of the table, in its order.
func exportRows() []exportRow {
	var list []exportRow
	for _, r := range table("exports", exportTable) {
		list = append(list, exportRow{r[0], r[1], r[2], r[3]})
	}
	return list
}

// table reads an embedded table, without its header. A flaw in one is a
// programmer's error.
func table(name, text string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return rows[1:]
}

// recoverable is what deleted messages are asked for as.
const recoverable = "recoverableitems"

// requestsFor lists what is lacking of the days in which an account was used by
// an actor.
func requestsFor(c *Case, account string, first, last time.Time, deleted bool, naming map[*timeline.Source]bool) []Request {
	if first.IsZero() {
		return nil
	}
	from, to := first.UTC().Truncate(day24).AddDate(0, 0, -beforeDays), last.UTC().Truncate(day24)
	var list []Request
	for _, e := range exportRows() {
		kept := keptDays(c, e.export)
		ask := func(from, to time.Time) {
			list = append(list, newRequest(c, account, e, from, to, kept))
		}
		switch {
		case e.export == recoverable:
			if deleted {
				ask(from.AddDate(0, 0, beforeDays), to)
			}
		case e.export == messageSource:
			if !slices.ContainsFunc(c.Timeline.Sources(), func(s *timeline.Source) bool { return s.Source == messageSource }) {
				ask(from, to)
			}
		default:
			begin, end, held := heldOf(c, e.export, func(s *timeline.Source) bool { return e.of == "tenant" || naming[s] })
			switch {
			case !held || end.Before(from) || begin.After(to):
				ask(from, to)
			default:
				if begin.After(from) {
					ask(from, begin)
				}
				if end.Before(to) {
					ask(end, to)
				}
			}
		}
	}
	return list
}

// messageSource is the source of the messages themselves.
const messageSource = "message"

const day24 = 24 * time.Hour

// heldOf are the days of which the evidence has records of a source, as far as
// exports count.
func heldOf(c *Case, source string, counts func(*timeline.Source) bool) (begin, end time.Time, held bool) {
	for _, s := range c.Timeline.Exports() {
		if s.Source != source || s.First == 0 && s.Last == 0 || !counts(s) {
			continue
		}
		first, last := timeline.Instant(s.First).Truncate(day24), timeline.Instant(s.Last).Truncate(day24)
		if !held || first.Before(begin) {
			begin = first
		}
		if !held || last.After(end) {
			end = last
		}
		held = true
	}
	return begin, end, held
}

// namings are the exports with a record that names an account as user, mailbox,
// sender or recipient, by the account in lower case.
func namings(t *timeline.Timeline, accounts []string) map[string]map[*timeline.Source]bool {
	columns := [...]timeline.Col{timeline.ColUser, timeline.ColMailbox, timeline.ColSender, timeline.ColRecipients}
	all := map[string]map[*timeline.Source]bool{}
	for _, account := range accounts {
		all[strings.ToLower(account)] = map[*timeline.Source]bool{}
	}
	var named [len(columns)][][]map[*timeline.Source]bool // by column and code
	for i, col := range columns {
		named[i] = make([][]map[*timeline.Source]bool, t.Cardinality(col))
		for code := range named[i] {
			value := strings.ToLower(t.Value(col, uint32(code)))
			if col == timeline.ColUser || col == timeline.ColMailbox {
				if of := all[value]; of != nil {
					named[i][code] = append(named[i][code], of)
				}
				continue
			}
			for _, address := range mail.Addresses(value) {
				if of := all[address]; of != nil {
					named[i][code] = append(named[i][code], of)
				}
			}
		}
	}
	for row := range t.Len() {
		for i, col := range columns {
			for _, of := range named[i][t.Code(col, row)] {
				of[t.Source(row)] = true
			}
		}
	}
	return all
}

// keptDays are the days for which a log is kept, by licence or setting.
func keptDays(c *Case, export string) []int {
	var days []int
	for row := range c.Reference.Table(reference.LogRetention).Rows() {
		if row.Get("export") == export {
			days = append(days, row.Int("days"))
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

func newRequest(c *Case, account string, e exportRow, from, to time.Time, kept []int) Request {
	r := Request{Account: account, Export: e.export, Name: e.name, From: from, To: to, Kept: kept}
	r.Text = r.needed() + ": " + e.how
	if len(kept) == 0 {
		r.Text += "; it has no term"
		return r
	}
	r.Expires, r.Gone = from.AddDate(0, 0, kept[0]), to.AddDate(0, 0, kept[len(kept)-1])
	terms := make([]string, len(kept))
	for i, n := range kept {
		terms[i] = number(n)
	}
	r.Text += fmt.Sprintf("; kept for %s days after the event: its first day until %s", strings.Join(terms, " or "), r.Expires.Format(time.DateOnly))
	if last := to.AddDate(0, 0, kept[0]); !last.Equal(r.Expires) {
		r.Text += ", its last until " + last.Format(time.DateOnly)
	}
	if len(kept) > 1 {
		r.Text += " by the shorter term and until " + r.Gone.Format(time.DateOnly) + " by the longer"
	}
	r.Text += r.byReport(c.Settings)
	return r
}

// byReport says what of it has expired on the day of the report, if the case
// file names one.
func (r *Request) byReport(s *analysis.Settings) string {
	on, err := time.Parse(time.DateOnly, s.Case.ReportDate)
	switch {
	case err != nil:
		return ""
	case on.After(r.Gone):
		return fmt.Sprintf("; by the report's date, %s, all of it had expired unless somebody kept it", s.Case.ReportDate)
	case on.After(r.Expires):
		return fmt.Sprintf("; by the report's date, %s, its oldest part may have expired", s.Case.ReportDate)
	}
	return fmt.Sprintf("; on the report's date, %s, it was %s until the first of it expires", s.Case.ReportDate, plural(int(r.Expires.Sub(on)/day24), "day"))
}

// needed names the export with the account and the days.
func (r *Request) needed() string { return r.Name + " of " + r.Account + ", " + r.span() }

// exportsNeeded are the names of exports by what requests say is needed.
func exportsNeeded(requests []Request) map[string]string {
	names := make(map[string]string, len(requests))
	for i := range requests {
		names[requests[i].needed()] = requests[i].Name
	}
	return names
}

// span is what is asked for in days.
func (r *Request) span() string {
	if r.From.Equal(r.To) {
		return r.From.Format(time.DateOnly)
	}
	return r.From.Format(time.DateOnly) + " to " + r.To.Format(time.DateOnly)
}
