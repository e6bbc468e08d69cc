package mail

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

var (
	// oneEditFrom and twoEditsFrom are how long a label must be for one or two
	// wrong letters to be likeness: shorter names resemble one another by chance.
	oneEditFrom  = &analysis.Point{Name: "lookalike-domain.one_letter_from", Value: 5, Doc: "letters of a name from which on one differing letter is a likeness"}
	twoEditsFrom = &analysis.Point{Name: "lookalike-domain.two_letters_from", Value: 9, Doc: "letters of a name from which on two differing letters are a likeness"}
	// affixFrom is how long a name must be to be found again inside another, and
	// affixAlone how long a correspondent's must be without a hyphen beside it:
	// short ones are parts of many words.
	affixFrom  = &analysis.Point{Name: "lookalike-domain.added_word_from", Value: 6, Doc: "letters of a name from which on an added word is a likeness"}
	affixAlone = &analysis.Point{Name: "lookalike-domain.added_word_without_hyphen_from", Value: 11, Doc: "letters of a correspondent's name from which on a word added without a hyphen is a likeness"}
)

const (
	// longLabel bounds the pairs of deletions of one label: of longer ones only
	// one letter is deleted.
	longLabel = 32
	// MaxTried bounds how many names one is compared with: so many real names do
	// not lie within two letters of one another.
	MaxTried = 64
	// presence is how many marks there are for each deletion.
	presence = 16
	// maxShown is how long a label can be in bytes once decoded.
	maxShown = 4 * maxLabelLen
)

// A Likeness is how a name resembles another, the closest first.
type Likeness uint8

const (
	unlike Likeness = iota
	confusable
	oneEdit
	twoEdits
	otherEnding
	addedWord
)

// A LikenessIndex finds names that resemble given ones, without comparing each
// with each: by skeleton, and by what is left of a label when letters are
// deleted, which two labels an edit apart share.
type LikenessIndex struct {
	names     []DomainName
	skeletons map[string][]int
	labels    map[string][]int
	deletions []deletion // sorted
	// present marks the hashes of deletions by their low bits, so that most of
	// what is not there need not be searched.
	present []uint64
	mask    uint64
}

type deletion struct {
	hash uint64
	name int
}

func newLikenesses(names []DomainName) *LikenessIndex {
	l := &LikenessIndex{names: names, skeletons: map[string][]int{}, labels: map[string][]int{}}
	for i, n := range names {
		l.skeletons[n.skeleton] = append(l.skeletons[n.skeleton], i)
		l.labels[n.label] = append(l.labels[n.label], i)
		for hash := range deletionsOf(n.label) {
			l.deletions = append(l.deletions, deletion{hash, i})
		}
	}
	slices.SortFunc(l.deletions, func(a, b deletion) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.name, b.name))
	})
	l.mask = 1<<bits.Len(uint(presence*len(l.deletions))) - 1
	l.present = make([]uint64, l.mask/64+1)
	for _, d := range l.deletions {
		l.present[d.hash&l.mask/64] |= 1 << (d.hash & l.mask % 64)
	}
	return l
}

// find is the name that c resembles most, of several the first for which
// accept says yes.
func (l *LikenessIndex) find(c DomainName, accept func(name int, how Likeness) bool) (name int, how Likeness) {
	try := func(i int, as Likeness) bool {
		if l.names[i].Name == c.Name || !accept(i, as) {
			return false
		}
		name, how = i, as
		return true
	}
	for _, i := range head(l.skeletons[c.skeleton]) {
		if l.names[i].Shown != c.Shown && try(i, confusable) {
			return name, how
		}
	}
	if name, how, ok := l.edited(c, accept); ok {
		return name, how
	}
	for _, i := range head(l.labels[c.label]) {
		if try(i, otherEnding) {
			return name, how
		}
	}
	shortest := affixFrom.Int()
	for cut := len(c.label) - 1; cut >= shortest; cut-- {
		for _, part := range []string{c.label[:cut], c.label[len(c.label)-cut:]} {
			for _, i := range head(l.labels[part]) {
				if try(i, addedWord) {
					return name, how
				}
			}
		}
	}
	return 0, unlike
}

func head(list []int) []int { return list[:min(len(list), MaxTried)] }

// edited is the name that fewest edits make of c.
func (l *LikenessIndex) edited(c DomainName, accept func(int, Likeness) bool) (name int, how Likeness, found bool) {
	var tried []int
	for hash := range deletionsOf(c.label) {
		if l.present[hash&l.mask/64]&(1<<(hash&l.mask%64)) == 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(l.deletions, hash, func(d deletion, h uint64) int { return cmp.Compare(d.hash, h) })
		for ; at < len(l.deletions) && l.deletions[at].hash == hash; at++ {
			i := l.deletions[at].name
			if slices.Contains(tried, i) {
				continue
			}
			if len(tried) == MaxTried {
				return name, how, found
			}
			tried = append(tried, i)
			as := editLikeness(c.label, l.names[i].label)
			if as == unlike || found && as >= how || !accept(i, as) {
				continue
			}
			if name, how, found = i, as, true; how == oneEdit {
				return name, how, found
			}
		}
	}
	return name, how, found
}

// editLikeness says whether one or two edits make a label of another. Labels
// that differ in their numbers alone are siblings.
func editLikeness(a, b string) Likeness {
	if a == b || digitless(a) == digitless(b) {
		return unlike
	}
	edits, allowed := distance(a, b), allowedEdits(min(len(a), len(b)))
	switch {
	case edits > allowed:
		return unlike
	case edits == 1:
		return oneEdit
	}
	return twoEdits
}

func allowedEdits(length int) int {
	switch {
	case length >= twoEditsFrom.Int():
		return 2
	case length >= oneEditFrom.Int():
		return 1
	}
	return 0
}

// deletionsOf yields the hash of a label and of what is left of it without
// one letter and, where it is long enough, without two.
func deletionsOf(label string) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		allowed := allowedEdits(len(label))
		if allowed == 0 || !yield(hashWithout(label, -1, -1)) {
			return
		}
		for i := range len(label) {
			if !yield(hashWithout(label, i, -1)) {
				return
			}
			if allowed < 2 || len(label) > longLabel {
				continue
			}
			for j := i + 1; j < len(label); j++ {
				if !yield(hashWithout(label, i, j)) {
					return
				}
			}
		}
	}
}

// hashWithout is the FNV-1a hash of a label without the letters at i and j.
func hashWithout(label string, i, j int) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for k := range len(label) {
		if k != i && k != j {
			h = (h ^ uint64(label[k])) * prime
		}
	}
	return h
}

// distance counts the letters inserted, dropped, changed or swapped with their
// neighbour that make a of b (Damerau and Levenshtein, restricted).
func distance(a, b string) int {
	if len(a) > maxShown || len(b) > maxShown {
		return maxShown
	}
	var rows [3][maxShown + 1]int
	before, previous, current := rows[0][:len(b)+1], rows[1][:len(b)+1], rows[2][:len(b)+1]
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			altered := 1
			if a[i-1] == b[j-1] {
				altered = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+altered)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}

// Words says how a name resembles another.
func (h Likeness) Words(c, r DomainName) string {
	switch h {
	case confusable:
		return "looks the same: " + cite.Quote(c.Shown) + " for " + cite.Quote(r.Shown)
	case oneEdit:
		return "one letter differs"
	case twoEdits:
		return "two letters differ"
	case otherEnding:
		return "the same name under another ending"
	case addedWord:
		return "the name with something added: " + cite.Quote(strings.Trim(strings.Replace(c.label, r.label, "", 1), "-"))
	}
	return ""
}
