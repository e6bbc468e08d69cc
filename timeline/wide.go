package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Wide fields are not kept in columns: a record is read again for them.
type Wide uint8

// The wide fields.
const (
	WideMessages Wide = 1 << iota // the messages that a record lists
	WideDetails                   // what no column holds, as JSON text
)

// Wide reads a row's record again for its messages and its details.
func (t *Timeline) Wide(row int) (messages []Message, details string, err error) {
	ev := Event{Want: WideMessages | WideDetails}
	err = t.withRecord(row, &ev, func() {
		details = strings.Clone(ev.Details)
		messages = make([]Message, len(ev.Messages))
		for i, m := range ev.Messages {
			messages[i] = Message{strings.Clone(m.MessageID), strings.Clone(m.ItemID), strings.Clone(m.Folder), strings.Clone(m.Subject), m.Size}
		}
	})
	return messages, details, err
}

// withRecord decodes a row's record again into ev and calls use, until whose
// end the strings of ev are good.
func (t *Timeline) withRecord(row int, ev *Event, use func()) error {
	if err := t.reread(t.Origin(row), t.offset[row], int(t.length[row]), ev, use); err != nil {
		return fmt.Errorf("read record %s again: %w", t.Origin(row), err)
	}
	return nil
}

// wideBlock is how many records are read again at a time.
const wideBlock = 512

// Reread reads the records of many rows again, several at a time, for what
// want names. pick makes of an event what is to be kept, on any goroutine: the
// event's strings are good until it returns. take gets what was kept in the
// order of rows, or the error for which a record could not be read.
func Reread[V any](t *Timeline, rows []int, want Wide, pick func(row int, ev *Event) V, take func(row int, kept V, err error)) {
	type read struct {
		row  int
		kept V
		err  error
	}
	_ = inOrder(rows, wideBlock, func(block []int) []read {
		out := make([]read, len(block))
		ev := Event{Want: want}
		for _, i := range t.asStored(block) {
			r := &out[i]
			r.row = block[i]
			ev.Reset()
			r.err = t.withRecord(r.row, &ev, func() { r.kept = pick(r.row, &ev) })
		}
		return out
	}, func(block []read) error {
		for _, r := range block {
			take(r.row, r.kept, r.err)
		}
		return nil
	})
}

// asStored is the places in a block of rows in the order in which the files
// hold their records: reading on costs less than reading back and forth.
func (t *Timeline) asStored(block []int) []int {
	order := make([]int, len(block))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := block[i], block[j]
		return cmp.Or(cmp.Compare(t.evidence[a], t.evidence[b]), cmp.Compare(t.offset[a], t.offset[b]))
	})
	return order
}
