package mail

import (
	"hash/maphash"
	"slices"
	"strings"

	"becforensics/timeline"
)

// A MessageID stands for an internet message id, without regard to case and
// angle brackets, by two independent hashes of 96 bits together: ids by the
// million are compared and counted, not kept.
type MessageID [3]uint32

var messageSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// messageIDOf is what stands for an id as a record writes it.
func messageIDOf(id string) MessageID {
	var room [128]byte
	bare := appendBareID(room[:0], id)
	hash := maphash.Bytes(messageSeeds[0], bare)
	return MessageID{uint32(hash >> 32), uint32(hash), uint32(maphash.Bytes(messageSeeds[1], bare))}
}

func (id MessageID) compare(other MessageID) int { return slices.Compare(id[:], other[:]) }

// appendBareID appends what BareID is.
func appendBareID(dst []byte, id string) []byte {
	return timeline.AppendLower(dst, strings.Trim(id, "<>"))
}

// BareID is an internet message id in lower case, without angle brackets.
func BareID(id string) string { return strings.ToLower(strings.Trim(id, "<>")) }
