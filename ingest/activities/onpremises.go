package activities

import (
	"strconv"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// cmdlet is the table of Exchange's own cmdlet.
var cmdlet = &ingest.Layout{
	Name: "Get-MailboxActivityLog CSV",
	Doc: `What the cmdlet of Exchange on premises lists of one mailbox: ClientId and ActivityId where the API has AppIdType and
ActivityIdType. CustomProperties are pairs, name=value&name=value, cut at 4,096 characters; a last & marks the cut.`,
	Columns:  []string{"ClientId", "ActivityId", "TimeStamp", "EntryId", "CustomProperties"},
	TimeDesc: timeDesc,
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && h.Has("ClientId", "ActivityId", "TimeStamp", "CustomProperties") && !h.Has("AppIdType") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		d := onPremises(h.Shape.Header, newDecoder(h, o))
		return &ingest.Decoder{Decode: d.decode, Finish: d.finish}, nil
	},
}

// onPremises decodes rows whose cells have the names of Exchange on premises.
func onPremises(header []string, d *decoder) *tableDecoder {
	t := &tableDecoder{decoder: d, custom: func(a *activity, _ *rows.Record, text string, _ []byte) { a.readPairs(text) }}
	for _, cell := range header {
		name := strings.TrimSpace(cell)
		s := foldedStandard(name)
		switch strings.ToLower(name) {
		case "clientid":
			s = stdApp
		case "activityid":
			s = stdType
		case "itemid", "entryid":
			s = stdItem
		case "clientsession":
			s = stdSession
		}
		t.columns = append(t.columns, column{name, s})
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
