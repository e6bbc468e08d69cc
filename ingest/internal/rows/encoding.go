package rows

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Encoding is how the text of a file is written. A byte order mark is a
// separate fact, [Shape.BOM].
type Encoding uint8

// The encodings met in exports.
const (
	UTF8 Encoding = iota
	UTF16LE
	UTF16BE
	Windows1252
)

func (e Encoding) String() string {
	switch e {
	case UTF16LE:
		return "UTF-16LE"
	case UTF16BE:
		return "UTF-16BE"
	case Windows1252:
		return "Windows-1252"
	}
	return "UTF-8"
}

// bom is the byte order mark of e, nil where the encoding has none.
func (e Encoding) bom() []byte {
	switch e {
	case UTF8:
		return []byte("\xef\xbb\xbf")
	case UTF16LE:
		return []byte("\xff\xfe")
	case UTF16BE:
		return []byte("\xfe\xff")
	}
	return nil
}

// encodingOf decides on the head of a file. Without a mark, text with a NUL in
// at least three of ten places of one parity, and hardly any in the other, is
// UTF-16: its syntax is ASCII even where its values are not. The rest is UTF-8
// unless it has more bytes that are wrong as UTF-8 than characters that are
// right beyond ASCII. cut says that the file goes on after head.
func encodingOf(head []byte, cut bool) (e Encoding, bom bool) {
	for e := UTF8; e <= UTF16BE; e++ {
		if bytes.HasPrefix(head, e.bom()) {
			return e, true
		}
	}
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i&1]++
		}
	}
	if pairs := len(head) / 2; pairs > 0 {
		switch {
		case zeros[1]*10 >= pairs*3 && zeros[0]*10 <= zeros[1]:
			return UTF16LE, false
		case zeros[0]*10 >= pairs*3 && zeros[1]*10 <= zeros[0]:
			return UTF16BE, false
		}
	}
	var good, bad int
	for i := 0; i < len(head); {
		if head[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(head[i:])
		if r != utf8.RuneError || n > 1 {
			good++
		} else if !cut || utf8.FullRune(head[i:]) {
			bad++
		}
		i += n
	}
	if bad > good {
		return Windows1252, false
	}
	return UTF8, false
}

// transcode appends the UTF-8 form of raw to dst and says how many bytes of raw
// it took; the rest is an incomplete character, unless final. What has no
// meaning in the encoding becomes bytes that are not UTF-8, but still as one
// lead byte for each unit, so that fileBytes holds: half a surrogate pair keeps
// its three-byte form, a byte that Windows-1252 does not define becomes 0xFF.
func transcode(dst, raw []byte, e Encoding, final bool) ([]byte, int) {
	if e == Windows1252 {
		for _, c := range raw {
			if c < utf8.RuneSelf {
				dst = append(dst, c)
			} else if r := charmap.Windows1252.DecodeByte(c); r < 0xa0 { // not defined
				dst = append(dst, 0xff)
			} else {
				dst = utf8.AppendRune(dst, r)
			}
		}
		return dst, len(raw)
	}
	var order binary.ByteOrder = binary.LittleEndian
	if e == UTF16BE {
		order = binary.BigEndian
	}
	i := 0
	for ; i+1 < len(raw); i += 2 {
		u := rune(order.Uint16(raw[i:]))
		switch {
		case u < 0x80:
			dst = append(dst, byte(u))
		case u < 0x800:
			dst = append(dst, 0xc0|byte(u>>6), 0x80|byte(u&0x3f))
		case u>>10 == 0xd800>>10:
			if i+3 >= len(raw) && !final {
				return dst, i
			}
			if i+3 < len(raw) {
				if low := rune(order.Uint16(raw[i+2:])); low>>10 == 0xdc00>>10 {
					dst = utf8.AppendRune(dst, 0x10000+(u&0x3ff)<<10+low&0x3ff)
					i += 2
					continue
				}
			}
			fallthrough
		default:
			dst = append(dst, 0xe0|byte(u>>12), 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f))
		}
	}
	if final && i < len(raw) { // half a unit
		dst = append(dst, 0xff)
		i++
	}
	return dst, i
}

// fileBytes is how many bytes of the file the transcoded text stands for. Half
// a unit at the very end of a UTF-16 file counts as a whole one.
func fileBytes(text []byte, e Encoding) int64 {
	if e == UTF8 {
		return int64(len(text))
	}
	var units int64
	for _, c := range text {
		if c&0xc0 != 0x80 {
			units++
		}
		if c >= 0xf0 && c < 0xf8 && e != Windows1252 {
			units++
		}
	}
	if e == Windows1252 {
		return units
	}
	return 2 * units
}

// repair appends text to dst with U+FFFD for everything that is not UTF-8, and
// says where the first such place is.
func repair(dst, text []byte) (fixed []byte, first int) {
	first = -1
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			if first < 0 {
				first = i
			}
			n = misfit(text[i:])
		}
		dst = utf8.AppendRune(dst, r)
		i += n
	}
	return dst, first
}

// unrepaired is the position in text that position p of its repaired form came from.
func unrepaired(text []byte, p int) int {
	i := 0
	for at := 0; i < len(text) && at < p; {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			n = misfit(text[i:])
		}
		at += utf8.RuneLen(r)
		i += n
	}
	return i
}

// misfit is the length of what is wrong at the start of b: half a surrogate
// pair in its three-byte form, or one byte.
func misfit(b []byte) int {
	if len(b) >= 3 && b[0] == 0xed && b[1] >= 0xa0 && b[1] <= 0xbf && b[2]&0xc0 == 0x80 {
		return 3
	}
	return 1
}
