package reference

import "strings"

// RiskyExtension returns the class and the weight of a file extension, with or
// without its dot. Weight 0 is a type that is harmless alone or too common to
// accuse.
func (s *Set) RiskyExtension(extension string) (class string, weight int) {
	row, ok := s.Table(AttachmentTypes).Find(strings.TrimPrefix(strings.TrimSpace(extension), "."))
	if !ok {
		return "", 0
	}
	return row.Get("class"), row.Int("weight")
}

// FreeMail reports whether anyone can have a mailbox at that domain, or at the
// domain of that address, for nothing; disposable domains count.
func (s *Set) FreeMail(domainOrAddress string) bool {
	domain := domainOf(domainOrAddress)
	_, ok := s.Table(FreeMail).Find(domain)
	return ok || s.Disposable(domain)
}

// Disposable reports whether the domain gives out throw-away addresses.
func (s *Set) Disposable(domainOrAddress string) bool {
	_, ok := s.Table(DisposableMail).Find(domainOf(domainOrAddress))
	return ok
}

// domainOf is the part after the last @, without white space, angle brackets
// and the root's dot.
func domainOf(address string) string {
	address = address[strings.LastIndexByte(address, '@')+1:]
	return strings.TrimSuffix(strings.Trim(address, " \t<>"), ".")
}

// HideFolder returns the kind of a folder in which rules hide mail: rss,
// conversation-history, archive, junk, deleted, notes, sync-issues, calendar,
// tasks or journal. folder is a name in any language of the table, a
// well-known name, or a path, of which the last part counts.
func (s *Set) HideFolder(folder string) (kind string, ok bool) {
	last := strings.TrimRight(strings.TrimSpace(folder), `\/`)
	last = last[strings.LastIndexAny(last, `\/:`)+1:]
	kind, ok = s.folders[strings.TrimSpace(Fold(last))]
	return kind, ok
}

func compileFolders(t *Table) map[string]string {
	index := make(map[string]string)
	for row := range t.Rows() {
		index[Fold(row.Key())] = row.Get("kind")
	}
	return index
}
