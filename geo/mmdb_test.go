package geo

import (
	"bytes"
	"encoding/binary"
	"maps"
	"math"
	"net/netip"
	"slices"
	"testing"
)

// writeMMDB makes a MaxMind DB file of records by range. IPv4 ranges of a file
// for IPv6 lie in ::/96. Values are map[string]any, []any, string, float64,
// float32, uint16, uint32, bool.
func writeMMDB(t testing.TB, databaseType string, ipVersion int, records map[string]any) []byte {
	t.Helper()
	const empty, leaf = -1, -1 << 30
	nodes := [][2]int{{empty, empty}}
	var data bytes.Buffer
	for _, cidr := range slices.Sorted(maps.Keys(records)) {
		p := netip.MustParsePrefix(cidr)
		bits := p.Addr().AsSlice()
		length := p.Bits()
		if ipVersion == 6 && p.Addr().Is4() {
			bits, length = append(make([]byte, 12), bits...), length+96
		}
		node := 0
		for i := range length {
			bit := int(bits[i/8]>>(7-i%8)) & 1
			if i == length-1 {
				nodes[node][bit] = leaf + data.Len()
				break
			}
			if nodes[node][bit] == empty {
				nodes = append(nodes, [2]int{empty, empty})
				nodes[node][bit] = len(nodes) - 1
			}
			node = nodes[node][bit]
		}
		encode(t, &data, records[cidr])
	}
	var out bytes.Buffer
	for _, n := range nodes {
		for _, v := range n {
			switch {
			case v == empty:
				v = len(nodes)
			case v < 0:
				v = v - leaf + len(nodes) + 16
			}
			out.Write([]byte{byte(v >> 16), byte(v >> 8), byte(v)})
		}
	}
	out.Write(make([]byte, 16))
	out.Write(data.Bytes())
	out.WriteString("\xab\xcd\xefMaxMind.com")
	encode(t, &out, map[string]any{
		"binary_format_major_version": uint16(2), "binary_format_minor_version": uint16(0),
		"build_epoch": uint32(1767225600), "database_type": databaseType, "description": map[string]any{"en": "test"},
		"ip_version": uint16(ipVersion), "languages": []any{"en"}, "node_count": uint32(len(nodes)), "record_size": uint16(24),
	})
	return out.Bytes()
}

// encode writes a value of the MaxMind DB data section.
func encode(t testing.TB, w *bytes.Buffer, v any) {
	control := func(kind, size int) {
		first, rest := size, []byte(nil)
		if size >= 29 {
			if size >= 285 {
				t.Fatalf("value of size %d", size)
			}
			first, rest = 29, []byte{byte(size - 29)}
		}
		if kind < 8 {
			w.WriteByte(byte(kind<<5 | first))
		} else {
			w.Write([]byte{byte(first), byte(kind - 7)})
		}
		w.Write(rest)
	}
	switch v := v.(type) {
	case string:
		control(2, len(v))
		w.WriteString(v)
	case float64:
		control(3, 8)
		w.Write(binary.BigEndian.AppendUint64(nil, math.Float64bits(v)))
	case uint16:
		control(5, 2)
		w.Write(binary.BigEndian.AppendUint16(nil, v))
	case uint32:
		control(6, 4)
		w.Write(binary.BigEndian.AppendUint32(nil, v))
	case map[string]any:
		control(7, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			encode(t, w, key)
			encode(t, w, v[key])
		}
	case []any:
		control(11, len(v))
		for _, e := range v {
			encode(t, w, e)
		}
	case bool:
		size := 0
		if v {
			size = 1
		}
		control(14, size)
	case float32:
		control(15, 4)
		w.Write(binary.BigEndian.AppendUint32(nil, math.Float32bits(v)))
	default:
		t.Fatalf("value of type %T", v)
	}
}
