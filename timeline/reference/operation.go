package reference

import "strings"

// RecordType returns the name of a unified-audit-log record type, given its
// number or its name in any case. A type that no row knows is returned as it
// is.
func (s *Set) RecordType(value string) string {
	if name, ok := s.records[foldKey(value)]; ok {
		return name
	}
	return strings.TrimSpace(value)
}

// compileRecordTypes indexes record types by number and by name.
func compileRecordTypes(t *Table) map[string]string {
	index := make(map[string]string)
	for row := range t.Rows() {
		name := row.Get("name")
		index[foldKey(row.Key())] = name
		index[foldKey(name)] = name
	}
	return index
}

// OperationClass groups the operations of all sources by what they do: logon,
// search, read, open, access, send, delete, move, rule, delegation, consent,
// mfa and so on. The class of an operation that no row knows is "".
func (s *Set) OperationClass(operation string) string {
	if row, ok := s.Table(Operations).Find(operation); ok {
		return row.Get("class")
	}
	if row, ok := s.Table(ActivityTypes).Find(operation); ok {
		return row.Get("class")
	}
	return ""
}

// Technique is the ATT&CK technique that an operation serves when an intruder
// performs it, or "".
func (s *Set) Technique(operation string) string {
	if row, ok := s.Table(Operations).Find(operation); ok {
		return row.Get("technique")
	}
	return ""
}

// Weights of rights on a mailbox or folder.
const (
	RightNone     = 0 // nothing, or that a folder is there
	RightFreeBusy = 1 // when the owner is free
	RightRead     = 2
	RightChange   = 3 // changing, deleting, or giving rights
	RightFull     = 4 // all of a mailbox
)

// RightWeight is the weight of the gravest of the rights that a list names,
// which commas or spaces part. A right that no row knows is one to read.
func (s *Set) RightWeight(rights string) int {
	weight := RightNone
	for right := range strings.FieldsFuncSeq(rights, func(r rune) bool { return strings.ContainsRune(" ,;|{}[]\"", r) }) {
		if row, ok := s.Table(MailboxRights).Find(right); ok {
			weight = max(weight, row.Int("weight"))
		} else {
			weight = max(weight, RightRead)
		}
	}
	return weight
}
