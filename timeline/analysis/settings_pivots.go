package analysis

import (
	"errors"
	"fmt"
	"net/netip"
)

// A Pivot is a value from which the examiner goes on to what belongs to it.
// It is written {KIND: VALUE}, or KIND=VALUE in a flag or a list of members.
type Pivot struct {
	Kind  string `name:"kind" role:"kind" check:"kind"`
	Value string `name:"value" role:"value"`
}

// String is the pivot as a flag has it.
func (v Pivot) String() string { return v.Kind + "=" + v.Value }

// Kinds of pivots.
const (
	PivotIP        = "ip"
	PivotSession   = "session"
	PivotUserAgent = "user_agent"
	PivotApp       = "app"
	PivotUser      = "user"
)

func pivotKinds() []string {
	return []string{PivotIP, PivotSession, PivotUserAgent, PivotApp, PivotUser}
}

// check brings a value into the form in which it is compared.
func (v *Pivot) check() error {
	switch {
	case v.Value == "":
		return fmt.Errorf("%s has no value", v.Kind)
	case v.Kind == PivotIP:
		ip, err := netip.ParseAddr(v.Value)
		if err != nil {
			return fmt.Errorf("address %q: not an IP address", v.Value)
		}
		v.Value = ip.WithZone("").Unmap().String()
	}
	return nil
}

// A Membership is the examiner's word on what belongs to an actor.
type Membership struct {
	Actor  string  `name:"actor" role:"once"` // its id
	Add    []Pivot `name:"add"`
	Remove []Pivot `name:"remove"`
}

func (m *Membership) check() error {
	switch {
	case m.Actor == "":
		return errors.New("it names no actor")
	case len(m.Add)+len(m.Remove) == 0:
		return errors.New("it neither adds nor removes anything")
	}
	for _, a := range m.Add {
		for _, r := range m.Remove {
			if a == r {
				return fmt.Errorf("%s is both added and removed", a)
			}
		}
	}
	return nil
}
