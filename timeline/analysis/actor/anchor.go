package actor

import (
	"slices"
	"sort"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/logon"
)

// anchorSigns gives the signs on records of Outlook Activities without an address
// to the context of the last logon of the same client. Those records do not
// name the rule that they made: a sign on a rule that only a snapshot shows is
// given to every record of making one in its mailbox.
func (l *linker) anchorSigns() {
	t := l.t
	byClient := map[uint64][]*logon.Logon{}
	list := logon.Logons.Of(l.p)
	for i := range list {
		if one := &list[i]; one.Export.SparseAddresses && one.Opened() && !one.Service && one.IP != 0 {
			k := logon.Pair(one.Mailbox, one.Client)
			byClient[k] = append(byClient[k], one)
		}
	}
	if len(byClient) == 0 {
		return
	}
	signs, within := l.signs, int64(hours(l.p, AnchorHours))
	made := codes(t, timeline.ColOperation, func(op string) bool { return op == opCreateRule })
	snapshots := map[timeline.Origin]bool{}
	for _, c := range t.Context() {
		snapshots[c.Origin] = true
	}
	standing := map[string][]int32{}
	for i := range signs.All {
		s := &signs.All[i]
		if !slices.ContainsFunc(s.Origins, func(o timeline.Origin) bool { return !snapshots[o] }) {
			standing[strings.ToLower(s.Mailbox)] = append(standing[strings.ToLower(s.Mailbox)], int32(i))
		}
	}
	for row := range t.Timed() {
		if !t.Source(row).SparseAddresses || t.Code(timeline.ColIP, row) != 0 {
			continue
		}
		cited := signs.At(t.Origin(row))
		if made[t.Code(timeline.ColOperation, row)] {
			these := standing[strings.ToLower(t.Text(timeline.ColMailbox, row))]
			for _, s := range these {
				if l.made[s] == 0 {
					l.made[s] = row
				}
			}
			cited = slices.Concat(cited, these)
		}
		if len(cited) == 0 {
			continue
		}
		now, _ := t.Nanos(row)
		logons := byClient[logon.Pair(t.Folded(timeline.ColMailbox, row), t.Folded(timeline.ColClient, row))]
		i := sort.Search(len(logons), func(i int) bool { return logons[i].Row > row })
		if i == 0 || now-logons[i-1].Time > within {
			continue
		}
		if at := l.at(logons[i-1].Row); at >= 0 {
			l.list[at].cite(cited, logons[i-1].Time)
		}
	}
}

// opCreateRule is the operation of Outlook Activities that made an inbox rule.
const opCreateRule = "CreateRule"

// anchorConsents gives a sign on a consent to the contexts in which its
// application uses the account afterwards from elsewhere: that is an entry.
func (l *linker) anchorConsents() {
	signs, consents := l.signs, change.Consents.Of(l.p)
	byApp := change.ConsentedApps.Of(l.p)
	for i := range l.list {
		c := &l.list[i]
		for _, k := range byApp[c.app] {
			for _, row := range consents[k].Rows {
				cited := signs.At(l.t.Origin(row))
				if timeline.UnixNano(l.t, row) > c.last || l.owners(c, false) {
					continue
				}
				c.cite(cited, c.last)
				for _, s := range cited {
					l.granted[s] = true
				}
			}
		}
	}
}
