package evidence

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// limits are the caps of custody; tests lower them.
type limits struct {
	held       int   // descriptors
	memory     int64 // bytes of unpacked members kept in memory
	members    int   // of one file's containers, nested ones included; what is beyond is counted
	refused    int   // members of one container that are listed as refused; what is beyond is counted
	unpacked   int64 // bytes, likewise
	ratio      int64 // of unpacked to packed bytes,
	ratioAfter int64 // once so many bytes were unpacked
	directory  int64 // bytes of a zip's directory, which is read entry by entry
	depth      int   // containers in containers
	attached   int64 // bytes of a database or reference file
}

// defaults refuse what no export is: the archives of a mail tenant unpack to
// twenty or forty times their size. A mailbox exported as single mails is a
// zip of some hundred thousand members.
var defaults = limits{
	held: maxHeld, memory: 256 << 20, members: 1_000_000, refused: 1000, unpacked: 64 << 30,
	ratio: 200, ratioAfter: 100 << 20, directory: 256 << 20, depth: 2, attached: 1 << 30,
}

// Options are the choices for a set; the zero value is the usual one.
type Options struct {
	// Memory caps the unpacked members that are kept for reading again, and
	// the zips inside zips, in bytes; 0 means 256 MiB.
	Memory int64
}

// Acquire opens all files that paths name, walking folders whole and reading
// the directories of containers, and gives them ids: in the byte order of
// names, by SHA-256 where two are named alike, whatever the order of paths. A
// file that is reached by several ways is taken once, under the first of its
// names. What cannot be taken is an *InputError if it was named in paths, and
// else listed in Refused.
func Acquire(ctx context.Context, paths []string, o Options) (*Set, error) {
	l := defaults
	if o.Memory > 0 {
		l.memory = o.Memory
	}
	return acquire(ctx, paths, l)
}

func acquire(ctx context.Context, paths []string, l limits) (*Set, error) {
	s := &Set{limits: l, unpacked: unpacked{left: l.memory}}
	w := &walk{ctx: ctx, set: s}
	err := w.run(paths)
	if err != nil {
		for _, it := range w.found {
			it.file().close()
		}
		s.Close()
		return nil, err
	}
	return s, nil
}

// A walk collects the items of a set.
type walk struct {
	ctx   context.Context
	set   *Set
	found []*Item // files
	items []*Item // files and members
}

func (w *walk) run(paths []string) error {
	var wrong []error
	for _, p := range paths {
		if err := w.argument(p); err != nil {
			wrong = append(wrong, err)
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	w.once()
	for _, it := range w.found {
		b := &budget{members: w.set.limits.members, bytes: w.set.limits.unpacked}
		if err := w.take(it, 1, b); err != nil {
			return err
		}
	}
	return w.number()
}

// argument takes one path of the command line.
func (w *walk) argument(given string) error {
	path, err := filepath.Abs(given)
	if err != nil {
		return &InputError{given, err}
	}
	info, err := os.Lstat(path)
	if err != nil {
		return &InputError{given, plainError(err)}
	}
	link := ""
	if info.Mode()&fs.ModeSymlink != 0 {
		link = path
	}
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		return &InputError{given, plainError(err)}
	}
	if info, err = os.Lstat(resolved); err != nil {
		return &InputError{given, plainError(err)}
	}
	if info.IsDir() {
		w.set.folders = append(w.set.folders, folder{resolved, info})
		if err := w.folder(resolved, "", link); err != nil {
			return &InputError{given, plainError(err)}
		}
		return w.ctx.Err()
	}
	f, err := w.set.newFile(resolved)
	if err != nil {
		return &InputError{given, err}
	}
	w.found = append(w.found, w.set.item(f, filepath.Base(path), link))
	return nil
}

func (s *Set) item(f *file, name, link string) *Item {
	return &Item{Name: displayName(name), Path: f.path, Given: link, Size: f.info.Size(), set: s, content: f}
}

// folder takes all files below a folder; prefix is its name below the folder
// of the command line, link that one's path if it was a link. It fails only if
// the folder itself cannot be read.
func (w *walk) folder(path, prefix, link string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if w.ctx.Err() != nil {
			return nil
		}
		name, below := prefix+e.Name(), filepath.Join(path, e.Name())
		if e.IsDir() {
			if err := w.folder(below, name+"/", link); err != nil {
				w.refuse(name, nil, unreadable(plainError(err)))
			}
			continue
		}
		if err := refuseMode(e.Type()); err != nil {
			w.refuse(name, nil, err.Error())
			continue
		}
		f, err := w.set.newFile(below)
		if err != nil {
			w.refuse(name, nil, unreadable(err))
			continue
		}
		given := ""
		if link != "" {
			given = filepath.Join(link, filepath.FromSlash(name))
		}
		w.found = append(w.found, w.set.item(f, name, given))
	}
	return nil
}

func unreadable(err error) string { return fmt.Sprintf("could not be read: %v", err) }

func (w *walk) refuse(name string, outer *Item, reason string) {
	w.set.refused = append(w.set.refused, Refused{Name: displayName(name), Reason: reason, outer: outer})
}

// refuseContainer lists a container that stays an item, as its bytes are
// hashed, but of which not all members are read.
func (w *walk) refuseContainer(it *Item, reason string) {
	it.container = true
	w.set.refused = append(w.set.refused, Refused{Name: it.Name, Reason: reason, Item: it, outer: it.outer})
}

// once keeps each file under the first of its names.
func (w *walk) once() {
	slices.SortStableFunc(w.found, func(a, b *Item) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Given, b.Given))
	})
	first := map[string]*Item{}
	kept := w.found[:0]
	for _, it := range w.found {
		id := identity(it.Path, it.file().info)
		same, known := first[id]
		if !known {
			first[id] = it
			kept = append(kept, it)
			continue
		}
		if it.file().held != nil {
			w.set.held--
		}
		it.file().close()
		if it.Name != same.Name && !slices.Contains(same.Also, it.Name) {
			same.Also = append(same.Also, it.Name)
		}
	}
	w.found = kept
}

// number puts the items in order and gives them their ids.
func (w *walk) number() error {
	slices.SortStableFunc(w.items, func(a, b *Item) int { return cmp.Compare(a.Name, b.Name) })
	for i := 0; i < len(w.items); {
		j := i + 1
		for j < len(w.items) && w.items[j].Name == w.items[i].Name {
			j++
		}
		if err := w.orderAlike(w.items[i:j]); err != nil {
			return err
		}
		i = j
	}
	for i, it := range w.items {
		it.number = uint32(i + 1)
	}
	w.set.items = w.items
	w.set.name()
	return nil
}

// orderAlike sorts items of one name by what they hold; members that cannot be
// unpacked, by their container and their place in it.
func (w *walk) orderAlike(items []*Item) error {
	if len(items) == 1 {
		return nil
	}
	for _, it := range items {
		if it.Hash() != "" {
			continue
		}
		if err := it.whole(w.ctx, io.Discard); err != nil && (w.ctx.Err() != nil || it.outer == nil) {
			return err
		}
	}
	slices.SortStableFunc(items, func(a, b *Item) int {
		c := bytes.Compare(a.SHA256[:], b.SHA256[:])
		if c == 0 && a.outer != nil && b.outer != nil {
			c = cmp.Or(bytes.Compare(a.outer.SHA256[:], b.outer.SHA256[:]), cmp.Compare(a.order, b.order))
		}
		return cmp.Or(c, cmp.Compare(a.Path, b.Path))
	})
	return nil
}

// AddFile reads a database or reference file whole and hashes it. Ids rise in
// the order of the calls. It is verified at the end like the evidence.
func (s *Set) AddFile(kind Kind, path string) (*Item, []byte, error) {
	resolved, err := filepath.Abs(path)
	if err == nil {
		resolved, err = filepath.EvalSymlinks(resolved)
	}
	if err != nil {
		return nil, nil, &InputError{path, plainError(err)}
	}
	f, err := s.newFile(resolved)
	if err != nil {
		return nil, nil, &InputError{path, err}
	}
	if f.info.Size() > s.limits.attached {
		f.close()
		return nil, nil, &InputError{path, fmt.Errorf("%d bytes: over the cap of %d", f.info.Size(), s.limits.attached)}
	}
	it := s.item(f, filepath.Base(path), "")
	it.Kind, it.ID = kind, kind.id(1+s.count(kind))
	data := bytes.NewBuffer(make([]byte, 0, f.info.Size()))
	if err := it.whole(context.Background(), data); err != nil {
		f.close()
		return nil, nil, &InputError{path, err}
	}
	s.attached = append(s.attached, it)
	return it, data.Bytes(), nil
}

// AddFolder reads the files of a folder that have one of the endings, by name;
// a folder without any is an error.
func (s *Set) AddFolder(kind Kind, dir string, endings ...string) (map[string][]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if e.Type()&fs.ModeType != 0 || !slices.Contains(endings, strings.ToLower(filepath.Ext(e.Name()))) {
			continue
		}
		_, text, err := s.AddFile(kind, filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		files[e.Name()] = text
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("folder %q holds no file that ends in %s", dir, strings.Join(endings, " or "))
	}
	return files, nil
}

func (s *Set) count(kind Kind) int {
	n := 0
	for _, it := range s.attached {
		if it.Kind == kind {
			n++
		}
	}
	return n
}
