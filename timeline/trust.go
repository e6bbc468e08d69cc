package timeline

import "strconv"

// Trust counts the records of a file, events or not, whose text bears on how
// far they can be relied on.
type Trust struct {
	DuplicateKeys int `json:"duplicate_keys"` // an object names a key twice, or two that differ only in case
	BadEncoding   int `json:"bad_encoding"`   // bytes that are no text in the file's encoding
	LongNumbers   int `json:"long_numbers"`   // numbers longer than 64 bits, kept as text
	Ragged        int `json:"ragged"`         // rows with more or fewer cells than the header, or stray quotes
	DataLost      int `json:"data_lost"`      // values that the export replaced by the name of their type
}

// count counts a record that has flags.
func (t *Trust) count(f Flags) {
	for flag, n := range map[Flags]*int{DuplicateKey: &t.DuplicateKeys, BadEncoding: &t.BadEncoding, LongNumber: &t.LongNumbers, Ragged: &t.Ragged, DataLost: &t.DataLost} {
		if f&flag != 0 {
			*n++
		}
	}
}

// trusted are the flags that Trust counts.
const trusted = DuplicateKey | BadEncoding | LongNumber | Ragged | DataLost

func (t *Trust) add(o Trust) {
	t.DuplicateKeys += o.DuplicateKeys
	t.BadEncoding += o.BadEncoding
	t.LongNumbers += o.LongNumbers
	t.Ragged += o.Ragged
	t.DataLost += o.DataLost
}

// Words say each count that is not zero.
func (t Trust) Words() []string {
	var words []string
	for _, c := range [...]struct {
		n    int
		what string
	}{
		{t.DuplicateKeys, " with a key twice in one object"},
		{t.BadEncoding, " with bytes outside the encoding"},
		{t.LongNumbers, " with numbers of more than 64 bits"},
		{t.Ragged, " with other cells than the header has"},
		{t.DataLost, " with values that the export lost"},
	} {
		switch {
		case c.n == 1:
			words = append(words, "1 record"+c.what)
		case c.n > 1:
			words = append(words, strconv.Itoa(c.n)+" records"+c.what)
		}
	}
	return words
}

// Timeless says whether the file has events and no time of any can be read.
func (s *Source) Timeless() bool {
	return s.Untimed > 0 && s.Untimed == s.Records-s.Contexts-s.Rejects
}
