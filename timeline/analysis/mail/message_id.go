package mail

import (
	"cmp"
	"hash/maphash"
	"strings"
)

// A MessageID stands for an internet message id, without regard to case and
// angle brackets, by two independent hashes of 96 bits together: ids by the
// million are compared and counted, not kept.
type MessageID struct {
	hash  uint64
	check uint32
}

var messageSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// messageIDOf is what stands for an id as a record writes it.
func messageIDOf(id string) MessageID {
	id = BareID(id)
	return MessageID{maphash.String(messageSeeds[0], id), uint32(maphash.String(messageSeeds[1], id))}
}

func (id MessageID) compare(other MessageID) int {
	return cmp.Or(cmp.Compare(id.hash, other.hash), cmp.Compare(id.check, other.check))
}

// BareID is an internet message id in lower case, without angle brackets.
func BareID(id string) string { return strings.ToLower(strings.Trim(id, "<>")) }
