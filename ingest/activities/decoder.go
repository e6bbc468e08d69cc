package activities

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// A decoder is what the layouts share while one file is read.
type decoder struct {
	names   *names
	options *ingest.Options
	clients clients
	owner   owner
	order   clock.Order
	losses  losses
}

func newDecoder(h *ingest.Head, n *names, o *ingest.Options) *decoder {
	return &decoder{names: n, options: o, owner: ownerOf(h, o)}
}

// pageSize is the most records that the API delivers a page ($top).
const pageSize = 1000

// finish states what was learned of the file.
func (d *decoder) finish(s *timeline.Source) {
	d.known(s)
	s.PageSize = pageSize
	s.Mailbox, s.MailboxFrom = d.owner.decide(s.Records - s.Rejects)
	s.DayFirst, s.DateOrder = d.order.Decide()
	s.Notes = append(s.Notes, d.losses.notes()...)
}

// known states what holds for every file of this log.
func (d *decoder) known(s *timeline.Source) {
	s.OwnerActs, s.ClientSessions, s.SparseAddresses, s.CopiesUnrecorded = true, true, true, true
	s.AttachmentTypes, s.FailuresArePasswords = true, true
}

// Losses count the records that point to something the export or the log
// itself does not hold any more.
type losses struct {
	conversion, custom, unreadable, reset atomic.Int64
}

// resetSession is the session under which Exchange marks that the log was
// reset: everything older is hidden when the log is read (Exchange 2013).
const resetSession = "21279651-118a-488e-9248-ac62188f0db0"

// seeLosses takes note of a record that points to a loss.
func (d *decoder) seeLosses(a *activity) {
	if a.peek(cConversion) != "" || a.peek(cMissing) != "" || a.std(stdType) == "Error" {
		d.losses.conversion.Add(1)
		a.flags |= timeline.SourceCut
	}
	if a.flags&timeline.DataLost != 0 {
		d.losses.custom.Add(1)
	}
	if a.flags&timeline.Partial != 0 {
		d.losses.unreadable.Add(1)
	}
	if a.std(stdType) == "Min" || strings.EqualFold(session(a.std(stdSession)), resetSession) {
		d.losses.reset.Add(1)
	}
}

func (l *losses) notes() []timeline.Note {
	var list []timeline.Note
	note := func(n int64, format string) {
		if n > 0 {
			list = append(list, timeline.Note{Kind: timeline.NoteCut, Text: fmt.Sprintf(format, n)})
		}
	}
	note(l.custom.Load(), "CustomProperties of %d records were lost when PowerShell wrote the table (System.Object[]): addresses, subjects and searches are not in this file")
	note(l.unreadable.Load(), "CustomProperties of %d records could not be read in full; what was read is kept, the text is in their details")
	note(l.conversion.Load(), "%d records say that the server could not convert or lacked properties (ConversionErrors, MissingProperties): the log itself lost data")
	note(l.reset.Load(), "%d marks of a reset of the log: everything older is hidden when the log is read")
	return list
}

// A client is what the reference tables know of a client text.
type client struct {
	name    string
	service bool
}

// Clients remember what the tables know of each client text met.
type clients struct {
	known sync.Map // string to client
	size  atomic.Int64
}

// maxClients bounds how many are remembered; the log has some twelve.
const maxClients = 512

func (c *clients) class(set *reference.Set, raw string) client {
	if v, ok := c.known.Load(raw); ok {
		return v.(client)
	}
	name, _ := set.ClientClass(raw)
	v := client{strings.Clone(name), set.ServiceClient(raw)}
	if c.size.Load() < maxClients {
		c.known.Store(strings.Clone(raw), v)
		c.size.Add(1)
	}
	return v
}
