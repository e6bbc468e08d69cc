package actor

import (
	"slices"
	"sort"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// A copied is a record by which a client copied a folder or a mailbox.
type copied struct {
	row   int
	actor *Actor
}

// wholeMailbox stands for all folders of a mailbox, among the folders that were
// copied.
const wholeMailbox = ""

// Kinds of folders in the reference table.
const (
	folderArriving = "arriving" // in which mail arrives
	folderRoot     = "root"     // that holds all others
)

// scopeOf is what of a mailbox is copied with a folder: the folder, in lower
// case; its kind where all mail arrives there; wholeMailbox where it holds all
// others.
func scopeOf(p *analysis.Pass, folder string) string {
	folder = strings.Trim(strings.TrimSpace(folder), `\/`)
	if row, ok := p.Reference.Table(reference.MailboxFolders).Find(folder); ok {
		if kind := row.Get("kind"); kind != folderRoot {
			return kind
		}
		return wholeMailbox
	}
	return strings.ToLower(folder)
}

// copiesAll reports whether a record is of a client that takes a copy of the
// mailbox by itself, and leaves no record of that. The audit log records what
// Outlook copies, folder by folder, but nothing of IMAP, POP and phones.
func (x *exposer) copiesAll(row int, class string) bool {
	t := x.t
	if !x.copies[t.Code(timeline.ColClientRaw, row)] || t.Has(row, timeline.Service|timeline.Sync) {
		return false
	}
	if class == analysis.ClassLogon && t.Outcome(row) != timeline.Success {
		return false
	}
	switch t.Text(timeline.ColClient, row) {
	case logon.ClientIMAP, logon.ClientPOP, clientPhone:
		return true
	}
	return t.Source(row).CopiesUnrecorded
}

// clientPhone is the client of ActiveSync, as the reference tables name it.
const clientPhone = "Mobile"

// copyFolders notes the folders that a record of synchronisation names. One that
// names none may be of any.
func (x *exposer) copyFolders(box *Box, row int, who *Actor, folders []string) {
	named := slices.DeleteFunc(folders, func(f string) bool { return f == "" })
	if len(named) == 0 {
		named = []string{wholeMailbox}
	}
	for _, f := range named {
		box.copy(scopeOf(x.p, f), row, who)
	}
}

// copy notes that a record copied a folder.
func (b *Box) copy(scope string, row int, who *Actor) {
	if b.copies == nil {
		b.copies = map[string][]copied{}
	}
	b.copies[scope] = append(b.copies[scope], copied{row, who})
}

// presume finds the messages that lay in what was copied when it was: by the
// records of their delivery, by those that place them in the folder, and by
// those of their sending where all folders were copied.
func (x *exposer) presume() {
	t := x.t
	any := false
	for _, box := range x.boxes {
		for _, list := range box.copies {
			any = true
			slices.SortStableFunc(list, func(a, b copied) int { return a.row - b.row })
		}
	}
	if !any {
		return
	}
	x.senders = make([]*Box, t.Cardinality(timeline.ColSender))
	for code := range x.senders {
		if box := x.boxes[mail.Address(t.Value(timeline.ColSender, uint32(code)))]; box != nil && box.copies != nil {
			x.senders[code] = box
		}
	}
	reached := make([][]*Box, t.Cardinality(timeline.ColRecipients)) // by code, once read
	read := make([]bool, len(reached))
	for row := range t.Timed() {
		if t.Outcome(row) > timeline.Success {
			continue
		}
		own := x.boxOf(row)
		if own != nil && own.copies == nil {
			own = nil
		}
		op := t.Code(timeline.ColOperation, row)
		switch class := x.classes[op]; {
		case class == analysis.ClassTrace || class == analysis.ClassMessage || x.email[op]:
			code := t.Code(timeline.ColRecipients, row)
			if !read[code] {
				read[code] = true
				reached[code] = x.copiedOf(mail.Addresses(t.Value(timeline.ColRecipients, code)))
			}
			for _, box := range reached[code] {
				x.presumed(box, row, wholeMailbox, folderArriving)
			}
			if box := x.senders[t.Code(timeline.ColSender, row)]; box != nil {
				x.presumed(box, row, wholeMailbox)
			}
		case own == nil:
		case class == analysis.ClassDelivery:
			x.presumed(own, row, wholeMailbox, folderArriving)
		case t.Code(timeline.ColMessageID, row) == 0:
			// An item has another id in each folder: it would count again.
		case class == analysis.ClassSend && mail.Sends(t, row):
			x.presumed(own, row, wholeMailbox)
		case t.Code(timeline.ColFolder, row)|t.Code(timeline.ColTargetFolder, row) != 0:
			in := t.Text(timeline.ColFolder, row)
			if to := t.Text(timeline.ColTargetFolder, row); to != "" {
				in = to
			}
			x.presumed(own, row, wholeMailbox, scopeOf(x.p, in))
		}
	}
}

// opEmail is the name of Defender's table of mail.
const opEmail = "EmailEvents"

// copiedOf are the mailboxes of addresses that were copied from.
func (x *exposer) copiedOf(addresses []string) []*Box {
	var list []*Box
	for _, a := range addresses {
		if box := x.boxes[a]; box != nil && box.copies != nil {
			list = append(list, box)
		}
	}
	return list
}

// presumed notes a message that a record shows in the mailbox, if one of the
// folders in which it may lie was copied later.
func (x *exposer) presumed(box *Box, row int, scopes ...string) {
	var by *copied
	for _, scope := range scopes {
		list := box.copies[scope]
		i := sort.Search(len(list), func(i int) bool { return list[i].row > row })
		if i < len(list) && (by == nil || list[i].row < by.row) {
			by = &list[i]
		}
	}
	if by == nil {
		return
	}
	e := x.book.at(box, x.t.Text(timeline.ColMessageID, row), x.t.Text(timeline.ColItemID, row))
	if e == nil || e.Certainty == Proved {
		return
	}
	at := x.t.Time(by.row)
	e.see(by.actor, at, at)
	e.rows = append(e.rows, row, by.row)
}

// A span is a time in which the service did not record access to single
// messages, with the records that say so.
type span struct {
	from, to time.Time
	rows     []int
}

// blind finds the spans in which a throttled log hides what actors in the
// mailbox had. It counts the records of mail access on the way.
func (x *exposer) blind() {
	t, by := x.t, Actors.Of(x.p)
	hours := time.Duration(BlindHours.Value * float64(time.Hour))
	for row := range t.Timed() {
		if !x.access[t.Code(timeline.ColOperation, row)] {
			continue
		}
		box := x.boxOf(row)
		if box == nil {
			continue
		}
		box.recorded++
		at := timeline.UnixNano(t, row)
		if at >= box.first && at <= box.last {
			box.inPeriod++
		}
		if !t.Has(row, timeline.Throttled) {
			continue
		}
		from := t.Time(row)
		if n := len(box.blind); n > 0 && !from.After(box.blind[n-1].to) {
			box.blind[n-1].to = from.Add(hours)
			box.blind[n-1].rows = append(box.blind[n-1].rows, row)
			continue
		}
		box.blind = append(box.blind, span{from, from.Add(hours), []int{row}})
	}
	for _, box := range x.boxes {
		box.blind = slices.DeleteFunc(box.blind, func(s span) bool {
			lo := sort.Search(len(box.acts), func(i int) bool { return !t.Time(box.acts[i]).Before(s.from) })
			hi := sort.Search(len(box.acts), func(i int) bool { return t.Time(box.acts[i]).After(s.to) })
			found := map[*Actor]*Exposure{}
			for _, row := range box.acts[lo:hi] {
				who, _ := by.At(row)
				e := found[who]
				if e == nil {
					e = &Exposure{Mailbox: box.Mailbox, Certainty: Blind, Actor: who, First: s.from, Last: s.to, box: box, rows: slices.Clone(s.rows)}
					found[who] = e
					box.exposed = append(box.exposed, e)
				}
				e.rows = append(e.rows, row)
			}
			return lo == hi
		})
	}
}
