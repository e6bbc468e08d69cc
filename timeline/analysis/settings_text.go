package analysis

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"becforensics/geo"
)

// Set gives a setting the values of a flag, which win over the case file's:
// Overridden names the setting if it had one. They are read and checked like
// the case file's.
func (s *Settings) Set(name string, values ...string) error {
	v := reflect.ValueOf(s).Elem()
	var names []string
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		if tag.Get("name") != name {
			names = append(names, tag.Get("name"))
			continue
		}
		field := v.Field(i)
		read := reflect.New(field.Type()).Elem()
		for _, text := range values {
			one := read
			if read.Kind() == reflect.Slice {
				one = reflect.New(read.Type().Elem()).Elem()
			}
			var err error
			switch {
			case isText(one.Type()):
				err = setText(one, text, tag.Get("check"), nil)
			case hasKind(one.Type()):
				err = setPair(one, text)
			default:
				err = fmt.Errorf("a flag's text cannot fill the setting %q", name)
			}
			if err != nil {
				return err
			}
			if read.Kind() == reflect.Slice {
				read.Set(reflect.Append(read, one))
			}
		}
		if !field.IsZero() {
			s.Overridden = append(s.Overridden, name)
		}
		field.Set(read)
		return nil
	}
	return UnknownName("setting", name, names)
}

// hasKind reports whether a type is a struct of a kind and a value.
func hasKind(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return f.Tag.Get("role") == "kind" })
}

// setPair reads KIND=VALUE into a struct of a kind and a value.
func setPair(v reflect.Value, text string) error {
	kind, value, ok := strings.Cut(text, "=")
	if !ok {
		return fmt.Errorf("%q: not of the form KIND=VALUE", text)
	}
	return setKind(v, kind, value)
}

// setKind fills a struct of a kind and a value, and checks it.
func setKind(v reflect.Value, kind, value string) error {
	for i := range v.NumField() {
		text := map[string]string{"kind": kind, "value": value}[v.Type().Field(i).Tag.Get("role")]
		if err := setText(v.Field(i), strings.TrimSpace(text), v.Type().Field(i).Tag.Get("check"), nil); err != nil {
			return err
		}
	}
	return checkWhole(v)
}

// checkWhole holds a struct to what it demands beyond its fields one by one.
func checkWhole(v reflect.Value) error {
	if whole, ok := v.Addr().Interface().(interface{ check() error }); ok {
		return whole.check()
	}
	return nil
}

// isText reports whether one text fills a value of the type.
func isText(t reflect.Type) bool {
	if t == reflect.TypeFor[time.Time]() || reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return true
	}
	return t.Kind() != reflect.Struct && t.Kind() != reflect.Slice
}

// setText reads a text into a value that it fills.
func setText(v reflect.Value, text, check string, thresholds []string) error {
	switch to := v.Addr().Interface().(type) {
	case *string:
		checked, err := checks(check, text, thresholds)
		*to = checked
		return err
	case *time.Time:
		t, err := moment(text, check == "day")
		*to = t
		return err
	case *netip.Addr:
		ip, err := netip.ParseAddr(text)
		if err != nil {
			return fmt.Errorf("address %q: not an IP address", text)
		}
		*to = ip.Unmap()
		return nil
	case *netip.Prefix:
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf("network %q: not of the form 192.0.2.0/24", text)
		}
		*to = network.Masked()
		return nil
	case *uint32:
		n, err := strconv.ParseUint(text, 10, 32)
		*to = uint32(n)
		return numberError(text, err)
	case *int:
		n, err := strconv.Atoi(text)
		*to = n
		return numberError(text, err)
	case *float64:
		n, err := strconv.ParseFloat(text, 64)
		if err == nil && (math.IsNaN(n) || math.IsInf(n, 0) || n < 0) {
			return fmt.Errorf("number %q: not a finite number from 0", text)
		}
		*to = n
		return numberError(text, err)
	}
	return fmt.Errorf("a setting of type %s cannot be read", v.Type())
}

func numberError(text string, err error) error {
	if err != nil {
		return fmt.Errorf("number %q: %w", text, errors.Unwrap(err))
	}
	return nil
}

// moment reads a time, or a day alone.
func moment(text string, day bool) (time.Time, error) {
	layouts, want := []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateOnly}, "not RFC 3339 and not a date"
	if day {
		layouts, want = []string{time.DateOnly}, "not a date such as 2006-01-02"
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("time %q: %s", text, want)
}

// checks holds a text to what its setting must be, and returns it in the form
// in which analyses compare it.
func checks(check, text string, thresholds []string) (string, error) {
	switch check {
	case "country":
		code, exact := geo.FindCountry(text)
		switch {
		case exact:
			return code, nil
		case code != "":
			return "", fmt.Errorf("country %q: not a code of ISO 3166; %s?", text, code)
		}
		if code, _ := geo.FindCountry(nearest(text, geo.CountryNames())); code != "" {
			return "", fmt.Errorf("country %q: not a code of ISO 3166; %s?", text, code)
		}
		return "", fmt.Errorf("country %q: not a code of ISO 3166", text)
	case "domain":
		if !isDomain(text) {
			return "", fmt.Errorf("domain %q: not of the form example.com", text)
		}
	case "address":
		local, domain, ok := strings.Cut(text, "@")
		if !ok || local == "" || domain == "" {
			return "", fmt.Errorf("mailbox %q: not of the form user@example.com", text)
		}
	case "zone":
		return timeZone(text)
	case "state":
		if !slices.Contains(reviewStates, text) {
			return "", UnknownName("state of a review", text, reviewStates)
		}
	case "kind":
		if !slices.Contains(pivotKinds(), text) {
			return "", UnknownName("kind of value", text, pivotKinds())
		}
	case "evidence":
		if _, ok := evidenceNumber(text); !ok {
			return "", fmt.Errorf("evidence id %q: not of the form E001", text)
		}
	case "sha256", "sha1", "md5":
		digits := map[string]int{"sha256": 64, "sha1": 40, "md5": 32}[check]
		if lower := strings.ToLower(text); len(lower) != digits || strings.Trim(lower, "0123456789abcdef") != "" {
			return "", fmt.Errorf("hash %q: not %d hexadecimal digits", text, digits)
		}
	case "threshold":
		if !slices.Contains(thresholds, text) {
			return "", UnknownName("threshold", text, thresholds)
		}
	}
	return text, nil
}

// timeZone is the IANA name of a zone.
func timeZone(text string) (string, error) {
	if zone := geo.Zone(text); zone != nil {
		return zone.String(), nil
	}
	if of := geo.ZoneOf(text); of != "" {
		return "", fmt.Errorf("no time zone is named %q; %s?", text, of)
	}
	return "", UnknownName("time zone", text, geo.ZoneNames())
}

// evidenceNumber reads an id of evidence: E and digits.
func evidenceNumber(id string) (uint32, bool) {
	digits, ok := strings.CutPrefix(id, "E")
	n, err := strconv.ParseUint(digits, 10, 31)
	return uint32(n), ok && err == nil && n > 0
}

// isDomain reports whether text can be a mail domain: labels of letters,
// digits and hyphens, of any script, with a dot between them.
func isDomain(text string) bool {
	labels := strings.Split(text, ".")
	for _, label := range labels {
		if label == "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") || strings.ContainsAny(label, " @/:;,\t'\"<>*") {
			return false
		}
	}
	return len(labels) > 1
}
