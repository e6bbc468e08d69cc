package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/report/picture"
	"becforensics/timeline"
	"becforensics/timeline/analysis/actor"
)

// states are the states of a calendar by certainty.
var states = map[actor.Certainty]picture.State{actor.Proved: picture.Proved, actor.Presumed: picture.Presumed, actor.Blind: picture.Blind}

// mostMailboxes are those that the calendar has room for.
const mostMailboxes = 40

// exposure says which mailboxes and messages actors reached, and who outside
// got mail of them.
func (m *pageMaker) exposure() {
	boxes := actor.ExposedMailboxes.From(m.Conclusion)
	if len(boxes) == 0 {
		return
	}
	exposures := slices.Clone(actor.Exposures.From(m.Conclusion).All)
	s := Sheet{Title: "Exposure", Intro: []string{"What actors reached in each mailbox. Proved: a record names the message. Presumed: it lay in what the actor's client copied. Blind: the service recorded no access to single messages while the actor was active. None of it says that a person read anything."}}
	s.Columns = []Column{
		{Name: "Mailbox", Doc: "The mailbox."},
		{Name: "Verdict", Doc: "What must be held of it."},
		{Name: "Proved", Doc: "Messages that records name."},
		{Name: "Presumed", Doc: "Messages within what was copied."},
		{Name: "What", Doc: "Why.", Wrap: true},
		{Name: "Records", Doc: "What it rests on."},
	}
	rows := make([][]Cell, len(boxes))
	for i := range boxes {
		b := &boxes[i]
		on := citing(recordsOf(b, exposures)...)
		if len(on.Origins) == 0 {
			on = text("[" + coverageName + "]")
		}
		rows[i] = []Cell{text(b.Mailbox), text(string(b.Verdict)), count(b.Proved), presumedCell(b), text(b.Text), on}
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	m.add("exposure", s, "the findings as data").Draw = calendar(boxes, exposures)
	slices.SortStableFunc(exposures, func(a, b *actor.Exposure) int { return int(states[a.Certainty]) - int(states[b.Certainty]) })
	if len(exposures) > 0 {
		m.inner("messages", exposedMessages(exposures), "the findings as data")
	}
}

// recordsOf are the records that the verdict on a mailbox rests on: its own, or
// those of the messages in it.
func recordsOf(b *actor.ExposedMailbox, exposures []*actor.Exposure) []timeline.Origin {
	if len(b.Origins) > 0 {
		return b.Origins
	}
	var list []timeline.Origin
	for _, e := range exposures {
		if strings.EqualFold(e.Mailbox, b.Mailbox) {
			list = append(list, e.Origins...)
		}
	}
	slices.SortFunc(list, timeline.Origin.Compare)
	return slices.Compact(list)
}

// consequences say what is left behind, what was asked for, whom to warn, and
// by what the actors can be known.
func (m *pageMaker) consequences() {
	if r := result(m.Case, standingAccess); r != nil && standsApart(r) {
		m.add("standing", m.findingTable(r), "the workbook's sheet "+sheetOf(r.Analyzer)).claims = summaryClaim(r)
	}
	for _, part := range [...]struct {
		id    string
		sheet Sheet
	}{{"payments", paymentsSheet(m.index)}, {"warn", toWarnSheet(m.index)}, {"indicators", indicatorsSheet(m.index)}} {
		if part.sheet.Count > 0 {
			m.add(part.id, part.sheet, "the workbook's sheet "+part.sheet.Name)
		}
	}
}

// calendar draws when mailboxes were exposed.
func calendar(boxes []actor.ExposedMailbox, exposures []*actor.Exposure) Drawing {
	k := picture.Calendar{ID: "exposure-calendar", Title: "When mailboxes were exposed"}
	for i := range boxes {
		b := &boxes[i]
		if i == mostMailboxes {
			k.Desc += fmt.Sprintf("%s not drawn. ", many(len(boxes)-i, "further mailbox is", number(len(boxes)-i)+" further mailboxes are"))
			break
		}
		row := picture.CalendarRow{Name: b.Mailbox}
		for _, e := range exposures {
			if !strings.EqualFold(e.Mailbox, b.Mailbox) {
				continue
			}
			if e.Certainty == actor.Blind {
				row.Spans = append(row.Spans, picture.Span{From: e.First, To: e.Last, State: picture.Blind})
				continue
			}
			state := states[e.Certainty] // at the first and the last access: nothing is known of the days between
			row.Spans = append(row.Spans, picture.Span{From: e.First, To: e.First, State: state, Count: 1}, picture.Span{From: e.Last, To: e.Last, State: state})
		}
		k.Desc += fmt.Sprintf("%s: %s, %d proved, %d presumed. ", b.Mailbox, b.Verdict, b.Proved, b.Presumed)
		k.Rows = append(k.Rows, row)
	}
	return func(func(timeline.Origin) string) string { return k.SVG() }
}

// exposedMessages lists messages, the surest first.
func exposedMessages(exposures []*actor.Exposure) Sheet {
	s := Sheet{Title: "Exposed messages", Intro: []string{"Each message once a mailbox, those that records name first."}}
	s.Columns = []Column{
		{Name: "Mailbox", Doc: "The mailbox."},
		{Name: "Certainty", Doc: "proved, presumed or blind."},
		{Name: "Message", Doc: "Its subject, sender and folder, as far as the records tell.", Wrap: true},
		{Name: "First (UTC)", Doc: "Time of the first access."},
		{Name: "Last (UTC)", Doc: "Time of the last access, if it is another."},
		{Name: "Records", Doc: "What it rests on."},
	}
	s.Count = len(exposures)
	s.Rows = func(yield func([]Cell) bool) {
		for _, e := range exposures {
			var parts []string
			for _, part := range [][2]string{{"", e.Subject}, {"from ", e.Sender}, {"in ", e.Folder}, {"", e.Message}, {"with ", list(e.Attachments)}} {
				if part[1] != "" {
					parts = append(parts, part[0]+part[1])
				}
			}
			last := e.Last
			if last.Equal(e.First) {
				last = time.Time{}
			}
			if !yield([]Cell{text(e.Mailbox), text(string(e.Certainty)), text(strings.Join(parts, "; ")), moment(e.First), moment(last), citing(e.Origins...)}) {
				return
			}
		}
	}
	return s
}
