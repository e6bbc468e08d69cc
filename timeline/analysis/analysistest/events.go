package analysistest

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"becforensics/geo"
	"becforensics/timeline"
)

// A file is one evidence of a case.
type file struct {
	source  timeline.Source
	records []record
}

// A record is an event, a row of context or, if neither, a reject.
type record struct {
	event   *timeline.Event
	context *timeline.Context
	reason  string
}

// readEvents reads the lines of a case:
//
//	file SOURCE NAME [mailbox=UPN] [layout=…] [note=cut:text] [date_order=…]
//	default user=willem@example.com ip=192.0.2.1
//	2018-05-01T09:00:00Z [x20/24h] OPERATION [column=value] …
//	2018-05-01T09:00:00Z [x20/workday] OPERATION …
//	- OPERATION …                          an event without a time
//	context "inbox rule" key=… owner=… seen=… Name=value …
//	reject "time: not RFC 3339"
//
// A file line starts the next evidence; without one there is E001 of no
// source. Defaults hold for the events that follow in the file. "x20/24h"
// stands for 20 records, 24 hours apart; "x20/workday" leaves out Saturdays
// and Sundays. Columns are those of the timeline, and outcome, flags (comma
// between them), id, details (JSON), and message, which may be
// repeated: message=ID,item,folder,subject,size. A value with spaces stands
// in double quotes, as in subject="two words"; # starts a comment.
func readEvents(text string) ([]*file, error) {
	var files []*file
	var defaults []string
	begin := func(source, name string) *file {
		n := uint32(len(files) + 1)
		f := &file{source: timeline.Source{Evidence: n, Name: name, Source: source, TimeDesc: "Event Time"}}
		if source == "activities" {
			f.source.ClientSessions, f.source.SparseAddresses, f.source.CopiesUnrecorded = true, true, true
			f.source.AttachmentTypes, f.source.FailuresArePasswords, f.source.PageSize = true, true, 1000
		}
		files, defaults = append(files, f), nil
		return f
	}
	for line := range strings.Lines(text) {
		words, err := split(line)
		if err != nil {
			return nil, err
		}
		if len(words) == 0 {
			continue
		}
		if words[0] != "file" && len(files) == 0 {
			begin("", "events")
		}
		switch words[0] {
		case "file":
			err = sourceWords(&begin(words[1], words[2]).source, words[3:])
		case "default":
			defaults = words[1:]
		case "context":
			err = files[len(files)-1].context(words[1:])
		case "reject":
			f := files[len(files)-1]
			f.records = append(f.records, record{reason: words[1]})
		default:
			err = files[len(files)-1].events(words, defaults)
		}
		if err != nil {
			return nil, fmt.Errorf("read %q: %w", strings.TrimSpace(line), err)
		}
	}
	return files, nil
}

func sourceWords(s *timeline.Source, words []string) error {
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		switch name {
		case "mailbox":
			s.Mailbox, s.MailboxFrom, s.OwnerActs = value, "the case's text", true
		case "layout":
			s.Layout = value
		case "date_order":
			s.DateOrder = value
		case "note":
			kind, text, _ := strings.Cut(value, ":")
			s.Notes = append(s.Notes, timeline.Note{Kind: timeline.NoteKind(kind), Text: text})
		default:
			return fmt.Errorf("a file has no %q", name)
		}
	}
	return nil
}

func (f *file) context(words []string) error {
	c := timeline.Context{Kind: words[0]}
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		switch name {
		case "key":
			c.Key = value
		case "owner":
			c.Owner = value
		case "seen":
			t, err := time.Parse(time.RFC3339, value)
			if err != nil {
				return err
			}
			c.Seen = t
		default:
			c.Cells = append(c.Cells, timeline.Pair{Name: name, Value: value})
		}
	}
	f.records = append(f.records, record{context: &c})
	return nil
}

func (f *file) events(words, defaults []string) error {
	var at time.Time
	if words[0] != "-" {
		t, err := time.Parse(time.RFC3339, words[0])
		if err != nil {
			return err
		}
		at = t
	}
	words = words[1:]
	n, step, workdays := 1, time.Duration(0), false
	if times, every, ok := strings.Cut(words[0], "/"); ok && times[0] == 'x' {
		var err error
		if n, err = strconv.Atoi(times[1:]); err != nil {
			return err
		}
		if workdays = every == "workday"; workdays {
			every = "24h"
		}
		if step, err = time.ParseDuration(every); err != nil {
			return err
		}
		words = words[1:]
	}
	for range n {
		for workdays && (at.Weekday() == time.Saturday || at.Weekday() == time.Sunday) {
			at = at.Add(step)
		}
		e := &timeline.Event{}
		if !at.IsZero() {
			e.SetTime(at)
		}
		e.Set(timeline.ColOperation, words[0])
		for _, list := range [][]string{defaults, words[1:]} {
			for _, w := range list {
				if err := setWord(e, w); err != nil {
					return err
				}
			}
		}
		f.records = append(f.records, record{event: e})
		at = at.Add(step)
	}
	return nil
}

func setWord(e *timeline.Event, word string) error {
	name, value, ok := strings.Cut(word, "=")
	if !ok {
		return fmt.Errorf("%q is not column=value", word)
	}
	switch name {
	case "outcome":
		for o := timeline.Unknown; o <= timeline.PasswordProved; o++ {
			if o.String() == value {
				e.Outcome = o
				return nil
			}
		}
		return fmt.Errorf("no outcome is named %q", value)
	case "flags":
		for _, flag := range strings.Split(value, ",") {
			f, err := flagNamed(flag)
			if err != nil {
				return err
			}
			e.Flags |= f
		}
	case "sign_in":
		s := timeline.ParseSignIn(value)
		if s == (timeline.SignIn{}) {
			return fmt.Errorf("%q says nothing of a sign-in", value)
		}
		e.Set(timeline.ColSignIn, s.Text())
	case "id":
		e.ID = value
	case "details":
		e.Details = value
	case "message":
		m := strings.SplitN(value, ",", 5)
		m = append(m, make([]string, 5-len(m))...)
		size, _ := strconv.ParseInt(m[4], 10, 64)
		e.Messages = append(e.Messages, timeline.Message{MessageID: m[0], ItemID: m[1], Folder: m[2], Subject: m[3], Size: size})
	default:
		f, ok := timeline.FieldFor(name)
		if !ok || !f.Code {
			return fmt.Errorf("no column is named %q", name)
		}
		e.Set(f.Col, value)
	}
	return nil
}

func flagNamed(name string) (timeline.Flags, error) {
	for f := timeline.Flags(1); f != 0; f <<= 1 {
		if names := f.Names(); len(names) == 1 && names[0] == name {
			return f, nil
		}
	}
	return 0, fmt.Errorf("no flag is named %q", name)
}

// split cuts a line at spaces outside double quotes; within quotes \" stands
// for a quote.
func split(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	quoted, started := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quoted && c == '\\' && i+1 < len(line) && line[i+1] == '"':
			word.WriteByte('"')
			i++
		case c == '"':
			quoted, started = !quoted, true
		case quoted:
			word.WriteByte(c)
		case c == '#' && !started:
			i = len(line)
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if started {
				words = append(words, word.String())
				word.Reset()
				started = false
			}
		default:
			word.WriteByte(c)
			started = true
		}
	}
	if quoted {
		return nil, fmt.Errorf("read %q: a quote is not closed", strings.TrimSpace(line))
	}
	if started {
		words = append(words, word.String())
	}
	return words, nil
}

// build makes a timeline of the events of a case.
func build(db *geo.DB, text string) (*timeline.Timeline, error) {
	files, err := readEvents(text)
	if err != nil {
		return nil, err
	}
	b := timeline.NewBuilder()
	for _, f := range files {
		b.Begin(&f.source)
		batch := timeline.NewBatch()
		for i, r := range f.records {
			switch {
			case r.event != nil:
				batch.Event(r.event, int64(i), 1)
			case r.context != nil:
				batch.Context(*r.context)
			default:
				batch.Reject(r.reason, -1)
			}
		}
		if err := b.Add(batch); err != nil {
			return nil, err
		}
	}
	return b.Seal(timeline.Sealing{
		Geo: db,
		Reread: func(o timeline.Origin, offset int64, _ int, e *timeline.Event, use func()) error {
			*e = *files[o.Evidence-1].records[offset].event
			use()
			return nil
		},
		Canonical: bytes.Clone,
	})
}
