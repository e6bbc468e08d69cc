package estate

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// A record is one row or object of an export.
type record struct {
	family, file string
	at           time.Time
	body         []byte
	mark         *mark
}

// A mark says whose doing a record tells of.
type mark struct {
	by         *actor
	role, kind string
	mailbox    *user
	session    string
	account    *user
	at         line
	failed     bool
	notes      []any // what of the truth cites the record
}

// put adds a record. Its body is an object, or the cells of a row.
func (t *tenant) put(family, file string, at time.Time, body any, m *mark) {
	if slices.Contains(t.options.Without, family) {
		return
	}
	t.records = append(t.records, &record{family, file, at, encode(body), m})
}

func encode(body any) []byte {
	var out bytes.Buffer
	var err error
	switch b := body.(type) {
	case []byte:
		return b
	case []string:
		w := csv.NewWriter(&out)
		err = w.Write(b)
		w.Flush()
	default:
		e := json.NewEncoder(&out)
		e.SetEscapeHTML(false)
		err = e.Encode(b)
	}
	if err != nil {
		panic(err) // what is encoded is made here
	}
	return out.Bytes()
}

// headers are the first lines of the exports that are tables.
var headers = map[string]string{
	"activities": "TimeStamp,AppIdType,ActivityIdType,ActivityItemId,ActivityCreationTime,ClientSessionId,CustomProperties",
	"ual":        "RecordType,CreationDate,UserIds,Operations,AuditData,ResultIndex,ResultCount,Identity,IsValid,ObjectState",
	"trace":      "MessageId,MessageTraceId,Received,SenderAddress,RecipientAddress,Subject,Status,ToIP,FromIP,Size",
	"rules": "UserName,RuleName,Enabled,Priority,RuleIdentity,StopProcessingRules,CopyToFolder,MoveToFolder,RedirectTo,ForwardTo,ForwardAsAttachmentTo," +
		"ApplyCategory,MarkImportance,MarkAsRead,DeleteMessage,SoftDeleteMessage,From,SubjectContainsWords,SubjectOrBodyContainsWords,BodyContainsWords,HasAttachment,Description,InError,ErrorType",
}

// estate writes the records as files and the truth with their numbers.
func (t *tenant) estate() *Estate {
	e := &Estate{Name: t.scenario.Name, Files: map[string][]byte{}, Truth: &t.truth, places: map[string][]int{}}
	files := map[string][]int{}
	for i, r := range t.records {
		files[r.file] = append(files[r.file], i)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		records := files[name]
		slices.SortStableFunc(records, func(a, b int) int { return t.records[a].at.Compare(t.records[b].at) })
		parts := min(max(1, t.options.Parts), len(records))
		for part := range parts {
			own := records[part*len(records)/parts : (part+1)*len(records)/parts]
			file := name
			if parts > 1 {
				ending := path.Ext(name)
				file = fmt.Sprintf("%s-part%d%s", strings.TrimSuffix(name, ending), part+1, ending)
			}
			t.write(e, file, own)
		}
	}
	t.conclude()
	return e
}

// write writes a file and takes its records into the truth.
func (t *tenant) write(e *Estate, file string, records []int) {
	family := t.records[records[0]].family
	var out bytes.Buffer
	array := family == "signins" || family == "entra_audit"
	switch header := headers[family]; {
	case array:
		out.WriteString("[\n")
	case header != "" && path.Ext(file) == ".csv":
		out.WriteString(header + "\n")
	}
	for n, i := range records {
		r := t.records[i]
		body := r.body
		if array && n < len(records)-1 {
			body = append(bytes.TrimRight(body, "\n"), ",\n"...)
		}
		out.Write(body)
		t.note(r, Ref{file, n})
	}
	if array {
		out.WriteString("]\n")
	}
	e.Files[file], e.places[file] = out.Bytes(), records
	t.truth.Files = append(t.truth.Files, File{file, family, len(records)})
}

// note takes a record into the truth.
func (t *tenant) note(r *record, ref Ref) {
	m := r.mark
	if m == nil {
		return
	}
	for _, n := range m.notes {
		switch note := n.(type) {
		case *Door:
			note.Refs = append(note.Refs, ref)
		case *Containment:
			note.Refs = append(note.Refs, ref)
		case *Fraud:
			note.Refs = append(note.Refs, ref)
		case *Accessed:
			note.Refs = append(note.Refs, ref)
		}
	}
	if m.by == nil {
		return
	}
	h := Hostile{File: ref[0].(string), Ordinal: ref[1].(int), T: r.at, Role: m.role, Actor: m.by.name, Kind: m.kind}
	if m.mailbox != nil {
		h.Mailbox = m.mailbox.upn
	}
	t.truth.HostileRecords = append(t.truth.HostileRecords, h)
}

// conclude fills the parts of the truth that follow from the records.
func (t *tenant) conclude() {
	t.truth.Compromised = len(t.actors) > 0
	for _, a := range t.actors {
		t.truth.Actors = append(t.truth.Actors, t.summary(a))
	}
	for _, a := range t.notes {
		t.truth.MessagesAccessed[a.mailbox.upn] = append(t.truth.MessagesAccessed[a.mailbox.upn], *a.note)
	}
	for _, f := range t.frauds {
		t.truth.FraudMessages = append(t.truth.FraudMessages, *f)
	}
	for _, d := range t.doors {
		t.truth.Doors = append(t.truth.Doors, *d)
	}
	for _, c := range t.measures {
		c.Effective = !slices.ContainsFunc(t.records, func(r *record) bool {
			m := r.mark
			return m != nil && m.by != nil && m.role == "actor" && !m.failed && m.mailbox != nil && m.mailbox.upn == c.Mailbox && r.at.After(c.T)
		})
		t.truth.Containment = append(t.truth.Containment, *c)
	}
}

// summary is an actor as the records show it.
func (t *tenant) summary(a *actor) Actor {
	s := Actor{Name: a.name, Kind: a.kind}
	add := func(list *[]string, value string) {
		if !slices.Contains(*list, value) {
			*list = append(*list, value)
		}
	}
	ips := map[line]int{}
	sessions := map[string]bool{}
	for _, r := range t.records {
		m := r.mark
		if m == nil || m.by != a || m.role != "actor" {
			continue
		}
		s.Records++
		if s.First.IsZero() || r.at.Before(s.First) {
			s.First = r.at
		}
		if r.at.After(s.Last) {
			s.Last = r.at
		}
		if m.mailbox != nil && !m.failed {
			add(&s.Mailboxes, m.mailbox.upn)
		}
		if m.account != nil {
			ips[m.at]++
			if !m.failed {
				add(&s.Accounts, m.account.upn)
				sessions[m.session] = true
			}
		}
	}
	for _, l := range slices.SortedFunc(maps.Keys(ips), func(a, b line) int { return cmp.Compare(a.ip, b.ip) }) {
		s.IPs = append(s.IPs, ActorIP{l.ip, l.country, l.kind, ips[l]})
	}
	for _, id := range slices.Sorted(maps.Keys(sessions)) {
		s.Sessions = append(s.Sessions, ActorToken{id})
	}
	return s
}
