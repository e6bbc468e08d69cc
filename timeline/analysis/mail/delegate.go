package mail

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Delegates are the rows in which one account opened messages of another's
// mailbox, by the two names in lower case, in time order. What failed is left
// out.
var Delegates = &analysis.Fact[map[DelegateKey][]int]{
	Name:  "delegates",
	Needs: []analysis.Need{analysis.Operations},
	Make:  findDelegates,
}

// A DelegateKey is an account and a mailbox that is not its own, in lower case.
type DelegateKey struct{ User, Mailbox string }

func findDelegates(p *analysis.Pass) map[DelegateKey][]int {
	t := p.Timeline
	type pair struct{ user, mailbox uint32 }
	keys := map[pair]*DelegateKey{}
	found := map[DelegateKey][]int{}
	for row := range analysis.RowsOf(p, analysis.ClassAccess, analysis.ClassRead, analysis.ClassOpen) {
		k := pair{t.Folded(timeline.ColUser, row), t.Folded(timeline.ColMailbox, row)}
		if k.user == 0 || k.mailbox == 0 || t.Outcome(row) > timeline.Success || t.Has(row, timeline.Service|timeline.AppOnly) {
			continue
		}
		key, known := keys[k]
		if !known {
			user, mailbox := strings.ToLower(t.Value(timeline.ColUser, k.user)), strings.ToLower(t.Value(timeline.ColMailbox, k.mailbox))
			if user != mailbox {
				key = &DelegateKey{user, mailbox}
			}
			keys[k] = key
		}
		if key != nil {
			found[*key] = append(found[*key], row)
		}
	}
	return found
}
