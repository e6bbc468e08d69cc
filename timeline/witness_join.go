package timeline

import (
	"cmp"
	"hash/maphash"
	"slices"
	"time"
)

// maxOpenActs bounds how many acts with one key, all within a rule's seconds,
// a record is compared with: more than any client makes, and few enough that a
// million records with one key cost no more than others.
const maxOpenActs = 64

// joinWitnesses finds the records that tell of the same act. Ids holds the
// hash of the record's id by row, for the rules that ask for it.
func (t *Timeline) joinWitnesses(ids vector) {
	t.sameAs, t.nextWitness = vector{s: t.store}, vector{s: t.store}
	j := &witnessJoin{t: t, ids: ids, numbers: map[string]uint32{}, differs: map[uint32]bool{}, seed: maphash.MakeSeed()}
	for i := range witnessRules {
		if rule := &witnessRules[i]; j.spoken(rule) {
			j.rules = append(j.rules, rule)
		}
	}
	if len(j.rules) > 0 {
		j.join()
		j.keep()
	} else {
		t.sameAs.skip(t.n)
		t.nextWitness.skip(t.n)
	}
	t.sameAs.done()
	t.nextWitness.done()
	ids.free()
}

type witnessJoin struct {
	t       *Timeline
	ids     vector
	rules   []*witnessRule
	sources map[string]sourceBit // of the case

	act     []uint32        // by row: one of the rows of its act, + 1; 0 if it has no witness
	differs map[uint32]bool // acts, as in act, that witnesses tell differently

	numbers map[string]uint32 // of users and mailboxes, lower case
	codes   [NumCols][]uint32 // a column's codes, normalised
	seed    maphash.Seed
}

// A sourceBit is a kind of source in a set of them.
type sourceBit uint32

// A claim is a row that a rule speaks of, with the hash of its keys. That two
// keys of a case of a million records share a hash has odds of one in ten
// million.
type claim struct {
	key    uint64
	row    uint32
	teller uint8
}

// spoken reports whether the case has at least two of a rule's sources.
func (j *witnessJoin) spoken(rule *witnessRule) bool {
	if j.sources == nil {
		j.sources = map[string]sourceBit{}
		for _, s := range j.t.Exports() {
			if _, ok := j.sources[s.Source]; !ok && s.Events > 0 {
				j.sources[s.Source] = 1 << len(j.sources)
			}
		}
	}
	n := 0
	for i := range rule.tellers {
		if j.sources[rule.tellers[i].source] != 0 {
			n++
		}
	}
	return n > 1
}

func (j *witnessJoin) join() {
	j.act = make([]uint32, j.t.n)
	found := j.collect()
	for r, rule := range j.rules {
		claims := found[r]
		found[r] = nil
		claims = slices.DeleteFunc(claims, func(c claim) bool { return j.act[c.row] != 0 })
		for i := range claims {
			claims[i].key = j.key(rule, claims[i])
		}
		claims = slices.DeleteFunc(claims, func(c claim) bool { return c.key == 0 })
		slices.SortFunc(claims, func(x, y claim) int {
			if x.key != y.key {
				return cmp.Compare(x.key, y.key)
			}
			return cmp.Compare(x.row, y.row)
		})
		for len(claims) > 0 {
			n := 1
			for n < len(claims) && claims[n].key == claims[0].key {
				n++
			}
			if n > 1 {
				j.match(rule, claims[:n])
			}
			claims = claims[n:]
		}
	}
}

// collect finds the rows that the rules speak of, by rule.
func (j *witnessJoin) collect() [][]claim {
	t := j.t
	found := make([][]claim, len(j.rules))
	// What speaks of a row, by source and then by code of either column.
	type speakers struct {
		all  []speaker
		code [2]map[uint32][]speaker
	}
	bySource := map[string]*speakers{}
	for r, rule := range j.rules {
		for i := range rule.tellers {
			teller := &rule.tellers[i]
			s := bySource[teller.source]
			if s == nil {
				s = &speakers{code: [2]map[uint32][]speaker{{}, {}}}
				bySource[teller.source] = s
			}
			at := speaker{uint8(r), uint8(i)}
			if teller.values == nil {
				s.all = append(s.all, at)
				continue
			}
			which := 0
			if teller.col == ColRecordType {
				which = 1
			}
			for _, v := range teller.values {
				if code, ok := t.Find(teller.col, v); ok && code != 0 {
					s.code[which][code] = append(s.code[which][code], at)
				}
			}
		}
	}
	var last holding
	var s *speakers
	for row := range t.Timed() {
		if at := t.holding(row); at != last {
			last, s = at, bySource[t.export(at).Source]
		}
		if s == nil {
			continue
		}
		for _, at := range s.all {
			found[at.rule] = append(found[at.rule], claim{row: uint32(row), teller: at.teller})
		}
		for _, at := range s.code[0][t.Code(ColOperation, row)] {
			found[at.rule] = append(found[at.rule], claim{row: uint32(row), teller: at.teller})
		}
		for _, at := range s.code[1][t.Code(ColRecordType, row)] {
			found[at.rule] = append(found[at.rule], claim{row: uint32(row), teller: at.teller})
		}
	}
	return found
}

// A speaker is a rule of those that apply and one of its tellers.
type speaker struct{ rule, teller uint8 }

// An openAct is an act at the time of the first of its rows with a key.
type openAct struct {
	row   uint32
	time  int64
	tells sourceBit // the sources that tell of it
}

// match joins rows with one key, which are in the order of the timeline. What
// has a witness by an earlier rule is left out.
func (j *witnessJoin) match(rule *witnessRule, claims []claim) {
	span := rule.seconds * int64(time.Second)
	var acts []openAct
	each := false
	for _, c := range claims {
		teller := &rule.tellers[c.teller]
		if teller.each || j.act[c.row] != 0 {
			each = each || teller.each
			continue
		}
		at, source := int64(j.t.time.at(int(c.row))), j.sources[teller.source]
		if act := j.nearest(rule, acts, c.row, at-span, source); act != nil {
			act.tells |= source
			j.unite(rule, act.row, c.row)
		} else {
			acts = append(acts, openAct{c.row, at, source})
		}
	}
	if !each || len(acts) == 0 {
		return
	}
	for _, c := range claims {
		if !rule.tellers[c.teller].each || j.act[c.row] != 0 {
			continue
		}
		at := int64(j.t.time.at(int(c.row)))
		if act := around(acts, at); max(at-act.time, act.time-at) <= span {
			j.unite(rule, act.row, c.row)
		}
	}
}

// nearest is the latest act since a time of which a source does not tell yet;
// of several at one time the first; nil if all are told of.
func (j *witnessJoin) nearest(rule *witnessRule, acts []openAct, row uint32, since int64, source sourceBit) *openAct {
	var found *openAct
	for i := len(acts) - 1; i >= max(0, len(acts)-maxOpenActs) && acts[i].time >= since; i-- {
		act := &acts[i]
		if found != nil && act.time != found.time {
			break
		}
		if act.tells&source == 0 && (!rule.agree || j.agree(act.row, row)) {
			found = act
		}
	}
	return found
}

// agree reports whether two rows state no different outcomes.
func (j *witnessJoin) agree(x, y uint32) bool {
	a, b := j.t.Outcome(int(x)), j.t.Outcome(int(y))
	return a == b || a == Unknown || b == Unknown
}

// around is the act that is nearest to a time, the earlier of two.
func around(acts []openAct, at int64) *openAct {
	i, _ := slices.BinarySearchFunc(acts, at, func(a openAct, at int64) int { return cmp.Compare(a.time, at) })
	if i == len(acts) || i > 0 && at-acts[i-1].time <= acts[i].time-at {
		i--
	}
	return &acts[i]
}

// unite puts a row into the act of another.
func (j *witnessJoin) unite(rule *witnessRule, first, row uint32) {
	j.act[first], j.act[row] = first+1, first+1
	if j.told(rule, first, row) {
		j.differs[first+1] = true
	}
	if rule.compare != nil {
		j.complete(int(first), int(row))
	}
}

// complete gives the first row of an act what only a later witness tells, and
// marks it as inferred: whoever reads an act's first row knows what all of them
// know. What kind of record a row is stays its own.
func (j *witnessJoin) complete(first, row int) {
	for c := range NumCols {
		if c == ColRecordType || c == ColOperation {
			continue
		}
		if code := j.t.Code(c, row); code != 0 {
			j.t.infer(c, first, code)
		}
	}
}

// told reports whether two rows state differently what a rule compares.
func (j *witnessJoin) told(rule *witnessRule, x, y uint32) bool {
	if len(rule.compare) > 0 && !j.agree(x, y) {
		return true
	}
	for _, col := range rule.compare {
		a, b := j.normal(col)[j.t.Code(col, int(x))], j.normal(col)[j.t.Code(col, int(y))]
		if a != b && a != 0 && b != 0 {
			return true
		}
	}
	return false
}

// keep writes the acts into the timeline's columns and flags those that are
// told differently.
func (j *witnessJoin) keep() {
	t := j.t
	head, next := make([]uint32, t.n), make([]uint32, t.n) // rows + 1
	for row := t.n - 1; row >= 0; row-- {
		if act := j.act[row]; act != 0 {
			next[row], head[act-1] = head[act-1], uint32(row)+1
		}
	}
	for row, act := range j.act {
		if act == 0 {
			continue
		}
		if j.differs[act] {
			t.flags.set(row, t.flags.at(row)|uint64(WitnessDiffers))
		}
		if j.act[row] = head[act-1]; int(j.act[row]) == row+1 {
			j.act[row] = 0 // the first of its act
		}
	}
	addAll(&t.sameAs, j.act)
	addAll(&t.nextWitness, next)
}
