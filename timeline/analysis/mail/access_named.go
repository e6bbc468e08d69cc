package mail

import (
	"cmp"
	"math/bits"
	"runtime"
	"slices"
	"sync"

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

// namings are all that were added: in pages, so that none is moved while they
// are added, then in order.
type namings struct {
	pages  [][]naming
	sorted []naming
	starts []uint32 // in sorted, of the namings whose ids begin with the same bits
	shift  int      // what leaves these bits of the id's first word
}

// namingPage is how many namings a page holds, and namingPart how many begin
// with the same bits, on average.
const (
	namingPage = 1 << 12
	namingPart = 1 << 3
)

func (n *namings) add(one naming) {
	last := len(n.pages) - 1
	if last < 0 || len(n.pages[last]) == namingPage {
		n.pages = append(n.pages, make([]naming, 0, namingPage))
		last++
	}
	n.pages[last] = append(n.pages[last], one)
}

// part is the number of the bits with which an id begins.
func (n *namings) part(id MessageID) uint32 { return id[0] >> n.shift }

// sort puts the namings in order, each once.
func (n *namings) sort() {
	total := 0
	for _, page := range n.pages {
		total += len(page)
	}
	first := bits.Len(uint(total / namingPart))
	n.shift = 32 - first
	n.starts = make([]uint32, 1<<first+1)
	for _, page := range n.pages {
		for _, one := range page {
			n.starts[n.part(one.MessageID)+1]++
		}
	}
	for i := range n.starts[1:] {
		n.starts[i+1] += n.starts[i]
	}
	n.sorted = make([]naming, total)
	next := slices.Clone(n.starts)
	for i, page := range n.pages {
		for _, one := range page {
			part := n.part(one.MessageID)
			n.sorted[next[part]] = one
			next[part]++
		}
		n.pages[i] = nil
	}
	n.pages = nil
	var group sync.WaitGroup
	parts := 1 << first
	share := parts/runtime.GOMAXPROCS(0) + 1
	for begin := 0; begin < parts; begin += share {
		group.Go(func() {
			for i := begin; i < min(begin+share, parts); i++ {
				slices.SortFunc(n.sorted[n.starts[i]:n.starts[i+1]], naming.compare)
			}
		})
	}
	group.Wait()
	kept, from := uint32(0), uint32(0)
	for i, to := range n.starts[1:] {
		n.starts[i] = kept
		kept += uint32(copy(n.sorted[kept:], slices.Compact(n.sorted[from:to])))
		from = to
	}
	n.starts[parts], n.sorted = kept, n.sorted[:kept]
}

// of are the sorted namings of a message.
func (n *namings) of(id MessageID) []naming {
	i := n.part(id)
	part := n.sorted[n.starts[i]:n.starts[i+1]]
	from := slices.IndexFunc(part, func(one naming) bool { return one.MessageID == id })
	if from < 0 {
		return nil
	}
	to := from + 1
	for to < len(part) && part[to].MessageID == id {
		to++
	}
	return part[from:to]
}

// countMessages counts the messages of each context and of all.
func (a *Accesses) countMessages() {
	outside := false // whether the message is counted as such
	for i, one := range a.named.sorted {
		g := a.All[one.access]
		g.Messages++
		if i == 0 || a.named.sorted[i-1].MessageID != one.MessageID {
			a.Messages++
			outside = false
		}
		if !g.Service && !outside {
			a.Outside++
			outside = true
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
