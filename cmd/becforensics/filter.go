package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// filterFlags say which events are wanted.
type filterFlags struct {
	User    string `help:"Only events of this user or mailbox: the whole address, or the part before @." placeholder:"U"`
	Type    string `help:"Only events of this operation." placeholder:"OPERATION"`
	IP      string `name:"ip" help:"Only events from this address or network." placeholder:"ADDRESS|CIDR"`
	Session string `help:"Only events of this session." placeholder:"S"`
	Grep    string `help:"Only events with this text in any column." placeholder:"TEXT"`
}

// network reads --ip; it is not valid where that is empty.
func (f *filterFlags) network() (netip.Prefix, error) {
	if f.IP == "" {
		return netip.Prefix{}, nil
	}
	if network, err := netip.ParsePrefix(f.IP); err == nil {
		return network.Masked(), nil
	}
	ip, err := netip.ParseAddr(f.IP)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("read --ip: %q: neither an address nor a network", f.IP)
	}
	ip = ip.WithZone("").Unmap()
	return netip.PrefixFrom(ip, ip.BitLen()), nil
}

// rows are the events that the flags and the settings' window ask for. A user,
// an operation or a session that no event has is said, with the nearest.
func (f *filterFlags) rows(t *timeline.Timeline, s *session, term *terminal) ([]int, error) {
	network, err := f.network()
	if err != nil {
		return nil, err
	}
	for _, asked := range []struct {
		what, name string
		filter     timeline.Filter
		columns    []timeline.Col
	}{
		{"user or mailbox", f.User, timeline.Filter{User: f.User}, []timeline.Col{timeline.ColUser, timeline.ColMailbox}},
		{"operation", f.Type, timeline.Filter{Operation: f.Type}, []timeline.Col{timeline.ColOperation}},
		{"session", f.Session, timeline.Filter{Session: f.Session}, []timeline.Col{timeline.ColSession}},
	} {
		if asked.name != "" && len(t.Rows(asked.filter)) == 0 {
			term.tell("%s", analysis.UnknownName(asked.what, asked.name, valuesOf(t, asked.columns)))
		}
	}
	return t.Rows(timeline.Filter{
		From: s.settings.From, To: s.settings.To, User: f.User, Operation: f.Type, Network: network, Session: f.Session, Text: f.Grep,
	}), nil
}

// valuesOf lists what columns hold: addresses whole and without their domain.
func valuesOf(t *timeline.Timeline, columns []timeline.Col) []string {
	var values []string
	for _, c := range columns {
		for code := 1; code < t.Cardinality(c); code++ {
			value := t.Value(c, uint32(code))
			values = append(values, value)
			if local, _, isAddress := strings.Cut(value, "@"); isAddress {
				values = append(values, local)
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// columnFor is the column of a name.
func columnFor(name string, fields []timeline.Field) (timeline.Field, error) {
	names := make([]string, len(fields))
	for i, f := range fields {
		if f.Name == name {
			return f, nil
		}
		names[i] = f.Name
	}
	return timeline.Field{}, fmt.Errorf("%w; the columns are %s", analysis.UnknownName("column", name, names), strings.Join(names, ", "))
}
