package mail

import (
	"cmp"
	"slices"
	"sort"

	"becforensics/timeline"
)

// A naming says that records of a context name a message. There are millions.
type naming struct {
	MessageID
	access uint32 // number of the context
}

func (n naming) compare(other naming) int {
	return cmp.Or(n.MessageID.compare(other.MessageID), cmp.Compare(n.access, other.access))
}

// namings are all that were added, in parts by the first byte of the id, so
// that none of them is ever moved far.
type namings [256][]naming

func (n *namings) add(one naming) {
	part := &n[one.hash>>56]
	*part = append(*part, one)
}

// sort puts the namings in order, each once.
func (n *namings) sort() {
	for i, part := range n {
		slices.SortFunc(part, naming.compare)
		n[i] = slices.Compact(part)
	}
}

// of are the sorted namings of a message.
func (n *namings) of(id MessageID) []naming {
	part := n[id.hash>>56]
	from := sort.Search(len(part), func(i int) bool { return part[i].MessageID.compare(id) >= 0 })
	to := from
	for to < len(part) && part[to].MessageID == id {
		to++
	}
	return part[from:to]
}

// countMessages counts the messages of each context and of all.
func (a *Accesses) countMessages() {
	for _, part := range a.named {
		outside := false // whether the message is counted as such
		for i, one := range part {
			g := a.All[one.access]
			g.Messages++
			if i == 0 || part[i-1].MessageID != one.MessageID {
				a.Messages++
				outside = false
			}
			if !g.Service && !outside {
				a.Outside++
				outside = true
			}
		}
	}
}

// readSubjects gives contexts the subjects of their messages, from wherever the
// evidence has them.
func (a *Accesses) readSubjects() {
	t := a.p.Timeline
	told := map[MessageID]bool{}
	note := func(id, subject string) {
		named := a.named.of(messageIDOf(id))
		if len(named) == 0 || subject == "" || told[named[0].MessageID] {
			return
		}
		told[named[0].MessageID] = true
		for _, one := range named {
			g := a.All[one.access]
			g.Subjects = append(g.Subjects, subject)
		}
	}
	seen := make([]bool, t.Cardinality(timeline.ColMessageID))
	for row := range t.Len() {
		code := t.Code(timeline.ColMessageID, row)
		if code != 0 && !seen[code] && t.Code(timeline.ColSubject, row) != 0 {
			seen[code] = true
			note(t.Value(timeline.ColMessageID, code), t.Text(timeline.ColSubject, row))
		}
	}
	for _, c := range t.Context() {
		if c.Kind == timeline.MessageContext {
			note(c.Get("message_id"), c.Get("subject"))
		}
	}
	for _, g := range a.All {
		slices.Sort(g.Subjects)
		g.Subjects = slices.Compact(g.Subjects)
	}
}
