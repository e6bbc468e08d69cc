package timeline

import (
	"cmp"
	"slices"
)

// A Stack is how often each value of a column occurs, rarest first: stacking.
// Values that differ only in case are one, under the spelling met first.
type Stack []Count

// A Count is one value of a stack, within one value of By.
type Count struct {
	By, Value   string
	Events      int
	Days        int // distinct UTC dates
	Users       int // distinct users, without regard to case
	First, Last int64
	FirstRow    int
	LastRow     int
}

// StackBy counts a column's values, absent ones too, each within the values
// of by; with by == NumCols over the whole timeline. Rows for which keep is
// false are left out; keep may be nil.
func (t *Timeline) StackBy(c, by Col, keep func(row int) bool) Stack {
	return t.stack(t.Fold(c), func(row int) uint32 { return t.Code(c, row) }, func(code uint32) string { return t.Value(c, code) }, by, keep)
}

func (t *Timeline) stack(fold []uint32, code func(int) uint32, value func(uint32) string, by Col, keep func(int) bool) Stack {
	type group struct {
		Count
		days  map[int32]struct{}
		users map[uint32]struct{}
	}
	var byFold []uint32
	if by != NumCols {
		byFold = t.Fold(by)
	}
	users := t.Fold(ColUser)
	groups := map[uint64]*group{}
	for row := range t.n {
		if keep != nil && !keep(row) {
			continue
		}
		key := uint64(fold[code(row)])
		if byFold != nil {
			key |= uint64(byFold[t.Code(by, row)]) << 32
		}
		g := groups[key]
		if g == nil {
			g = &group{Count: Count{Value: value(uint32(key)), FirstRow: row}, days: map[int32]struct{}{}, users: map[uint32]struct{}{}}
			if byFold != nil {
				g.By = t.Value(by, uint32(key>>32))
			}
			groups[key] = g
		}
		g.Events++
		g.LastRow = row
		g.users[users[t.Code(ColUser, row)]] = struct{}{}
		if n, ok := t.Nanos(row); ok {
			g.days[Day(n)] = struct{}{}
			if g.First == 0 {
				g.First = n
			}
			g.Last = n
		}
	}
	stack := make(Stack, 0, len(groups))
	for _, g := range groups {
		delete(g.users, 0)
		g.Days, g.Users = len(g.days), len(g.users)
		stack = append(stack, g.Count)
	}
	slices.SortFunc(stack, func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.By, b.By), cmp.Compare(a.Days, b.Days), cmp.Compare(a.Events, b.Events), cmp.Compare(a.Value, b.Value))
	})
	return stack
}

// Day is the UTC date of a time as days since 1970.
func Day(nanos int64) int32 {
	const day = int64(24 * 60 * 60 * 1e9)
	d := nanos / day
	if nanos%day < 0 {
		d--
	}
	return int32(d)
}

// StackField counts the values of any column of the exports that is not wide,
// within those of another such column, or over all where by is empty.
func (t *Timeline) StackField(field, by Field) Stack {
	if field.Code && (by.Code || by.Name == "") {
		c := NumCols
		if by.Code {
			c = by.Col
		}
		return t.StackBy(field.Col, c, nil)
	}
	values, codes := t.fieldCodes(field)
	if by.Name == "" {
		return t.stack(values.folded(), func(row int) uint32 { return codes[row] }, values.value, NumCols, nil)
	}
	byValues, byCodes := t.fieldCodes(by)
	var all Stack
	for code := range byValues.len() {
		part := t.stack(values.folded(), func(row int) uint32 { return codes[row] }, values.value, NumCols,
			func(row int) bool { return byCodes[row] == uint32(code) })
		for i := range part {
			part[i].By = byValues.value(uint32(code))
		}
		all = append(all, part...)
	}
	slices.SortStableFunc(all, func(a, b Count) int { return cmp.Compare(a.By, b.By) })
	return all
}

// fieldCodes codes the values of a column that is not stored as codes.
func (t *Timeline) fieldCodes(f Field) (*dict, []uint32) {
	d := newDict()
	codes := make([]uint32, t.n)
	for row := range t.n {
		code, err := d.add(t.cell(f, row))
		if err == nil {
			codes[row] = code
		}
	}
	return d, codes
}
