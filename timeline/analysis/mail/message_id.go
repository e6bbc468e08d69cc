package mail

import (
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"
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
	id = strings.Trim(id, "<>")
	for i := range len(id) {
		c := id[i]
		if c >= utf8.RuneSelf {
			return append(dst[:len(dst)-i], strings.ToLower(id)...)
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// BareID is an internet message id in lower case, without angle brackets.
func BareID(id string) string { return strings.ToLower(strings.Trim(id, "<>")) }
