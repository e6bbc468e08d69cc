package bec

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
)

const (
	// oneEditFrom and twoEditsFrom are how long a label must be for one or two
	// wrong letters to be likeness: shorter names resemble one another by chance.
	oneEditFrom  = 5
	twoEditsFrom = 9
	// longLabel bounds the pairs of deletions of one label: of longer ones only
	// one letter is deleted.
	longLabel = 32
	// affixFrom is how long a name must be to be found again inside another:
	// short ones are parts of many words.
	affixFrom = 6
	// maxTried bounds how many names with the same deletion are compared.
	maxTried = 64
)

// A likeness is how a name resembles another, the closest first.
type likeness uint8

const (
	unlike likeness = iota
	confusable
	oneEdit
	twoEdits
	otherEnding
	addedWord
)

// A likenesses finds names that resemble given ones, without comparing each
// with each: by skeleton, and by what is left of a label when letters are
// deleted, which two labels an edit apart share.
type likenesses struct {
	names     []domainName
	skeletons map[string][]int
	labels    map[string][]int
	deletions []deletion // sorted
}

type deletion struct {
	hash uint64
	name int
}

func newLikenesses(names []domainName) *likenesses {
	l := &likenesses{names: names, skeletons: map[string][]int{}, labels: map[string][]int{}}
	for i, n := range names {
		l.skeletons[n.skeleton] = append(l.skeletons[n.skeleton], i)
		l.labels[n.label] = append(l.labels[n.label], i)
		eachDeletion(n.label, func(hash uint64) { l.deletions = append(l.deletions, deletion{hash, i}) })
	}
	slices.SortFunc(l.deletions, func(a, b deletion) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.name, b.name))
	})
	return l
}

// find is the name that c resembles most, of several the first for which
// accept says yes.
func (l *likenesses) find(c domainName, accept func(name int, how likeness) bool) (name int, how likeness) {
	try := func(i int, as likeness) bool {
		if l.names[i].name == c.name || !accept(i, as) {
			return false
		}
		name, how = i, as
		return true
	}
	for _, i := range head(l.skeletons[c.skeleton]) {
		if l.names[i].shown != c.shown && try(i, confusable) {
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
	for cut := len(c.label) - 1; cut >= affixFrom; cut-- {
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

func head(list []int) []int { return list[:min(len(list), maxTried)] }

// edited is the name that fewest edits make of c.
func (l *likenesses) edited(c domainName, accept func(int, likeness) bool) (name int, how likeness, found bool) {
	tried := map[int]bool{}
	eachDeletion(c.label, func(hash uint64) {
		at, _ := slices.BinarySearchFunc(l.deletions, hash, func(d deletion, h uint64) int { return cmp.Compare(d.hash, h) })
		for n := at; n < len(l.deletions) && n < at+maxTried && l.deletions[n].hash == hash; n++ {
			i := l.deletions[n].name
			if tried[i] || how == oneEdit {
				continue
			}
			tried[i] = true
			as := editLikeness(c.label, l.names[i].label)
			if as == unlike || found && as >= how || !accept(i, as) {
				continue
			}
			name, how, found = i, as, true
		}
	})
	return name, how, found
}

// editLikeness says whether one or two edits make a label of another. Labels
// that differ in their numbers alone are siblings.
func editLikeness(a, b string) likeness {
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
	case length >= twoEditsFrom:
		return 2
	case length >= oneEditFrom:
		return 1
	}
	return 0
}

// eachDeletion yields the hash of a label and of what is left of it without
// one letter and, where it is long enough, without two.
func eachDeletion(label string, yield func(hash uint64)) {
	allowed := allowedEdits(len(label))
	if allowed == 0 {
		return
	}
	h := fnv.New64a()
	sum := func(parts ...string) {
		h.Reset()
		for _, part := range parts {
			_, _ = h.Write([]byte(part))
		}
		yield(h.Sum64())
	}
	sum(label)
	for i := range len(label) {
		sum(label[:i], label[i+1:])
		if allowed < 2 || len(label) > longLabel {
			continue
		}
		for j := i + 1; j < len(label); j++ {
			sum(label[:i], label[i+1:j], label[j+1:])
		}
	}
}

// distance counts the letters inserted, dropped, changed or swapped with their
// neighbour that make a of b (Damerau and Levenshtein, restricted).
func distance(a, b string) int {
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}

// words says how a name resembles another.
func (h likeness) words(c, r domainName) string {
	switch h {
	case confusable:
		return "looks the same: " + quote(c.shown) + " for " + quote(r.shown)
	case oneEdit:
		return "one letter differs"
	case twoEdits:
		return "two letters differ"
	case otherEnding:
		return "the same name under another ending"
	case addedWord:
		return "the name with something added: " + quote(strings.Trim(strings.Replace(c.label, r.label, "", 1), "-"))
	}
	return ""
}
