package activities

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// exchangeLog is the file that an Exchange server writes for all mailboxes of
// a process.
var exchangeLog = &ingest.Layout{
	Name: "Exchange ActivityLogging file",
	Doc: `A log of Exchange on premises: lines of # that end in #Fields:, then rows of cells. It holds the activities of many
mailboxes and names each by a GUID only. It is written only where ActivityLogging was switched on. ClientId is eight hexadecimal
digits; CustomProperties are pairs, as the cmdlet lists them.`,
	TimeDesc: timeDesc,
	Fields:   serverFields,
	Parts:    customPart,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		names := logFields(h.Bytes)
		has := func(name string) bool { return column.Find(names, name) >= 0 }
		if serverFields.Fit(column.Marks{{stdType}, {stdApp}, {stdCustom}}, has) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openExchangeLog,
}

func openExchangeLog(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
	line := strings.Join(logFields(h.Bytes), ",") + "\n"
	log := &logRows{head: line, shape: rows.Sniff([]byte(line))}
	m = m.Under(log.shape.Header)
	d := onPremises(h, m, o)
	mailbox := m.Column(serverMailbox)
	return &ingest.Decoder{
		Each: log.each,
		At:   func(raw []byte) (*rows.Record, error) { return rows.At(raw, log.shape) },
		Decode: func(r *rows.Record, ev *timeline.Event) ingest.Outcome {
			out := d.decode(r, ev)
			ev.Set(timeline.ColMailbox, r.Cell(mailbox))
			if ev.Cols[timeline.ColUser] == "" {
				ev.Set(timeline.ColUser, r.Cell(mailbox)) // its owner, of whom the log has no other name
			}
			return out
		},
		Finish: func(s *timeline.Source) {
			d.known(s)
			s.DayFirst, s.DateOrder = d.order.Decide()
			s.Notes = append(s.Notes, d.losses.notes()...)
		},
	}, nil
}

const fieldsMark = "#Fields:"

// logFields are the names in the line of fields, if the text begins with lines
// of # one of which it is.
func logFields(text []byte) []string {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	for line := range bytes.Lines(text) {
		if len(line) == 0 || line[0] != '#' {
			return nil
		}
		if names, ok := strings.CutPrefix(string(line), fieldsMark); ok {
			list := strings.Split(strings.TrimSpace(names), ",")
			for i := range list {
				list[i] = strings.TrimSpace(list[i])
			}
			return list
		}
	}
	return nil
}

// logRows cuts a log into its rows.
type logRows struct {
	head  string // the line of fields, as the header of a table
	shape rows.Shape
}

// each hands out the rows behind the first lines of #. Such lines also stand
// between rows, where the server began anew; they are no records.
func (l *logRows) each(in io.Reader, yield func(*rows.Record) error) error {
	r := bufio.NewReader(in)
	skipped := int64(0)
	for {
		line, err := r.ReadSlice('\n')
		skipped += int64(len(line))
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if bytes.HasPrefix(bytes.TrimPrefix(line, []byte("\ufeff")), []byte(fieldsMark)) {
			for errors.Is(err, bufio.ErrBufferFull) {
				line, err = r.ReadSlice('\n')
				skipped += int64(len(line))
			}
			break
		}
	}
	cutter := rows.NewCutter(io.MultiReader(strings.NewReader(l.head), r), l.shape)
	splitter := rows.NewSplitter(l.shape)
	shift := skipped - int64(len(l.head))
	var chunk rows.Chunk
	for {
		if err := cutter.Next(&chunk); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		splitter.Reset(&chunk)
		for rec, ok := splitter.Next(); ok; rec, ok = splitter.Next() {
			if bytes.HasPrefix(rec.Raw, []byte("#")) {
				continue
			}
			rec.Offset += shift
			if rec.Err != nil {
				rec.Err.Offset += shift
			}
			if err := yield(rec); err != nil {
				return err
			}
		}
	}
}
