package rows

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
)

// fewKeys is up to how many keys of an object are compared one by one when their
// hashes may be equal; the keys of a larger object are sorted.
const fewKeys = 64

// keyHash mixes a key's length and its first and last eight bytes, upper and
// lower case alike. It only has to be good on ordinary keys: where hashes are
// equal the keys are compared.
func keyHash(key []byte) uint32 {
	n := len(key)
	if n >= 8 {
		return mix(load(key, 0), load(key, n-8), n)
	}
	var b [8]byte
	copy(b[:], key)
	return mixShort(binary.LittleEndian.Uint64(b[:]), n)
}

// mix hashes a key of n bytes of which these are the first and the last eight.
func mix(first, last uint64, n int) uint32 {
	return mixed((first|0x20*ones)+bits.RotateLeft64(last|0x20*ones, 23), n)
}

// mixShort hashes a key of fewer than eight bytes, with zeros behind it.
func mixShort(key uint64, n int) uint32 { return mixed(key|0x20*ones, n) }

func mixed(x uint64, n int) uint32 {
	return uint32((x ^ uint64(n)) * 0x9e3779b97f4a7c15 >> 48)
}

// keyClash compares the last key on the tape with those before it in the object.
func (t *tape) keyClash(nodes []node, object uint32) Flags {
	var flags Flags
	last := uint32(len(nodes) - 1)
	for k := object + 1; k < last; k = t.nextKey(nodes, k) {
		if nodes[k].hash == nodes[last].hash {
			flags |= clash(t.key(nodes[k]), t.key(nodes[last]))
		}
	}
	return flags
}

// keyClashes compares all keys of an object that has many.
func (t *tape) keyClashes(nodes []node, object uint32) Flags {
	t.order = t.order[:0]
	for k := object + 1; k < nodes[object].next; k = t.nextKey(nodes, k) {
		t.order = append(t.order, k)
	}
	slices.SortFunc(t.order, func(a, b uint32) int {
		return compareFold(t.key(nodes[a]), t.key(nodes[b]))
	})
	var flags Flags
	first := 0 // of those alike but for case
	for i := 1; i < len(t.order); i++ {
		key := t.key(nodes[t.order[i]])
		if compareFold(t.key(nodes[t.order[first]]), key) != 0 {
			first = i
			continue
		}
		// A neighbour or the first differs from key unless all seen are equal to it.
		flags |= clash(t.key(nodes[t.order[i-1]]), key) | clash(t.key(nodes[t.order[first]]), key)
	}
	return flags
}

// nextKey is the key behind the value of key k.
func (t *tape) nextKey(nodes []node, k uint32) uint32 { return nodes[k+1].next }

// key is the name that key n stands for.
func (t *tape) key(n node) []byte {
	key := t.text[n.start:n.end]
	if n.escaped {
		return unescape(nil, key)
	}
	return key
}

func clash(a, b []byte) Flags {
	switch {
	case bytes.Equal(a, b):
		return DuplicateKey
	case compareFold(a, b) == 0:
		return CaseTwins
	}
	return 0
}

// compareFold orders by bytes without regard to ASCII case.
func compareFold(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}
