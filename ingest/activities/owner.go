package activities

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"becforensics/ingest"
	"becforensics/timeline"
)

// An owner learns whose mailbox a file is of: nothing in most records says so.
// It may be used by several goroutines; what it decides depends only on the
// records.
type owner struct {
	named string // by the examiner
	base  string // of the file's name

	mu     sync.Mutex
	pages  tally // mailboxes that pages and records name
	logons tally // UserNames of ServerLogons
	mailed tally // recipients whose local part is base
	links  map[string]string
}

func ownerOf(h *ingest.Head, o *ingest.Options) owner {
	return owner{
		named: o.MailboxFor(h.Name), base: baseName(h.Name),
		pages: tally{}, logons: tally{}, mailed: tally{}, links: map[string]string{},
	}
}

// see learns from one activity. Where its page names the mailbox, that is its
// own whatever the others of the file say.
func (o *owner) see(a *activity, ev *timeline.Event) {
	if o.named != "" {
		return
	}
	mailbox := ev.Cols[timeline.ColMailbox]
	if mailbox == "" && a.std(stdODataID) != "" {
		mailbox, _ = ingest.LinkedMailbox(a.std(stdODataID))
	}
	switch op := a.std(stdType); {
	case mailbox != "":
		ev.Set(timeline.ColMailbox, mailbox)
		if ev.Cols[timeline.ColUser] == "" {
			ev.Set(timeline.ColUser, mailbox)
		}
		o.count(o.pages, mailbox)
	case op == opLogon && ingest.IsAddress(ev.Cols[timeline.ColUser]):
		o.count(o.logons, ev.Cols[timeline.ColUser])
	case op == opDelivered:
		if r := recipient(ev.Cols[timeline.ColRecipients], o.base); r != "" {
			o.count(o.mailed, r)
		}
	}
}

func (o *owner) count(t tally, name string) {
	o.mu.Lock()
	t.add(name)
	o.mu.Unlock()
}

// linkedUser is the mailbox that a link names; links repeat, so that what was
// read of one is remembered.
func (o *owner) linkedUser(link []byte, read func() string) string {
	const most = 1024 // links; a file has one page's or some hundred
	o.mu.Lock()
	defer o.mu.Unlock()
	user, ok := o.links[string(link)]
	if !ok {
		user, _ = ingest.LinkedMailbox(read())
		if len(o.links) < most {
			o.links[string(link)] = user
		}
	}
	return user
}

// decide says whose the file is and what that was learned from. Its name
// counts only for a file that has activities.
func (o *owner) decide(activities int) (mailbox, from string) {
	if o.named != "" {
		return o.named, "the examiner"
	}
	switch pages, n, _ := o.pages.most(); {
	case n > 0 && len(o.pages.folded()) == 1:
		return pages, "the export's own links (@odata.context, @odata.id)"
	case n > 0:
		return "", fmt.Sprintf("the links of each page: %d mailboxes in one file", len(o.pages.folded()))
	}
	if user, n, all := o.logons.most(); n > 0 {
		return user, fmt.Sprintf("UserName of %d of the file's %d logons", n, all)
	}
	if activities == 0 {
		return "", ""
	}
	if ingest.IsAddress(o.base) {
		return o.base, "the file's name, for want of anything in its records"
	}
	if user, n, _ := o.mailed.most(); n > 0 {
		return user, fmt.Sprintf("the file's name, completed by the recipients of %d deliveries", n)
	}
	if o.base != "" {
		return o.base, "the file's name, for want of anything in its records"
	}
	return "", ""
}

// A tally counts names as they are written. Counts are behind pointers since
// storing under a key that is there would replace the key by a view.
type tally map[string]*int

func (t tally) add(name string) {
	n := t[name]
	if n == nil {
		n = new(int)
		t[strings.Clone(name)] = n
	}
	*n++
}

// folded adds up the spellings of a name that differ in case only.
func (t tally) folded() map[string]int {
	sum := map[string]int{}
	for name, n := range t {
		sum[strings.ToLower(name)] += *n
	}
	return sum
}

// most is the most frequent name in its most frequent spelling, how often it
// occurs in any, and how many names were counted. The first in the order of
// bytes wins a tie.
func (t tally) most() (name string, n, all int) {
	first := func(m map[string]int) string {
		return slices.MinFunc(slices.Collect(maps.Keys(m)), func(x, y string) int {
			return cmp.Or(cmp.Compare(m[y], m[x]), cmp.Compare(x, y))
		})
	}
	sum := t.folded()
	if len(sum) == 0 {
		return "", 0, 0
	}
	key := first(sum)
	spellings := map[string]int{}
	for spelling, k := range t {
		all += *k
		if strings.ToLower(spelling) == key {
			spellings[spelling] = *k
		}
	}
	return first(spellings), sum[key], all
}

// recipient finds the address in a list whose local part is local.
func recipient(list, local string) string {
	for local != "" && list != "" {
		one, rest, _ := strings.Cut(list, ";")
		one = strings.TrimSpace(one)
		if len(one) > len(local) && one[len(local)] == '@' && strings.EqualFold(one[:len(local)], local) && ingest.IsAddress(one) {
			return one
		}
		list = rest
	}
	return ""
}

// baseName is what a file's name says of whose export it is: the address in
// it, else its base without the words that collectors put around it; that of
// its folder or container if nothing else is there.
func baseName(name string) string {
	var parent string
	if i := strings.LastIndexAny(name, "/!"); i >= 0 {
		parent, name = name[:i], name[i+1:]
	}
	name = strings.TrimSuffix(name, ".gz")
	if ext := path.Ext(name); ext == ".csv" || ext == ".txt" || strings.Contains(ext, "json") {
		name = strings.TrimSuffix(name, ext)
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == ' ' })
	if i := slices.IndexFunc(words, ingest.IsAddress); i >= 0 {
		return words[i]
	}
	words = slices.DeleteFunc(words, collectorWord)
	if base := strings.Join(words, "_"); base != "" || parent == "" {
		return base
	}
	return baseName(parent)
}

// collectorWord says whether a word of a file's name is about the collection
// and not of the mailbox: activities, skip000000, page-2, a number or a date.
func collectorWord(w string) bool {
	w = strings.ToLower(strings.TrimRight(w, "0123456789-"))
	return w == "" || w == "skip" || w == "page" || strings.HasPrefix(w, "activit")
}
