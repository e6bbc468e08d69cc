package evidence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

const (
	gzipMagic  = "\x1f\x8b\x08"
	zipMagic   = "PK\x03\x04"
	emptyZip   = "PK\x05\x06"
	officePart = "[Content_Types].xml" // makes a zip an office document
	// zipNameAt is where the first member's name stands in a zip, by its format.
	zipNameAt = 30
)

// A budget is what the containers of one file may still unpack.
type budget struct {
	members int
	bytes   int64
}

// take adds an item, and its members if it is a container at this depth.
func (w *walk) take(it *Item, depth int, b *budget) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	head, err := it.head()
	if err != nil && it.outer == nil {
		return &InputError{it.Path, err}
	}
	isZip := strings.HasPrefix(head, zipMagic) || strings.HasPrefix(head, emptyZip)
	isGzip := strings.HasPrefix(head, gzipMagic)
	if isZip && strings.HasPrefix(head[min(len(head), zipNameAt):], officePart) {
		isZip = false
	}
	w.items = append(w.items, it)
	if !isZip && !isGzip {
		return nil
	}
	if depth > w.set.limits.depth {
		w.refuseContainer(it, fmt.Sprintf("container inside %d others: not opened", depth-1))
		return nil
	}
	if err := it.whole(w.ctx, io.Discard); err != nil {
		if w.ctx.Err() != nil || it.outer == nil {
			return err
		}
		w.refuseContainer(it, unreadable(err))
		return nil
	}
	if isGzip {
		return w.gzip(it, depth, b)
	}
	return w.zip(it, depth, b)
}

// head is the first bytes of an item, as many as tell a container.
func (it *Item) head() (string, error) {
	in, err := it.content.open()
	if err != nil {
		return "", err
	}
	defer in.Close()
	head := make([]byte, zipNameAt+len(officePart))
	n, err := io.ReadFull(in, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return string(head[:n]), err
}

// gzip takes the one member of a gzip file.
func (w *walk) gzip(it *Item, depth int, b *budget) error {
	name := it.Name
	if it.outer != nil {
		name = strings.TrimPrefix(name, it.outer.Name+"!")
	}
	name = path.Base(name)
	if len(name) > len(".gz") && strings.EqualFold(name[len(name)-len(".gz"):], ".gz") {
		name = name[:len(name)-len(".gz")]
	}
	c := gzipped{packed: it.content, limits: &w.set.limits}
	in, err := c.open()
	if err != nil {
		w.refuseContainer(it, unreadable(err))
		return nil
	}
	in.Close()
	if b.members == 0 {
		w.refuseContainer(it, w.tooMany(1))
		return nil
	}
	b.members--
	it.container = true
	return w.take(&Item{Name: it.Name + "!" + name, set: w.set, content: c, outer: it}, depth+1, b)
}

func (w *walk) tooMany(lost int) string {
	return fmt.Sprintf("over the cap of %d members: %d not read", w.set.limits.members, lost)
}

// zip takes the members of a zip file.
func (w *walk) zip(it *Item, depth int, b *budget) error {
	at, size, err := w.randomAccess(it)
	if err != nil {
		if w.ctx.Err() != nil {
			return err
		}
		w.refuseContainer(it, err.Error())
		return nil
	}
	z, err := openZip(at, size, w.set.limits, b.members)
	if err != nil {
		w.refuseContainer(it, unreadable(err))
		return nil
	}
	if z.office {
		return nil
	}
	it.container = true
	lost, refused := z.more, 0
	for i, m := range z.members {
		if b.members == 0 { // those before it held the rest
			lost += len(z.members) - i
			break
		}
		name := it.Name + "!" + displayName(m.entry.name)
		b.members--
		reason := m.reason
		if reason == "" && m.unpacked() > uint64(b.bytes) {
			reason = fmt.Sprintf("over the cap of %d bytes unpacked: not read", w.set.limits.unpacked)
		}
		if reason != "" {
			if refused++; refused <= w.set.limits.refused {
				w.refuse(name, it, reason)
			}
			continue
		}
		b.bytes -= int64(m.unpacked())
		inner := &Item{Name: name, Size: int64(m.unpacked()), set: w.set, content: m, outer: it, order: i}
		if err := w.take(inner, depth+1, b); err != nil {
			return err
		}
	}
	var reasons []string
	if lost > 0 {
		reasons = append(reasons, w.tooMany(lost))
	}
	if z.damage != nil {
		reasons = append(reasons, z.damage.Error())
	}
	if listed := w.set.limits.refused; refused > listed {
		reasons = append(reasons, fmt.Sprintf("%d members refused, of which the first %d are listed", refused, listed))
	}
	if reasons != nil {
		w.refuseContainer(it, strings.Join(reasons, "; "))
	}
	return nil
}

// randomAccess gives access to the bytes of a zip: a file's from the disk,
// those of a member that was only stored from its container, all others from
// memory.
func (w *walk) randomAccess(it *Item) (io.ReaderAt, int64, error) {
	switch c := it.content.(type) {
	case *file:
		return c, c.info.Size(), nil
	case *member:
		if at := c.stored(); at != nil {
			return at, at.Size(), nil
		}
	}
	if it.Size > w.set.unpacked.left {
		return nil, 0, fmt.Errorf("zip of %d bytes inside a container, more than memory allows: not opened", it.Size)
	}
	data, err := it.unpack(w.ctx)
	if err != nil {
		return nil, 0, errors.New(unreadable(err))
	}
	w.set.unpacked.left -= it.Size
	return bytes.NewReader(data), it.Size, nil
}

// unpack reads an item of known size into memory.
func (it *Item) unpack(ctx context.Context) ([]byte, error) {
	data := bytes.NewBuffer(make([]byte, 0, it.Size))
	if err := it.whole(ctx, data); err != nil {
		return nil, err
	}
	return data.Bytes(), nil
}
