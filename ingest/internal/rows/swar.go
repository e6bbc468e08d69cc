package rows

import (
	"encoding/binary"
	"math/bits"
)

// Eight bytes are looked at in one word. In a mask, the high bit of a byte is
// the answer for that byte.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// load is the eight bytes of b from i on; there must be eight.
func load(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i : i+8]) }

// find marks the bytes of x that equal those of pattern. Only the lowest mark
// is certain: a borrow may mark bytes above it.
func find(x, pattern uint64) uint64 {
	v := x ^ pattern
	return (v - ones) &^ v & highs
}

// findAll marks exactly the bytes of x that equal those of pattern.
func findAll(x, pattern uint64) uint64 {
	v := x ^ pattern
	return ^((v&^highs + ^uint64(highs)) | v | ^uint64(highs))
}

// special marks the bytes that end the plain part of a JSON string: quote,
// backslash, control character. Only the lowest mark is certain.
func special(x uint64) uint64 {
	return (((x ^ 0x02*ones) - 0x21*ones) | ((x ^ '\\'*ones) - ones)) &^ x & highs
}

// lowest is the index of the lowest marked byte.
func lowest(mask uint64) int { return bits.TrailingZeros64(mask) >> 3 }

// gather packs a mask into eight bits, lowest byte first.
func gather(mask uint64) uint64 { return mask * 0x0002040810204081 >> 56 }
