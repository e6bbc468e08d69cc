package actor

import (
	"path"
	"slices"
	"strings"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
)

// A MessageCount is how many different messages have a value.
type MessageCount struct {
	Value            string
	Proved, Presumed int
}

// An ExposureTotal is what a decision on whom to notify rests on: how many
// different messages were had, and whom and what they concern. A message that
// lay in several mailboxes counts once, and is proved if it is so in one.
// Messages whose sender, recipients or attachments no record tells are in the
// first two numbers alone.
type ExposureTotal struct {
	Proved, Presumed int
	// Known is whether Presumed counts all that is presumed.
	Known bool
	// The most frequent first.
	SenderDomains, RecipientDomains []MessageCount
	AttachmentTypes                 []MessageCount // endings of file names, or types where the log lists these
}

// ExposureTotals sum up all mailboxes.
var ExposureTotals = &analysis.Fact[*ExposureTotal]{
	Name:  "exposure totals",
	Needs: []analysis.Need{Exposures, ExposedMailboxes},
	Make:  totalExposure,
	None:  func(*analysis.Pass) *ExposureTotal { return &ExposureTotal{} },
}

func totalExposure(p *analysis.Pass) *ExposureTotal {
	best := map[string]*Exposure{}
	var order []string
	for _, e := range Exposures.Of(p).All {
		if e.Certainty == Blind {
			continue
		}
		key := mail.BareID(e.Message)
		if !strings.HasPrefix(e.Message, "<") {
			key = strings.ToLower(e.Mailbox) + "\x00" + e.Message // items are known by mailbox
		}
		switch had := best[key]; {
		case had == nil:
			order = append(order, key)
			best[key] = e
		case had.Certainty == Presumed && e.Certainty == Proved:
			best[key] = e
		}
	}
	total := &ExposureTotal{Known: true}
	for _, m := range ExposedMailboxes.Of(p) {
		total.Known = total.Known && m.PresumedKnown
	}
	senders, recipients, attached := counter{}, counter{}, counter{}
	for _, key := range order {
		e := best[key]
		if e.Certainty == Proved {
			total.Proved++
		} else {
			total.Presumed++
		}
		senders.add(e, mail.DomainOf(e.Sender))
		var domains, types []string
		for _, a := range e.Recipients {
			domains = append(domains, mail.DomainOf(a))
		}
		for _, name := range e.Attachments {
			if !slices.Contains(attachMethods[:], name) {
				types = append(types, typeOf(name))
			}
		}
		recipients.add(e, domains...)
		attached.add(e, types...)
	}
	total.SenderDomains, total.RecipientDomains, total.AttachmentTypes = senders.sorted(), recipients.sorted(), attached.sorted()
	return total
}

// attachMethods say how a file is attached, in lists that name types.
var attachMethods = [...]string{"ByValue", "ByReference", "EmbeddedMessage"}

// typeOf is the ending of a file's name, or the type that stands for one.
func typeOf(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if ext := path.Ext(name); len(ext) > 1 {
		return ext[1:]
	}
	return name
}

// A counter counts messages by value.
type counter map[string]*MessageCount

// add counts a message once for each different value.
func (c counter) add(e *Exposure, values ...string) {
	slices.Sort(values)
	for _, v := range slices.Compact(values) {
		if v == "" {
			continue
		}
		if c[v] == nil {
			c[v] = &MessageCount{Value: v}
		}
		if e.Certainty == Proved {
			c[v].Proved++
		} else {
			c[v].Presumed++
		}
	}
}

func (c counter) sorted() []MessageCount {
	var list []MessageCount
	for _, n := range c {
		list = append(list, *n)
	}
	slices.SortFunc(list, func(a, b MessageCount) int {
		if d := b.Proved + b.Presumed - a.Proved - a.Presumed; d != 0 {
			return d
		}
		return strings.Compare(a.Value, b.Value)
	})
	return list
}
