package activities

import (
	"strconv"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// cmdlet is the table of Exchange's own cmdlet.
var cmdlet = &ingest.Layout{
	Name: "Get-MailboxActivityLog CSV",
	Doc: `What the cmdlet of Exchange on premises lists of one mailbox: ClientId and ActivityId where the API has AppIdType and
ActivityIdType. CustomProperties are pairs, name=value&name=value, cut at 4,096 characters; a last & marks the cut.`,
	TimeDesc: timeDesc,
	Fields:   serverFields,
	Parts:    customPart,
	Marks:    column.Marks{{stdApp}, {stdType}, {stdTime}, {stdCustom}},
	Only:     rows.CSV,
	Lacks:    []string{"AppIdType"},
	Open: func(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := onPremises(h, m, o)
		return &ingest.Decoder{Decode: d.decode, Finish: func(s *timeline.Source) {
			d.finish(s)
			s.PageSize = 0 // the cmdlet knows no pages
		}}, nil
	},
}

// serverMailbox is the mailbox of a record, which only the server's own log
// names.
const serverMailbox = stdCustom + 1

// serverFields are the standard properties as Exchange on premises names them.
var serverFields = column.Fields{
	stdTime:       column.At("TimeStamp"),
	stdApp:        column.At("ClientId"),
	stdType:       column.At("ActivityId"),
	stdItem:       column.At("EntryId", "ItemId"),
	stdCreated:    column.At("ActivityCreationTime"),
	stdSession:    column.At("ClientSession", "ClientSessionId"),
	stdID:         column.At("Id"),
	stdPrevious:   column.At("PreviousItemId"),
	stdCustom:     column.At("CustomProperties"),
	serverMailbox: column.Mark("MailboxGuid"),
}

// onPremises decodes rows whose cells have the names of Exchange on premises.
func onPremises(h *ingest.Head, m *column.Map, o *ingest.Options) *tableDecoder {
	d := newDecoder(h, namesOf(m, serverFields, o), o)
	t := &tableDecoder{decoder: d, custom: func(a *activity, _ *rows.Record, text string, _ []byte) { a.readPairs(text) }}
	for _, name := range m.Header() {
		name = strings.TrimSpace(name)
		f, _ := d.names.standard.Find(name)
		if f == serverMailbox {
			f = stdOther
		}
		t.columns = append(t.columns, cell{name, f})
	}
	return t
}

// readPairs takes the properties out of name=value&name=value, in which %25,
// %26 and %3d stand for the characters that separate. A last & says that the
// log cut the text.
func (a *activity) readPairs(text string) {
	text, cut := strings.CutSuffix(text, "&")
	if cut {
		a.flags |= timeline.SourceCut
	}
	for pair := range strings.SplitSeq(text, "&") {
		name, value, ok := strings.Cut(pair, "=")
		if !ok && len(pair) > 0 {
			a.unread = text
			a.flags |= timeline.Partial
			continue
		}
		if name != "" {
			a.custom = append(a.custom, property{name: unpercent(name), value: unpercent(value)})
		}
	}
}

// unpercent resolves %xx; anything else stays.
func unpercent(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(c))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return strings.ToValidUTF8(string(b), "\ufffd")
}
