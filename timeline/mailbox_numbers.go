package timeline

// mailboxNumbers hold numbers by mailbox and code of a column, none of them 0. The
// codes of most columns belong to one mailbox each.
type mailboxNumbers struct {
	codes  int
	first  []boxed           // by code, that of one mailbox; nil while no code has any
	others map[uint64]uint32 // those of other mailboxes
}

// A boxed number is one that a mailbox has.
type boxed struct{ mailbox, number uint32 }

func (b *mailboxNumbers) any() bool { return b.first != nil }

// get is the number of a mailbox and a code, 0 if they have none.
func (b *mailboxNumbers) get(mailbox, code uint32) uint32 {
	if b.first == nil {
		return 0
	}
	if f := b.first[code]; f.number == 0 || f.mailbox == mailbox {
		return f.number
	}
	return b.others[pair(mailbox, code)]
}

func (b *mailboxNumbers) set(mailbox, code, number uint32) {
	if b.first == nil {
		b.first = make([]boxed, b.codes)
	}
	if f := &b.first[code]; f.number == 0 || f.mailbox == mailbox {
		*f = boxed{mailbox, number}
		return
	}
	if b.others == nil {
		b.others = map[uint64]uint32{}
	}
	b.others[pair(mailbox, code)] = number
}

func pair(a, b uint32) uint64 { return uint64(a)<<32 | uint64(b) }
