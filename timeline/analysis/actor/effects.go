package actor

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
)

// effects finds what came of actors' acts without being one: the deliveries of
// the messages that they sent, and the state of what they made in snapshots.
func (a *Attribution) effects(l *linker) {
	t, classes := l.t, analysis.Operations.Of(l.p)
	sent := map[uint32]*Actor{} // by folded message id
	for _, row := range a.order {
		if classes[t.Code(timeline.ColOperation, row)] != analysis.ClassSend || t.Outcome(row) > timeline.Success {
			continue
		}
		if id := t.Folded(timeline.ColMessageID, row); id != 0 && sent[id] == nil {
			sent[id] = a.acts[row].actor
		}
	}
	if len(sent) > 0 {
		for row := range analysis.RowsOf(l.p, analysis.ClassDelivery, analysis.ClassTrace, analysis.ClassMessage) {
			if who := sent[t.Folded(timeline.ColMessageID, row)]; who != nil && a.acts[row].actor == nil {
				who.Effects = append(who.Effects, t.Origin(row))
			}
		}
	}
	snapshots := map[timeline.Origin]bool{}
	for _, c := range t.Context() {
		snapshots[c.Origin] = true
		if who := sent[l.messageCode(&c)]; who != nil {
			who.Effects = append(who.Effects, c.Origin)
		}
	}
	for _, r := range change.Rules.Of(l.p).Rules {
		for _, row := range r.Made {
			if who := a.acts[row].actor; who != nil {
				who.Effects = append(who.Effects, r.Origins...)
				break
			}
		}
	}
	for _, who := range a.Actors {
		for _, s := range who.Signs {
			for _, o := range s.Origins {
				if snapshots[o] {
					who.Effects = append(who.Effects, o)
				}
			}
		}
		slices.SortFunc(who.Effects, timeline.Origin.Compare)
		who.Effects = slices.Compact(who.Effects)
	}
}

// messageCode is the folded code of the message that a context row is about; 0
// if it is about no message that events name.
func (l *linker) messageCode(c *timeline.Context) uint32 {
	if !strings.HasPrefix(c.Kind, "message") {
		return 0
	}
	code, ok := l.t.Find(timeline.ColMessageID, c.Key)
	if !ok {
		return 0
	}
	return l.t.Fold(timeline.ColMessageID)[code]
}
