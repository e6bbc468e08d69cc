package evidence

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Number is the number in the item's id.
func (it *Item) Number() uint32 { return it.number }

// Keep gives evidence the numbers under which its hashes (SHA-256 in
// hexadecimal) were cited before; what has no such number gets those after the
// highest, in the order it had. Of two items with one hash the first keeps the
// number. It reads all evidence once, to hash it, and comes before anything is
// read of an id.
func (s *Set) Keep(ctx context.Context, numbers map[string]uint32) error {
	if len(numbers) == 0 {
		return nil
	}
	left := map[string]uint32{}
	given := map[uint32]string{}
	next := uint32(1)
	for hash, n := range numbers {
		hash = strings.ToLower(hash)
		if other, twice := given[n]; twice && other != hash {
			return fmt.Errorf("evidence id %s is given to two hashes", Evidence.id(int(n)))
		}
		left[hash], given[n] = n, hash
		next = max(next, n+1)
	}
	if err := s.HashAll(ctx); err != nil {
		return err
	}
	for _, it := range s.items {
		it.number = 0
		if n := left[it.Hash()]; n != 0 {
			it.number = n
			delete(left, it.Hash())
		}
	}
	for _, it := range s.items {
		if it.number == 0 {
			it.number, next = next, next+1
		}
	}
	slices.SortFunc(s.items, func(a, b *Item) int { return cmp.Compare(a.number, b.number) })
	s.name()
	return nil
}

// HashAll reads all evidence once, to hash it. What cannot be read has no hash;
// it is told when it is decoded.
func (s *Set) HashAll(ctx context.Context) error {
	for _, it := range s.items {
		if err := it.whole(ctx, io.Discard); err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// name makes the ids of the items' numbers.
func (s *Set) name() {
	for _, it := range s.items {
		it.ID = Evidence.id(int(it.number))
	}
	for _, it := range s.items {
		if it.outer != nil {
			it.Parent = it.outer.ID
		}
	}
	for i, r := range s.refused {
		if r.outer != nil {
			s.refused[i].Parent = r.outer.ID
		}
	}
	slices.SortStableFunc(s.refused, func(a, b Refused) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Parent, b.Parent), cmp.Compare(a.Reason, b.Reason))
	})
}
