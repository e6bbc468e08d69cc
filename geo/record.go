package geo

import (
	"strconv"
	"strings"

	"github.com/oschwald/maxminddb-golang/v2/mmdbdata"
)

// A record is what is read of a database's record: the fields of every known
// schema side by side, since their keys do not collide once a value may be
// text or a map. Nothing else is decoded, so a hostile record cannot grow.
type record struct {
	// MaxMind and its relatives; ipinfo has text under country and city.
	Country    named `maxminddb:"country"`
	Registered named `maxminddb:"registered_country"`
	City       named `maxminddb:"city"`
	Regions    first `maxminddb:"subdivisions"`
	Location   struct {
		Lat    scalar `maxminddb:"latitude"`
		Lon    scalar `maxminddb:"longitude"`
		Radius scalar `maxminddb:"accuracy_radius"`
	} `maxminddb:"location"`
	Traits  traits `maxminddb:"traits"`
	ASN     scalar `maxminddb:"autonomous_system_number"`
	ASNName scalar `maxminddb:"autonomous_system_organization"`
	flags

	// Flat schemas: ip-location-db and ipinfo.
	CountryCode scalar `maxminddb:"country_code"`
	CountryName scalar `maxminddb:"country_name"`
	Region      scalar `maxminddb:"region"`
	State       scalar `maxminddb:"state1"`
	Lat         scalar `maxminddb:"latitude"`
	Lon         scalar `maxminddb:"longitude"`
	OldLat      scalar `maxminddb:"lat"`
	OldLon      scalar `maxminddb:"lng"`
	Radius      scalar `maxminddb:"radius"`
	FlatASN     scalar `maxminddb:"asn"`
	FlatName    scalar `maxminddb:"as_name"`
	Name        scalar `maxminddb:"name"` // organisation, in a database of numbers only
	FlatType    scalar `maxminddb:"as_type"`
	Type        scalar `maxminddb:"type"` // the same, in a database of numbers only
}

// traits are MaxMind's and DB-IP's facts about the network.
type traits struct {
	ASN     scalar `maxminddb:"autonomous_system_number"`
	ASNName scalar `maxminddb:"autonomous_system_organization"`
	flags
}

// flags are the marks that databases set on kinds of network.
type flags struct {
	ISP         scalar `maxminddb:"isp"`
	Anonymous   scalar `maxminddb:"is_anonymous"`
	TorExit     scalar `maxminddb:"is_tor_exit_node"`
	IsTor       scalar `maxminddb:"is_tor"`
	Tor         scalar `maxminddb:"tor"`
	AnonVPN     scalar `maxminddb:"is_anonymous_vpn"`
	IsVPN       scalar `maxminddb:"is_vpn"`
	VPN         scalar `maxminddb:"vpn"`
	IsRelay     scalar `maxminddb:"is_relay"`
	Relay       scalar `maxminddb:"relay"`
	Legitimate  scalar `maxminddb:"is_legitimate_proxy"`
	PublicProxy scalar `maxminddb:"is_public_proxy"`
	Residential scalar `maxminddb:"is_residential_proxy"`
	IsProxy     scalar `maxminddb:"is_proxy"`
	Proxy       scalar `maxminddb:"proxy"`
	HostingProv scalar `maxminddb:"is_hosting_provider"`
	IsHosting   scalar `maxminddb:"is_hosting"`
	Hosting     scalar `maxminddb:"hosting"`
	Mobile      scalar `maxminddb:"is_mobile"`
	Satellite   scalar `maxminddb:"is_satellite"`
	Anycast     scalar `maxminddb:"is_anycast"`
	Connection  scalar `maxminddb:"connection_type"`
	UserType    scalar `maxminddb:"user_type"`
}

// kind is the most telling kind that the flags set: what hides the client
// first, then what sort of access it is. A connection that is only called
// anonymous is taken as a proxy.
func (f *flags) kind() string {
	user := strings.ToLower(string(f.UserType))
	switch {
	case f.TorExit.set() || f.IsTor.set() || f.Tor.set():
		return Tor
	case f.AnonVPN.set() || f.IsVPN.set() || f.VPN.set():
		return VPN
	case f.IsRelay.set() || f.Relay.set() || f.Legitimate.set():
		return Relay
	case f.PublicProxy.set() || f.Residential.set() || f.IsProxy.set() || f.Proxy.set():
		return Proxy
	case f.HostingProv.set() || f.IsHosting.set() || f.Hosting.set() || user == "hosting":
		return Hosting
	case f.Anonymous.set():
		return Proxy
	case f.Satellite.set() || f.Connection == "Satellite":
		return Satellite
	case f.Mobile.set() || f.Connection == "Cellular" || user == "cellular":
		return Mobile
	case f.Anycast.set():
		return Anycast
	case user == "residential":
		return Residential
	}
	return ""
}

// maxText bounds one text of a record; the longest name met has 120 bytes.
const maxText = 4096

// A scalar is a text, number or truth value as text, since databases differ in
// which they use. Anything else counts as absent.
type scalar string

// UnmarshalMaxMindDBCursor reads any scalar and skips anything else.
func (s *scalar) UnmarshalMaxMindDBCursor(c mmdbdata.Cursor) (mmdbdata.Cursor, error) {
	kind, err := c.Kind()
	if err != nil {
		return c, err
	}
	switch kind {
	case mmdbdata.KindString:
		v, next, err := c.ReadStringMaxSize(maxText)
		*s = scalar(v)
		return next, err
	case mmdbdata.KindBool:
		v, next, err := c.ReadBool()
		*s = scalar(strconv.FormatBool(v))
		return next, err
	case mmdbdata.KindFloat64:
		v, next, err := c.ReadFloat64()
		*s = scalar(strconv.FormatFloat(v, 'g', -1, 64))
		return next, err
	case mmdbdata.KindFloat32:
		v, next, err := c.ReadFloat32()
		*s = scalar(strconv.FormatFloat(float64(v), 'g', -1, 32))
		return next, err
	case mmdbdata.KindUint16, mmdbdata.KindUint32, mmdbdata.KindUint64:
		v, next, err := c.ReadUint()
		*s = scalar(strconv.FormatUint(v, 10))
		return next, err
	case mmdbdata.KindInt32:
		v, next, err := c.ReadInt32()
		*s = scalar(strconv.FormatInt(int64(v), 10))
		return next, err
	}
	return c.Skip()
}

func (s scalar) set() bool { return s == "true" || s == "1" }

func (s scalar) number() (float64, bool) {
	if s == "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(s), 64)
	return f, err == nil
}

// asn reads "13335" and "AS13335"; 0 stands for no number.
func (s scalar) asn() uint32 {
	if s == "" {
		return 0
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToUpper(string(s)), "AS"), 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// A named value is a text, or a map with a code and names in many languages.
type named struct {
	Text scalar // where it is no map
	Code scalar // iso_code
	Name scalar // names.en
}

// maxKeys bounds how many keys of a map are looked at; MaxMind's largest has 16.
const maxKeys = 256

// UnmarshalMaxMindDBCursor reads either form.
func (n *named) UnmarshalMaxMindDBCursor(c mmdbdata.Cursor) (mmdbdata.Cursor, error) {
	kind, err := c.Kind()
	if err != nil {
		return c, err
	}
	if kind != mmdbdata.KindMap {
		return n.Text.UnmarshalMaxMindDBCursor(c)
	}
	return eachKey(c, func(key string, value mmdbdata.Cursor) (mmdbdata.Cursor, error) {
		switch key {
		case "iso_code":
			return n.Code.UnmarshalMaxMindDBCursor(value)
		case "names":
			if kind, err := value.Kind(); err != nil || kind != mmdbdata.KindMap {
				return value.Skip()
			}
			return eachKey(value, func(language string, name mmdbdata.Cursor) (mmdbdata.Cursor, error) {
				if language == "en" {
					return n.Name.UnmarshalMaxMindDBCursor(name)
				}
				return name.Skip()
			})
		}
		return value.Skip()
	})
}

// eachKey hands each value of a map to read, which returns what follows it.
func eachKey(c mmdbdata.Cursor, read func(key string, value mmdbdata.Cursor) (mmdbdata.Cursor, error)) (mmdbdata.Cursor, error) {
	m, err := c.Map()
	if err != nil {
		return c, err
	}
	if m.Size() > maxKeys {
		return c, mmdbdata.NewInvalidDatabaseError("map with %d keys, more than %d", m.Size(), uint(maxKeys))
	}
	var next mmdbdata.Cursor
	for {
		key, value, more := m.Next(next)
		if !more {
			return m.End()
		}
		if next, err = read(string(key), value); err != nil {
			return c, err
		}
	}
}

// first is the first named value of a list: the largest subdivision.
type first struct{ named }

// UnmarshalMaxMindDBCursor reads the first element and skips the others.
func (f *first) UnmarshalMaxMindDBCursor(c mmdbdata.Cursor) (mmdbdata.Cursor, error) {
	kind, err := c.Kind()
	if err != nil {
		return c, err
	}
	if kind != mmdbdata.KindSlice {
		return c.Skip()
	}
	list, err := c.SliceMaxSize(maxKeys)
	if err != nil {
		return c, err
	}
	var next mmdbdata.Cursor
	for {
		i, value, more := list.Next(next)
		if !more {
			return list.End()
		}
		if i == 0 {
			next, err = f.named.UnmarshalMaxMindDBCursor(value)
		} else {
			next, err = value.Skip()
		}
		if err != nil {
			return c, err
		}
	}
}
