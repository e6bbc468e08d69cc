package timeline

import (
	"hash/maphash"
	"slices"
	"strings"
)

// key is the hash of what a rule asks of a row; 0 if the row lacks any of it.
func (j *witnessJoin) key(rule *witnessRule, c claim) uint64 {
	var keys struct {
		codes [4]uint32
		id    uint64
	}
	for i, col := range rule.tellers[c.teller].keys {
		if keys.codes[i] = j.normal(col)[j.t.Code(col, int(c.row))]; keys.codes[i] == 0 {
			return 0
		}
	}
	if rule.byID {
		if keys.id = j.ids.at(int(c.row)); keys.id == 0 {
			return 0
		}
	}
	return maphash.Comparable(j.seed, keys)
}

// normal maps a column's codes so that what sources spell differently is one.
// Users, mailboxes, senders and recipients share their numbers.
func (j *witnessJoin) normal(c Col) []uint32 {
	if j.codes[c] != nil {
		return j.codes[c]
	}
	var number func(text string) uint32
	d := j.t.cols[c].dict
	switch c {
	case ColUser, ColMailbox, ColSender, ColRecipients:
		number = func(text string) uint32 { return numberOf(j.numbers, text) }
	case ColOperation:
		own := map[string]uint32{}
		number = func(text string) uint32 { return numberOf(own, strings.TrimSuffix(text, ".")) }
	case ColTarget:
		own := map[string]uint32{}
		number = func(text string) uint32 {
			object, _, _ := strings.Cut(text, " [") // what was set follows
			return numberOf(own, object)
		}
	default:
		j.codes[c] = j.t.Fold(c)
		return j.codes[c]
	}
	codes := make([]uint32, d.len())
	for code := 1; code < d.len(); code++ {
		codes[code] = number(d.value(uint32(code)))
	}
	j.codes[c] = codes
	return codes
}

// numberOf is the number of a text without regard to case, from 1.
func numberOf(numbers map[string]uint32, text string) uint32 {
	text = strings.ToLower(strings.TrimSpace(text))
	n, ok := numbers[text]
	if !ok {
		n = uint32(len(numbers)) + 1
		numbers[strings.Clone(text)] = n
	}
	return n
}

// logonIDs are the hashes of the ids of records of logons, by row; 0 for all
// others.
func (b *Builder) logonIDs() vector {
	ids := vector{s: b.store}
	sources := map[string]bool{}
	for _, s := range b.holdings() {
		sources[s.Source] = true
	}
	logons := map[uint32]bool{}
	for i := range witnessRules {
		tellers := witnessRules[i].tellers
		if !witnessRules[i].byID || slices.ContainsFunc(tellers, func(t teller) bool { return !sources[t.source] }) {
			continue
		}
		for _, teller := range tellers {
			for _, v := range teller.values {
				if code, ok := b.cols[ColOperation].dict.code(v); ok && code != 0 {
					logons[code] = true
				}
			}
		}
	}
	if len(logons) == 0 {
		ids.skip(b.n)
	} else {
		for row := range b.n {
			id := uint64(0)
			if logons[uint32(b.cols[ColOperation].codes.at(row))] {
				id = b.identity.at(row).id[0]
			}
			ids.add(id)
		}
	}
	ids.done()
	return ids
}
