package bec

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var indicatorMatch = &analysis.Analyzer{
	Name:  "indicator-match",
	Title: "Indicator matches",
	Doc:   explain("indicator-match"),
	Columns: []analysis.Column{
		{Name: "Indicator", Doc: "the value as given", Kind: analysis.Text},
		{Name: "Type", Doc: "its type", Kind: analysis.Text},
		{Name: "Note", Doc: "the note given with it", Kind: analysis.Text, Wrap: true},
		{Name: "Given by", Doc: "indicators (the indicator file) or known_bad (the case file)", Kind: analysis.Text},
		{Name: "Found in", Doc: "columns that hold the value", Kind: analysis.Text},
		{Name: "Records", Doc: "records that hold it", Kind: analysis.Count},
		{Name: "Failed", Doc: "records among them whose operation failed", Kind: analysis.Count},
		{Name: "Operations", Doc: "operations of the records", Kind: analysis.List},
	},
	Key:      []string{"Indicator", "Type", analysis.KeyUser},
	Needs:    []analysis.Need{analysis.Operations, mail.Headers},
	Version:  2,
	Settings: []string{"indicators", "known_bad"},
	Run:      runIndicatorMatch,
}

// indicatorColumns are the columns in which indicators are looked for.
var indicatorColumns = [...]timeline.Col{
	timeline.ColIP, timeline.ColIPChain, timeline.ColSender, timeline.ColRecipients, timeline.ColUser, timeline.ColMailbox, timeline.ColRule, timeline.ColTarget,
	timeline.ColUserAgent, timeline.ColClientRaw, timeline.ColApp, timeline.ColAppID, timeline.ColSession, timeline.ColToken, timeline.ColMessageID, timeline.ColAttachments,
	timeline.ColDevice, timeline.ColTLS,
}

// A matched is an indicator with one user.
type matched struct{ indicator, user uint32 }

// A match is what is known of a matched.
type match struct {
	rows    []int
	columns uint64 // bits of columns
	failed  int
	origins []timeline.Origin // of rows of context
}

func runIndicatorMatch(p *analysis.Pass) (*analysis.Finding, error) {
	all := p.Settings.Wanted()
	if len(all) == 0 {
		return nil, analysis.Skip("no indicators were given, neither in a file nor in the case file as known to be bad")
	}
	x := newIndicatorIndex(p.Timeline, all)
	matches := map[matched]*match{}
	t := p.Timeline
	timeline.Scan(t, indicatorColumns[:], x.matches, func(row int, c timeline.Col, i int) {
		matchOf(matches, i, t.Folded(timeline.ColUser, row)).add(t, row, c)
	})
	matchListed(p, x, matches)
	matchReplies(p, x, matches)

	keys := make([]matched, 0, len(matches))
	for k := range matches {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b matched) int {
		if a.indicator != b.indicator {
			return int(a.indicator) - int(b.indicator)
		}
		return strings.Compare(p.Timeline.Value(timeline.ColUser, a.user), p.Timeline.Value(timeline.ColUser, b.user))
	})
	f := &analysis.Finding{}
	found := make([]bool, len(all))
	for _, k := range keys {
		found[k.indicator] = true
		f.Rows = append(f.Rows, matchRow(p.Timeline, all[k.indicator], matches[k]))
	}
	cite.ByTime(f.Rows)
	var absent, bad []string
	for i, ok := range found {
		switch {
		case slices.Contains(x.bad, i):
			bad = append(bad, all[i].Type+" "+all[i].Value)
		case !ok:
			absent = append(absent, all[i].Value)
		}
	}
	f.Summary = fmt.Sprintf("%s looked for; %d in the evidence, %d not.", cite.Counted(len(all)-len(bad), "indicator"), len(all)-len(bad)-len(absent), len(absent))
	if len(absent) > 0 {
		f.Notes = append(f.Notes, "not in the evidence: "+cite.Join(absent))
	}
	if len(bad) > 0 {
		f.Notes = append(f.Notes, "not looked for, since the value is not of its type: "+cite.Join(bad))
	}
	return f, nil
}

func matchOf(matches map[matched]*match, indicator int, user uint32) *match {
	k := matched{uint32(indicator), user}
	m := matches[k]
	if m == nil {
		m = &match{}
		matches[k] = m
	}
	return m
}

func (m *match) add(t *timeline.Timeline, row int, c timeline.Col) {
	m.columns |= 1 << c
	if n := len(m.rows); n > 0 && m.rows[n-1] == row {
		return
	}
	m.rows = append(m.rows, row)
	if t.Outcome(row) == timeline.Failure {
		m.failed++
	}
}

// matchListed looks for message ids in the lists of mail-access records, if
// any message id is looked for.
func matchListed(p *analysis.Pass, x *indicatorIndex, matches map[matched]*match) {
	t := p.Timeline
	if !slices.ContainsFunc(x.all, func(w analysis.Wanted) bool { return w.Type == analysis.IndicatorMessageID }) {
		return
	}
	var rows []int
	for row := range analysis.RowsOf(p, analysis.ClassAccess, analysis.ClassDelete, analysis.ClassMove) {
		if t.Code(timeline.ColMessageID, row) == 0 {
			rows = append(rows, row)
		}
	}
	timeline.EachWide(t, rows, timeline.WideMessages, func(_ int, w timeline.WideValues) []int {
		var hits []int
		for i := range w.Messages {
			hits = append(hits, x.of(analysis.IndicatorMessageID, mail.BareID(w.Messages[i].MessageID))...)
		}
		return hits
	}, func(row int, hits []int) {
		for _, i := range hits {
			matchOf(matches, i, t.Folded(timeline.ColUser, row)).add(t, row, timeline.ColMessageID)
		}
	})
	for _, m := range matches {
		slices.Sort(m.rows)
		m.rows = slices.Compact(m.rows)
	}
}

// matchReplies looks for domains and addresses in senders and Reply-To of
// messages whose headers are known.
func matchReplies(p *analysis.Pass, x *indicatorIndex, matches map[matched]*match) {
	for _, m := range mail.Headers.Of(p) {
		hits := append(x.words(m.Sender), x.words(m.ReplyTo)...)
		hits = append(hits, x.of(analysis.IndicatorMessageID, mail.BareID(m.MessageID))...)
		for _, i := range hits {
			of := matchOf(matches, i, 0)
			of.columns |= 1 << timeline.ColSender
			of.origins = append(of.origins, m.Origins...)
		}
	}
}

// weight is how much a match of a type says: who acts under a listed address,
// session or application is the one it was listed for; a network's number or
// a user agent is shared by many.
func wantedWeight(w *analysis.Wanted) (analysis.Severity, analysis.Confidence) {
	switch w.Type {
	case analysis.IndicatorIP, analysis.IndicatorNetwork, analysis.IndicatorSession, analysis.IndicatorToken, analysis.IndicatorApp, analysis.IndicatorDevice:
		return analysis.High, analysis.Firm
	case analysis.IndicatorASN, analysis.IndicatorAgent:
		return analysis.Medium, analysis.Likely
	}
	return analysis.Medium, analysis.Firm
}

func matchRow(t *timeline.Timeline, w analysis.Wanted, m *match) analysis.Row {
	var r analysis.Row
	if len(m.rows) > 0 {
		r = cite.Citing(t, m.rows)
	}
	r.Confidence = analysis.Firm
	switch {
	case len(m.rows) > 0 && m.failed == len(m.rows):
		r = cite.Informing(t, m.rows[0], m.rows[len(m.rows)-1])
	default:
		r.Severity, r.Confidence = wantedWeight(&w)
	}
	r.Origins = append(r.Origins, m.origins...)
	var columns []string
	for _, c := range indicatorColumns {
		if m.columns&(1<<c) != 0 {
			columns = append(columns, c.String())
		}
	}
	r.Cells = cite.Cells(
		w.Value, w.Type, w.Note, w.From, strings.Join(columns, ", "),
		len(m.rows)+len(m.origins), m.failed, cite.Operations(t, m.rows),
	)
	return r
}

// An indicatorIndex finds the indicators that a value matches, by number.
type indicatorIndex struct {
	t        *timeline.Timeline
	exact    map[string][]int // by type, a zero byte and the value in lower case
	networks map[netip.Prefix][]int
	bits     []int // lengths of the networks
	agents   []int
	all      []analysis.Wanted
	bad      []int // values that are not of their type
}

func newIndicatorIndex(t *timeline.Timeline, all []analysis.Wanted) *indicatorIndex {
	x := &indicatorIndex{t: t, exact: map[string][]int{}, networks: map[netip.Prefix][]int{}, all: all}
	for i, w := range all {
		value := strings.ToLower(w.Value)
		switch w.Type {
		case analysis.IndicatorIP:
			ip, err := netip.ParseAddr(value)
			if err != nil {
				x.bad = append(x.bad, i)
				continue
			}
			value = ip.Unmap().WithZone("").String()
		case analysis.IndicatorNetwork:
			n, err := netip.ParsePrefix(value)
			if err != nil {
				x.bad = append(x.bad, i)
				continue
			}
			x.networks[n.Masked()] = append(x.networks[n.Masked()], i)
			if !slices.Contains(x.bits, n.Bits()) {
				x.bits = append(x.bits, n.Bits())
			}
			continue
		case analysis.IndicatorASN:
			value = strings.TrimPrefix(value, "as")
		case analysis.IndicatorAgent:
			x.agents = append(x.agents, i)
			continue
		case analysis.IndicatorMessageID:
			value = strings.Trim(value, "<>")
		case analysis.IndicatorDomain:
			value = strings.TrimPrefix(value, "@")
		case analysis.IndicatorAddress:
			value = mail.Address(value)
		}
		x.exact[w.Type+"\x00"+value] = append(x.exact[w.Type+"\x00"+value], i)
	}
	return x
}

func (x *indicatorIndex) of(kind, value string) []int { return x.exact[kind+"\x00"+value] }

// matches are the indicators that a value of a column matches.
func (x *indicatorIndex) matches(c timeline.Col, code uint32) []int {
	value := strings.ToLower(x.t.Value(c, code))
	switch c {
	case timeline.ColIP:
		return append(x.addresses(value), x.of(analysis.IndicatorASN, strconv.FormatUint(uint64(x.t.PlaceOf(code).ASN), 10))...)
	case timeline.ColIPChain:
		var hits []int
		for hop := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
			hits = append(hits, x.addresses(hop)...)
		}
		return hits
	case timeline.ColUserAgent, timeline.ColClientRaw:
		var hits []int
		for _, i := range x.agents {
			if strings.Contains(value, strings.ToLower(x.all[i].Value)) {
				hits = append(hits, i)
			}
		}
		return hits
	case timeline.ColApp, timeline.ColAppID:
		return x.of(analysis.IndicatorApp, value)
	case timeline.ColSession:
		return x.of(analysis.IndicatorSession, value)
	case timeline.ColToken:
		return x.of(analysis.IndicatorToken, value)
	case timeline.ColMessageID:
		return x.of(analysis.IndicatorMessageID, strings.Trim(value, "<>"))
	case timeline.ColDevice:
		return x.of(analysis.IndicatorDevice, value)
	case timeline.ColTLS:
		return x.of(analysis.IndicatorJA4, value)
	}
	return x.words(value)
}

// addresses are the indicators that an internet address matches.
func (x *indicatorIndex) addresses(text string) []int {
	ip, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		at, perr := netip.ParseAddrPort(text)
		if perr != nil {
			return nil
		}
		ip = at.Addr()
	}
	ip = ip.Unmap().WithZone("")
	hits := slices.Clone(x.of(analysis.IndicatorIP, ip.String()))
	for _, bits := range x.bits {
		if n, err := ip.Prefix(bits); err == nil {
			hits = append(hits, x.networks[n]...)
		}
	}
	return hits
}

// words are the indicators among the words of a text: mail addresses, their
// domains and those of links, and hashes.
func (x *indicatorIndex) words(text string) []int {
	var hits []int
	for word := range strings.FieldsFuncSeq(text, notInIndicator) {
		word = strings.TrimPrefix(word, mail.SMTPPrefix)
		hits = append(hits, x.of(analysis.IndicatorHash, word)...)
		domain := word
		if at := strings.LastIndexByte(word, '@'); at >= 0 {
			hits = append(hits, x.of(analysis.IndicatorAddress, word)...)
			domain = word[at+1:]
		}
		for domain = strings.Trim(domain, "."); strings.Contains(domain, "."); _, domain, _ = strings.Cut(domain, ".") {
			hits = append(hits, x.of(analysis.IndicatorDomain, domain)...)
		}
	}
	return hits
}

// notInIndicator parts the words of a text; what it parts stands in no
// address, domain or hash.
func notInIndicator(r rune) bool { return strings.ContainsRune(" \t\r\n\"'\\/,;<>()[]{}?&=|", r) }
