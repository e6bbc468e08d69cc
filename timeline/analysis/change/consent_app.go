package change

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// ConsentedApps are the consents to each application, by the folded code of
// ColAppID and as places in Consents. Microsoft's own applications are left out:
// consents name them as those whose data they open.
var ConsentedApps = &analysis.Fact[map[uint32][]int]{
	Name:  "consented applications",
	Needs: []analysis.Need{Consents},
	Make:  findConsentedApps,
}

// idLength is how long an application's id is, in characters.
const idLength = len("00000000-0000-0000-0000-000000000000")

func findConsentedApps(p *analysis.Pass) map[uint32][]int {
	t := p.Timeline
	byID := map[string][]int{}
	for i, c := range Consents.Of(p) {
		seen := map[string]bool{}
		for _, text := range c.Texts {
			for id := range strings.FieldsFuncSeq(text, func(r rune) bool { return r != '-' && !('0' <= r && r <= '9') && !('a' <= r && r <= 'f') }) {
				if len(id) == idLength && !seen[id] {
					seen[id] = true
					byID[id] = append(byID[id], i)
				}
			}
		}
	}
	byApp := map[uint32][]int{}
	for code := 1; code < t.Cardinality(timeline.ColAppID); code++ {
		id := t.Value(timeline.ColAppID, uint32(code))
		if known, ok := p.Reference.App(id); ok && known.FirstParty {
			continue
		}
		if consents := byID[strings.ToLower(id)]; consents != nil {
			byApp[t.Fold(timeline.ColAppID)[code]] = consents
		}
	}
	return byApp
}
