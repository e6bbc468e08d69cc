package actor

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// A Verdict says what must be held of a whole mailbox.
type Verdict string

// Verdicts, the gravest first.
const (
	// AllPresumed is a mailbox that was copied whole, or of which the log was
	// throttled while an actor was active in it.
	AllPresumed Verdict = "all presumed"
	// Listed is a mailbox in which records name what was accessed.
	Listed Verdict = "listed"
	// NoRecord is a mailbox that an actor reached without any record of what
	// was accessed in it. It is never "not accessed".
	NoRecord Verdict = "no record"
)

// An ExposedMailbox is what the exposures of one mailbox come to.
type ExposedMailbox struct {
	Mailbox          string
	Verdict          Verdict
	Proved, Presumed int // different messages; none is both
	// PresumedKnown is whether Presumed counts all that is presumed. Where it
	// is not, there are more, of a number that no record tells: the text says why.
	PresumedKnown bool
	// BlindFrom and BlindTo are the first and last time of what nothing can be
	// told of; zero if there is no such span.
	BlindFrom, BlindTo time.Time
	Actors             []*Actor // the heaviest first
	Text               string   // sentences for a report
	Origins            []timeline.Origin
}

// ExposedMailboxes are the verdicts on all mailboxes that actors in band act or
// review reached, by name.
var ExposedMailboxes = &analysis.Fact[[]ExposedMailbox]{
	Name:  "exposed mailboxes",
	Needs: []analysis.Need{Exposures},
	Make: func(p *analysis.Pass) []ExposedMailbox {
		var list []ExposedMailbox
		for _, box := range Exposures.Of(p).Boxes {
			list = append(list, box.judge(p))
		}
		return list
	},
}

// judge sums a mailbox up.
func (b *Box) judge(p *analysis.Pass) ExposedMailbox {
	m := ExposedMailbox{Mailbox: b.Mailbox, Actors: b.Actors, PresumedKnown: len(b.lists) == 0 && b.nameless == 0}
	for _, e := range b.exposed {
		switch e.Certainty {
		case Proved:
			m.Proved++
		case Presumed:
			m.Presumed++
		case Blind:
			if m.BlindFrom.IsZero() || e.First.Before(m.BlindFrom) {
				m.BlindFrom = e.First
			}
			if e.Last.After(m.BlindTo) {
				m.BlindTo = e.Last
			}
		}
	}
	_, whole := b.copies[wholeMailbox]
	_, arriving := b.copies[folderArriving]
	var text []string
	say := func(format string, args ...any) { text = append(text, fmt.Sprintf(format, args...)) }
	switch {
	case whole || arriving || !m.BlindFrom.IsZero():
		m.Verdict = AllPresumed
		say("All mail of %s must be presumed accessed.", b.Mailbox)
	case m.Proved > 0 || len(b.copies) > 0 || b.nameless > 0:
		m.Verdict = Listed
		say("Records name what was accessed in %s.", b.Mailbox)
	default:
		m.Verdict = NoRecord
		say("No record tells which messages of %s were accessed; that does not show that none was.", b.Mailbox)
	}
	if m.Proved > 0 {
		say("%s proved accessed: records of an actor name them.", cite.Plural(m.Proved, "message is", "messages are"))
	}
	b.sayCopies(p, &m, say)
	if !m.BlindFrom.IsZero() {
		m.PresumedKnown = false
		say("From %s to %s the log was throttled while an actor was active: access to single messages is not recorded there.", cite.Stamp(m.BlindFrom), cite.Stamp(m.BlindTo))
	}
	if b.nameless > 0 {
		say("%s counted without naming the message.", cite.Plural(b.nameless, "access is", "accesses are"))
	}
	if b.requests > 0 {
		say("%s to Graph read messages that records of mail access of the same session name within minutes: they are counted once.", cite.Counted(b.requests, "request"))
	}
	if len(b.lists) > 0 {
		say("%s showed lists of messages that no record names: how many of them were shown is an unknown count.", cite.Plural(len(b.lists), "search or list", "searches and lists"))
	}
	b.sayRecorded(m.Verdict, say)
	m.Text = strings.Join(text, " ")
	return m
}

// sayCopies tells of what was copied, and counts it.
func (b *Box) sayCopies(p *analysis.Pass, m *ExposedMailbox, say func(string, ...any)) {
	if len(b.copies) == 0 {
		return
	}
	m.PresumedKnown = false
	t := p.Timeline
	var rows []int
	var folders []string
	for scope, list := range b.copies {
		for _, c := range list {
			rows = append(rows, c.row)
		}
		switch scope {
		case wholeMailbox:
			folders = append(folders, "the whole mailbox")
		case folderArriving:
			folders = append(folders, "the inbox")
		default:
			folders = append(folders, cite.Quote(scope))
		}
	}
	slices.Sort(rows)
	slices.Sort(folders)
	say("A client of an actor (%s) copied %s between %s and %s.",
		cite.Join(cite.Distinct(t, timeline.ColClient, rows)), strings.Join(folders, ", "), cite.Stamp(t.Time(rows[0])), cite.Stamp(t.Time(rows[len(rows)-1])))
	if m.Presumed > 0 {
		say("%s presumed copied, as other records show them there before.", cite.Plural(m.Presumed, "message is", "messages are"))
	}
	if s := mail.StatisticsIn(t, b.Mailbox, func(path string) bool { return b.copied(scopeOf(p, path)) }); s.Folders > 0 {
		m.Origins = append(m.Origins, s.Origins...)
		if s.Items > m.Presumed+m.Proved {
			m.Presumed = s.Items - m.Proved
		}
		m.PresumedKnown = true
		say("What was copied held %s in %s when these were listed.", cite.Counted(s.Items, "item"), cite.Counted(s.Folders, "folder"))
		return
	}
	say("How many more lay there is an unknown count: no statistics of its folders are on file.")
}

// sayRecorded tells what the absence of records is worth.
func (b *Box) sayRecorded(v Verdict, say func(string, ...any)) {
	switch {
	case b.recorded == 0:
		say("The evidence holds no MailItemsAccessed record of the mailbox, by anyone: licence, audit settings or the export may lack them, and access may have gone unrecorded.")
	case v != NoRecord:
	case b.inPeriod == 0:
		say("The evidence holds %s of MailItemsAccessed for the mailbox, but none from the time of the actor.", cite.Counted(b.recorded, "record"))
	default:
		say("The evidence holds %s of MailItemsAccessed for the mailbox, %d of them from the time of the actor, but none is attributed to one.", cite.Counted(b.recorded, "record"), b.inPeriod)
	}
}

// copied reports whether a folder was copied, alone or with all others.
func (b *Box) copied(scope string) bool {
	_, whole := b.copies[wholeMailbox]
	_, it := b.copies[scope]
	return whole || it
}
