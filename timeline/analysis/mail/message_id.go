package mail

import (
	"hash/maphash"
	"strings"
)

// A MessageID stands for an internet message id, without regard to case and
// angle brackets, by two independent hashes of 64 bits: ids by the million are
// compared and counted, not kept.
type MessageID [2]uint64

var messageSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// messageIDOf is what stands for an id as a record writes it.
func messageIDOf(id string) MessageID {
	id = BareID(id)
	return MessageID{maphash.String(messageSeeds[0], id), maphash.String(messageSeeds[1], id)}
}

// BareID is an internet message id in lower case, without angle brackets.
func BareID(id string) string { return strings.ToLower(strings.Trim(id, "<>")) }
