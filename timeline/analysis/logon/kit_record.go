package logon

import (
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/reference"
)

// kitRecords finds the records that pass the tests of the table of kits.
type kitRecords struct {
	p     *analysis.Pass
	steps []kitStep
	hits  [][][]int // by flow and step, in time order
	rows  []int     // of registrations of devices
}

// A kitStep is one step of a flow, its tests compiled to codes.
type kitStep struct {
	flow, step int
	coded      []codedTest
	flags      []reference.Test
	properties []reference.Test // of what only the details hold
}

// A codedTest says of each code of a column whether it passes.
type codedTest struct {
	column timeline.Col
	passes []bool
}

// Names of tests that are no columns of the exports.
const (
	testOutcome  = "outcome"
	testFlags    = "flags"
	testKind     = "network_kind"
	testSignIn   = "sign_in."
	testRequest  = "request"
	testTransfer = "transfer"
	testProperty = "property."
)

func newKitRecords(p *analysis.Pass, flows [][]reference.Trace) *kitRecords {
	k := &kitRecords{p: p}
	for i, flow := range flows {
		k.hits = append(k.hits, make([][]int, len(flow)))
		for j, trace := range flow {
			s := kitStep{flow: i, step: j}
			for _, test := range trace.Tests {
				k.compile(&s, test)
			}
			if s.possible() {
				k.steps = append(k.steps, s)
			}
		}
	}
	return k
}

// compile adds a test to a step. A name that nothing has is a test that no
// record passes.
func (k *kitRecords) compile(s *kitStep, test reference.Test) {
	t := k.p.Timeline
	coded := func(c timeline.Col, text func(code uint32) string) {
		passes := make([]bool, t.Cardinality(c))
		for code := range passes {
			passes[code] = test.Met(text(uint32(code)))
		}
		s.coded = append(s.coded, codedTest{c, passes})
	}
	switch name := test.Name; {
	case name == testFlags || name == testOutcome:
		s.flags = append(s.flags, test)
	case name == testKind:
		coded(timeline.ColIP, func(code uint32) string { return t.PlaceOf(code).Kind })
	case strings.HasPrefix(name, testProperty):
		s.properties = append(s.properties, test)
	case strings.HasPrefix(name, testSignIn):
		coded(timeline.ColSignIn, func(code uint32) string {
			how := timeline.ParseSignIn(t.Value(timeline.ColSignIn, code))
			switch name[len(testSignIn):] {
			case testRequest:
				return how.Request
			case testTransfer:
				return how.Transfer
			}
			return ""
		})
	case name == timeline.ColOperation.String():
		coded(timeline.ColOperation, func(code uint32) string {
			return change.OperationKeyOf(t.Value(timeline.ColOperation, code))
		})
	default:
		field, ok := timeline.FieldFor(name)
		if !ok || !field.Code {
			s.coded = append(s.coded, codedTest{timeline.ColOperation, make([]bool, t.Cardinality(timeline.ColOperation))})
			return
		}
		coded(field.Col, func(code uint32) string { return t.Value(field.Col, code) })
	}
}

// possible reports whether the values of the evidence let any record pass.
func (s *kitStep) possible() bool {
	return !slices.ContainsFunc(s.coded, func(c codedTest) bool { return !slices.Contains(c.passes, true) })
}

func (s *kitStep) met(t *timeline.Timeline, row int) bool {
	for _, c := range s.coded {
		if !c.passes[t.Code(c.column, row)] {
			return false
		}
	}
	for _, test := range s.flags {
		text := t.Outcome(row).String()
		if test.Name == testFlags {
			text = strings.Join(t.Flags(row).Names(), " ")
		}
		if !test.Met(text) {
			return false
		}
	}
	return true
}

// read finds the records of every step, and those that register devices.
func (k *kitRecords) read() {
	t := k.p.Timeline
	registering := make([]bool, t.Cardinality(timeline.ColOperation))
	for code := range registering {
		registering[code] = registersDevice(t.Value(timeline.ColOperation, uint32(code)))
	}
	wide := map[int][]*kitStep{}
	var detailed []int
	for row := range t.Timed() {
		if registering[t.Code(timeline.ColOperation, row)] {
			k.rows = append(k.rows, row)
		}
		for i := range k.steps {
			s := &k.steps[i]
			if !s.met(t, row) {
				continue
			}
			if len(s.properties) == 0 {
				k.hits[s.flow][s.step] = append(k.hits[s.flow][s.step], row)
				continue
			}
			if wide[row] == nil {
				detailed = append(detailed, row)
			}
			wide[row] = append(wide[row], s)
		}
	}
	timeline.EachWide(t, detailed, timeline.WideDetails, func(row int, w timeline.WideValues) []*kitStep {
		return slices.DeleteFunc(slices.Clone(wide[row]), func(s *kitStep) bool {
			return slices.ContainsFunc(s.properties, func(test reference.Test) bool { return !test.Met(propertyOf(w.Details, test.Name[len(testProperty):])) })
		})
	}, func(row int, met []*kitStep) {
		for _, s := range met {
			k.hits[s.flow][s.step] = append(k.hits[s.flow][s.step], row)
		}
	})
}

// propertyOf is what a record's details say that a property became: a modified
// property's new value, or a name and value pair.
func propertyOf(details, name string) string {
	found := ""
	timeline.EachObject(details, func(o timeline.Object) bool {
		n, _ := o.Text("Name", "displayName", "key")
		v, ok := o.Text("NewValue", "newValue", "Value", "value")
		if ok && found == "" && strings.EqualFold(n, name) {
			found = strings.Trim(v, "[]\" \r\n\t")
		}
		return found == ""
	})
	return found
}

// registersDevice reports whether an operation puts a device in place. What
// undoes it is another matter.
func registersDevice(operation string) bool {
	verb, rest, _ := strings.Cut(change.OperationKeyOf(operation), " ")
	return (verb == "add" || verb == "register") && strings.Contains(rest, "device")
}

// registers reports whether all records register devices.
func (k *kitRecords) registers(rows []int) bool {
	return !slices.ContainsFunc(rows, func(row int) bool {
		return !registersDevice(k.p.Timeline.Text(timeline.ColOperation, row))
	})
}

// deviceOf is the name of the device that a record registers, and its id among
// those of sign-ins, empty if none has it.
func (k *kitRecords) deviceOf(row int, devices map[string]uint32) (name, id string) {
	t := k.p.Timeline
	target, details := t.Text(timeline.ColTarget, row), t.Details(row)
	if name = propertyOf(details, "DisplayName"); name == "" {
		name, _, _ = strings.Cut(target, " [")
	}
	words := strings.FieldsFunc(strings.ToLower(target+" "+details), func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') })
	for _, word := range words {
		if devices[word] != 0 && strings.Count(word, "-") == dashesOfID {
			return name, word
		}
	}
	return name, ""
}

// dashesOfID are those of an object's id in the directory.
const dashesOfID = 4

// registrations are the records around one that register a device of that
// name.
func (k *kitRecords) registrations(of int, name string) []int {
	t := k.p.Timeline
	var list []int
	for _, row := range k.rows {
		apart := timeline.UnixNano(t, row) - timeline.UnixNano(t, of)
		if max(apart, -apart) > int64(RegisterMinutes.Int())*int64(time.Minute) || name == "" {
			continue
		}
		if strings.Contains(t.Text(timeline.ColTarget, row), name) || strings.Contains(t.Details(row), name) {
			list = append(list, row)
		}
	}
	return list
}

// RegisterMinutes is how far apart the records of one registration lie.
var RegisterMinutes = &analysis.Point{Name: "known-kit.register_minutes", Value: 15, Doc: "minutes around the record of a device's registration in which others of that device's name tell of the same"}

// logonsWith are the logons made with a device, whatever their outcome.
func (k *kitRecords) logonsWith(device uint32) []int {
	t := k.p.Timeline
	var rows []int
	for row := range analysis.ActsOf(k.p, analysis.ClassLogon) {
		if _, timed := t.Nanos(row); timed && t.Folded(timeline.ColDevice, row) == device {
			rows = append(rows, row)
		}
	}
	return rows
}

// ownerOf is the user for whom a device was registered: who signs in with it,
// else who registered it, else whom the directory made its owner.
func (k *kitRecords) ownerOf(one *KitTrace) uint32 {
	t := k.p.Timeline
	for _, row := range slices.Concat(one.Logons, one.Rows) {
		if user := t.Folded(timeline.ColUser, row); user != 0 && !t.Has(row, timeline.Service|timeline.AppOnly) {
			return user
		}
	}
	for _, row := range one.Rows {
		address, _, _ := strings.Cut(t.Text(timeline.ColTarget, row), " ")
		if code, ok := t.Find(timeline.ColUser, address); ok && strings.Contains(address, "@") {
			return t.Fold(timeline.ColUser)[code]
		}
	}
	return 0
}
