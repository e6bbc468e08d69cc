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

// A singleMessage is that of a record which names no other.
type singleMessage struct{ code, access uint32 }

// nameSingle notes the messages of records that name one each, in the order of
// codes: texts that have left memory are brought back a few times, not for each.
func (a *Accesses) nameSingle(list []singleMessage) {
	slices.SortFunc(list, func(x, y singleMessage) int { return cmp.Compare(x.code, y.code) })
	var id MessageID
	for i, one := range list {
		if i == 0 || list[i-1].code != one.code {
			id = messageIDOf(a.p.Timeline.Value(timeline.ColMessageID, one.code))
		}
		a.name(a.All[one.access], id)
	}
}

// readSubjects gives contexts the subjects of their messages, from wherever the
// evidence has them: of several of one message the first on record.
func (a *Accesses) readSubjects() {
	t := a.p.Timeline
	first := make([]uint32, t.Cardinality(timeline.ColMessageID)) // by code the first row with a subject, + 1
	for row := range t.Len() {
		code := t.Code(timeline.ColMessageID, row)
		if code != 0 && first[code] == 0 && t.Code(timeline.ColSubject, row) != 0 {
			first[code] = uint32(row) + 1
		}
	}
	told := map[MessageID]uint32{}
	for code, row := range first {
		if row == 0 {
			continue
		}
		id := messageIDOf(t.Value(timeline.ColMessageID, uint32(code)))
		if before, ok := told[id]; (!ok || row < before) && len(a.named.of(id)) > 0 {
			told[id] = row
		}
	}
	for id, row := range told {
		a.tell(id, t.Text(timeline.ColSubject, int(row)-1))
	}
	for _, c := range t.Context() {
		if c.Kind != timeline.MessageContext || c.Get("subject") == "" {
			continue
		}
		id := messageIDOf(c.Get("message_id"))
		if _, ok := told[id]; !ok {
			told[id] = 0
			a.tell(id, c.Get("subject"))
		}
	}
	for _, g := range a.All {
		slices.Sort(g.Subjects)
		g.Subjects = slices.Compact(g.Subjects)
	}
}

// tell gives the subject of a message to all contexts that accessed it.
func (a *Accesses) tell(id MessageID, subject string) {
	for _, one := range a.named.of(id) {
		g := a.All[one.access]
		g.Subjects = append(g.Subjects, subject)
	}
}
