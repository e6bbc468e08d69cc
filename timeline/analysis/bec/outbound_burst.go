package bec

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var outboundBurst = &analysis.Analyzer{
	Name:  "outbound-burst",
	Title: "Outbound bursts",
	Doc:   explain("outbound-burst"),
	Columns: []analysis.Column{
		{Name: "Sender", Doc: "the sender's address", Kind: analysis.Text},
		{Name: "Day", Doc: "the day, UTC", Kind: analysis.Text},
		{Name: "Recipients", Doc: "distinct recipients on that day", Kind: analysis.Count},
		{Name: "Outside", Doc: "recipients among them outside the tenant", Kind: analysis.Count},
		{Name: "Messages", Doc: "messages on that day", Kind: analysis.Count},
		{Name: "Usual", Doc: "recipients on the heaviest of the sender's other days, by percentile, and how many days these are", Kind: analysis.Text},
		{Name: "Subjects", Doc: "subjects of the messages", Kind: analysis.List},
		{Name: "Reasons", Doc: "what makes the burst suspicious", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{"Sender", "Day"},
	Needs:      []analysis.Need{analysis.Operations, mail.Messages, mail.Tenant, actor.Actors, actor.Suspicious},
	Thresholds: []*analysis.Threshold{burstAlone, burstFactor, burstLeast, burstHistory, burstAfter},
	Points:     []*analysis.Point{burstPercentile},
	Version:    3,
	Techniques: []string{"T1534", "T1566"},
	References: []string{"Microsoft Learn, Restricted entities (limits of sending)"},
	Settings:   []string{"accepted_domains", "sister_domains", "thresholds"},
	Acts:       runOutboundBurst,
}

// burstHistory is how many other days make a habit; without one a burst must
// have burstAlone recipients.
var burstHistory = &analysis.Threshold{Name: "outbound-burst.history_days", Value: 10, Doc: "other days with sent mail that make a sender's history"}

// burstPercentile is which of the other days stands for heavy ones.
var burstPercentile = &analysis.Point{Name: "outbound-burst.percentile", Value: 95, Doc: "percentile of the recipients on other days that is the sender's usual"}

// burstAfter is how soon after a suspicious logon a burst is taken to follow
// from it.
var burstAfter = &analysis.Threshold{Name: "outbound-burst.after_hours", Value: 24, Doc: "hours after a suspicious logon in which a burst, and after a burst in which an alert, is taken to follow from it"}

// burstFactor times the usual is out of the habit of the heaviest days.
var burstFactor = &analysis.Threshold{Name: "outbound-burst.factor", Value: 5, Doc: "times the usual that a burst is"}

var burstAlone = &analysis.Threshold{Name: "outbound-burst.recipients_without_history", Value: 200, Doc: "recipients in a day of a sender without a history"}

// burstLeast is more than anyone sends by hand in a day's business.
var burstLeast = &analysis.Threshold{Name: "outbound-burst.recipients", Value: 50, Doc: "recipients in a day from which on there can be a burst"}

// A sendingDay is what one sender sent on one day.
type sendingDay struct {
	day        int64
	messages   []int
	recipients map[string]bool
	last       int64
}

func runOutboundBurst(p *analysis.Pass) (*analysis.Finding, error) {
	senders, order := sendingDays(p)
	restricted := restrictions(p)
	if len(order) == 0 && len(restricted) == 0 {
		return nil, analysis.Skip("no record of sent mail with recipients: bursts cannot be seen")
	}
	f := &analysis.Finding{}
	least := int(p.Threshold(burstLeast))
	alone := int(p.Threshold(burstAlone))
	factor, history := p.Threshold(burstFactor), p.Threshold(burstHistory)
	after := time.Duration(p.Threshold(burstAfter) * float64(time.Hour))
	ends := map[string]int64{} // of the last burst of a sender
	days, bursts := 0, 0
	for _, sender := range order {
		list := senders[sender]
		days += len(list)
		counts := make([]int, len(list))
		for i, d := range list {
			counts[i] = len(d.recipients)
		}
		slices.Sort(counts)
		for _, d := range list {
			n := len(d.recipients)
			usual := usualWithout(counts, n)
			if n < least || float64(n) <= factor*float64(usual) || float64(len(list)-1) < history && n < alone {
				continue
			}
			bursts++
			ends[sender] = d.last
			f.Rows = append(f.Rows, burstRow(p, sender, d, usual, len(list)-1, after))
		}
	}
	for _, row := range restricted {
		f.Rows = append(f.Rows, restrictionRow(p, row, ends, after))
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of %s on which mail was sent; %s, %s of restricted senders.",
		cite.Counted(days, "day"), cite.Counted(len(order), "sender"), cite.Counted(bursts, "burst"), cite.Counted(len(restricted), "alert"))
	return f, nil
}

// sendingDays are the days of the tenant's senders, each sender's in time
// order, and the senders in the order of their first message.
func sendingDays(p *analysis.Pass) (map[string][]*sendingDay, []string) {
	messages, own := mail.Messages.Of(p), mail.Tenant.Of(p)
	senders := map[string][]*sendingDay{}
	var order []string
	for i := range messages.Messages {
		l := &messages.Messages[i]
		sender := messages.From(l)
		if !l.Timed || sender == "" || !mail.InDomains(own, mail.DomainOf(sender)) {
			continue
		}
		to := messages.To(l)
		if len(to) == 0 {
			continue
		}
		day := l.At / int64(24*time.Hour)
		list := senders[sender]
		if len(list) == 0 {
			order = append(order, sender)
		}
		if n := len(list); n == 0 || list[n-1].day != day {
			list = append(list, &sendingDay{day: day, recipients: map[string]bool{}})
			senders[sender] = list
		}
		d := list[len(list)-1]
		d.messages = append(d.messages, i)
		d.last = max(d.last, l.At)
		for _, a := range to {
			if a != sender {
				d.recipients[a] = true
			}
		}
	}
	return senders, order
}

// usualWithout is the percentile of sorted counts with one of them, n, left
// out.
func usualWithout(counts []int, n int) int {
	if len(counts) < 2 {
		return 0
	}
	at := int(math.Ceil(burstPercentile.Value/100*float64(len(counts)-1))) - 1
	if left, _ := slices.BinarySearch(counts, n); left <= at {
		at++
	}
	return counts[at]
}

func burstRow(p *analysis.Pass, sender string, d *sendingDay, usual, others int, span time.Duration) analysis.Row {
	t, messages := p.Timeline, mail.Messages.Of(p)
	var rows []int
	var subjects cite.Sample
	var reasons []string
	byActor := 0
	var who *actor.Actor
	for _, i := range d.messages {
		l := &messages.Messages[i]
		rows = append(rows, l.Rows...)
		subjects.Add(l.Subject)
		for _, row := range l.Rows {
			if a, _ := actor.Actors.Of(p).At(row); a != nil {
				if who == nil || a.Rank < who.Rank {
					who = a
				}
				byActor++
				break
			}
		}
	}
	slices.Sort(rows)
	severity := analysis.Info
	logonRow, after := suspiciousBefore(p, sender, messages.Messages[d.messages[0]].At, span)
	switch {
	case who != nil:
		severity = actor.Raised(who, analysis.High)
		reasons = append(reasons, cite.Counted(byActor, "message")+" of it by a suspicious actor: "+actor.Attributed(who, ""))
	case after:
		severity = analysis.Medium
		reasons = append(reasons, "after a suspicious logon of the sender at "+cite.Stamp(t.Time(logonRow))+" ("+t.Origin(logonRow).String()+")")
	}
	r := cite.About(t, rows, severity, time.Time{}, nil)
	r.Confidence, r.User = analysis.Likely, sender
	own, outside := mail.Tenant.Of(p), 0
	for a := range d.recipients {
		if !mail.InDomains(own, mail.DomainOf(a)) {
			outside++
		}
	}
	habit := strconv.Itoa(usual) + " on " + cite.Counted(others, "other day")
	r.Cells = cite.Cells(
		sender, time.Unix(0, d.day*int64(24*time.Hour)).UTC().Format(time.DateOnly), len(d.recipients), outside, len(d.messages),
		habit, subjects.Values, strings.Join(reasons, "; "),
	)
	return r
}

// suspiciousBefore is the last suspicious logon of a user shortly before a
// time.
func suspiciousBefore(p *analysis.Pass, user string, at int64, span time.Duration) (row int, ok bool) {
	t := p.Timeline
	for code, rows := range actor.Suspicious.Of(p) {
		if strings.EqualFold(t.Value(timeline.ColUser, code), user) {
			return actor.LastBefore(t, rows, at, span)
		}
	}
	return 0, false
}

// restrictedWords are in the name of the alert that an account was stopped
// from sending.
const restrictedWords = "restricted from sending"

// restrictions are the alerts that an account was stopped from sending.
func restrictions(p *analysis.Pass) []int {
	var alerts, rows []int
	for row := range analysis.RowsOf(p, analysis.ClassAlert) {
		alerts = append(alerts, row)
	}
	timeline.EachWide(p.Timeline, alerts, timeline.WideDetails, func(row int, w timeline.WideValues) bool {
		return strings.Contains(strings.ToLower(w.Details+" "+p.Timeline.Text(timeline.ColTarget, row)), restrictedWords)
	}, func(row int, restricted bool) {
		if restricted {
			rows = append(rows, row)
		}
	})
	return rows
}

// restrictionRow is the row of an alert; the sender is whom it names.
func restrictionRow(p *analysis.Pass, row int, ends map[string]int64, after time.Duration) analysis.Row {
	t := p.Timeline
	r := cite.Citing(t, []int{row})
	r.Severity, r.Confidence = analysis.Medium, analysis.Likely
	reasons := []string{strings.TrimSuffix("the service restricted an account from sending: "+t.Text(timeline.ColTarget, row), ": ")}
	words := strings.FieldsFunc(strings.ToLower(t.Details(row)+" "+t.Text(timeline.ColTarget, row)+" "+t.Text(timeline.ColUser, row)), notOfAddress)
	for i, w := range words {
		words[i] = strings.TrimRight(w, ".")
	}
	named := ""
	for _, sender := range sortedKeysOf(ends) {
		if slices.Contains(words, sender) {
			named = sender
			if at, ok := t.Nanos(row); ok && at >= ends[sender] && at-ends[sender] <= int64(after) {
				r.Severity = analysis.High
				reasons = append(reasons, "after a burst of the sender")
			}
			break
		}
	}
	if named != "" {
		r.User = named
	} else if user := mail.Address(t.Text(timeline.ColUser, row)); !mail.InDomains(mail.Tenant.Of(p), mail.DomainOf(user)) {
		r.User = ""
	}
	r.Cells = cite.Cells(r.User, t.Time(row).Format(time.DateOnly), nil, nil, nil, "", nil, strings.Join(reasons, "; "))
	return r
}

// notOfAddress reports whether a character ends an address in a text: a space,
// and what quotes, brackets and lists in JSON and prose are written with.
func notOfAddress(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(`"'<>()[]{},;:=\|`, r)
}

func sortedKeysOf(m map[string]int64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
