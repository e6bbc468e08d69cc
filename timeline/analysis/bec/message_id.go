package bec

import (
	"hash/maphash"
	"strings"
)

// A messageID stands for an internet message id, without regard to case and
// angle brackets, by two independent hashes of 64 bits: ids by the million are
// compared and counted, not kept.
type messageID [2]uint64

var messageSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func messageIDOf(id string) messageID {
	id = bareID(id)
	return messageID{maphash.String(messageSeeds[0], id), maphash.String(messageSeeds[1], id)}
}

// bareID is an internet message id in lower case, without angle brackets.
func bareID(id string) string { return strings.ToLower(strings.Trim(id, "<>")) }
