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
	var within *axis
	if by != NumCols {
		within = t.columnAxis(by)
	}
	return t.stack(t.columnAxis(c), within, keep)
}

// StackField counts the values of any column of the exports that is not wide,
// within those of another such column, or over all where by is empty. Only
// rows that keep holds are counted; keep may be nil.
func (t *Timeline) StackField(field, by Field, keep func(row int) bool) Stack {
	var within *axis
	if by.Name != "" {
		within = t.fieldAxis(by)
	}
	return t.stack(t.fieldAxis(field), within, keep)
}

// An axis is a column's values as codes, and which of them are one.
type axis struct {
	codes  func(row int) uint32
	values *dict
	fold   []uint32
}

func (a *axis) code(row int) uint32 { return a.fold[a.codes(row)] }

func (t *Timeline) columnAxis(c Col) *axis {
	return &axis{func(row int) uint32 { return t.Code(c, row) }, t.cols[c].dict, t.Fold(c)}
}

func (t *Timeline) fieldAxis(f Field) *axis {
	if f.Code {
		return t.columnAxis(f.Col)
	}
	codes, values := t.codesOf(f)
	return &axis{codes, values, values.folded()}
}

// codesOf is the codes of a column that is neither coded nor wide, and their
// values, in the order in which rows have them.
func (t *Timeline) codesOf(f Field) (func(row int) uint32, *dict) {
	if d, ok := t.derived[f.Name]; ok {
		return d.codes(t)
	}
	codes, values := vector{s: t.store}, newDict(t.store)
	for row := range t.n {
		codes.add(uint64(values.add(t.cell(f, row))))
	}
	codes.done()
	return func(row int) uint32 { return uint32(codes.at(row)) }, values
}

func (t *Timeline) stack(of, by *axis, keep func(int) bool) Stack {
	type group struct {
		Count
		days  map[int32]struct{}
		users map[uint32]struct{}
	}
	users := t.Fold(ColUser)
	groups := map[uint64]*group{}
	for row := range t.n {
		if keep != nil && !keep(row) {
			continue
		}
		key := uint64(of.code(row))
		if by != nil {
			key |= uint64(by.code(row)) << 32
		}
		g := groups[key]
		if g == nil {
			g = &group{Count: Count{Value: of.values.value(uint32(key)), FirstRow: row}, days: map[int32]struct{}{}, users: map[uint32]struct{}{}}
			if by != nil {
				g.By = by.values.value(uint32(key >> 32))
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
