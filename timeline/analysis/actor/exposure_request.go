package actor

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
)

// A bind is a record of mail access to single messages, and how many it names.
type bind struct {
	row, messages int
	items         map[string]bool // that requests within its minutes read, by entry id
}

// methodRead is the method of requests that read.
const methodRead = "GET "

// request sorts an actor's request to a mailbox: it reads one message, or it
// lists messages that no record names.
func (x *exposer) request(box *Box, row int) {
	request := x.t.Text(timeline.ColRequest, row)
	switch path := strings.ToLower(request); {
	case !strings.HasPrefix(request, methodRead):
	case x.t.Code(timeline.ColItemID, row) != 0:
		x.requests = append(x.requests, row)
	case strings.Contains(path, "/messages"):
		box.lists = append(box.lists, row)
	}
}

// readRequests takes in requests that read one message. They name its item. Where no
// record joins that to a message id, the request is told a second time by the
// record of mail access that follows in the same session: that names the
// message, though not which of its messages it is.
func (x *exposer) readRequests() {
	t, by := x.t, Actors.Of(x.p)
	for _, row := range x.requests {
		box, item := x.boxOf(row), t.Text(timeline.ColItemID, row)
		id := t.Text(timeline.ColMessageID, row)
		if id == "" && x.book.known(box, "", item) == nil {
			if b := x.toldBy(row); b != nil && (b.items[entryOf(item)] || len(b.items) < b.messages) {
				b.items[entryOf(item)] = true
				box.requests++
				continue
			}
		}
		who, _ := by.At(row)
		if e := x.proved(box, row, who, id, item, t.Text(timeline.ColFolder, row), 0); e != nil {
			n, _ := strconv.ParseInt(t.Text(timeline.ColBytes, row), 10, 64)
			e.Bytes += n
		}
	}
}

// toldBy is the first record of mail access of a request's session or token
// within whose minutes the request lies; nil without one.
func (x *exposer) toldBy(row int) *bind {
	t, at := x.t, timeline.UnixNano(x.t, row)
	i, _ := slices.BinarySearchFunc(x.told, row, func(b bind, row int) int { return b.row - row })
	for ; i < len(x.told); i++ {
		b := &x.told[i]
		if timeline.UnixNano(t, b.row)-at > int64(bindMinutes.Value*float64(time.Minute)) {
			return nil
		}
		for _, c := range [...]timeline.Col{timeline.ColSession, timeline.ColToken} {
			if s := t.Folded(c, row); s != 0 && s == t.Folded(c, b.row) && x.boxOf(row) == x.boxOf(b.row) {
				if b.items == nil {
					b.items = map[string]bool{}
				}
				return b
			}
		}
	}
	return nil
}

// ownMessages are messages whose texts are their own.
func ownMessages(list []timeline.Message) []timeline.Message {
	own := make([]timeline.Message, len(list))
	for i, m := range list {
		own[i] = timeline.Message{MessageID: strings.Clone(m.MessageID), ItemID: strings.Clone(m.ItemID), Folder: strings.Clone(m.Folder), Subject: strings.Clone(m.Subject), Size: m.Size}
	}
	return own
}

// operationCount is how many accesses a record of mail access counts.
func operationCount(details string) int {
	n, _ := strconv.Atoi(timeline.PlainMembers(details)["OperationCount"])
	return n
}
