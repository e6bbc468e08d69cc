package mail

import (
	"strings"

	"becforensics/timeline"
)

// AuthResults is what one Authentication-Results header says of a message:
// the results of the methods, empty where it says nothing.
type AuthResults struct {
	SPF, DKIM, DMARC, Compauth string
	Reason                     string // of compauth
	MailFrom                   string // domain that SPF was asked for
	HeaderFrom                 string // domain that DMARC was asked for
	Signed                     string // domain of the DKIM signature that decided
}

// readAuthResults reads the value of an Authentication-Results header: RFC
// 8601, and Microsoft's dialect, which repeats the recipient's domain between
// the results and names no server. Comments do not count; of several DKIM
// signatures one that passes decides.
func readAuthResults(value string) AuthResults {
	var a AuthResults
	for _, part := range authParts(value) {
		fields := strings.Fields(part)
		if len(fields) == 0 {
			continue
		}
		method, result, ok := strings.Cut(fields[0], "=")
		if !ok {
			continue
		}
		method, _, _ = strings.Cut(strings.ToLower(method), "/")
		result = strings.ToLower(strings.Trim(result, `"`))
		properties := fields[1:]
		switch method {
		case "spf":
			if a.SPF == "" {
				a.SPF, a.MailFrom = result, authProperty(properties, "smtp.mailfrom")
			}
		case "dkim":
			if a.DKIM == "" || a.DKIM != pass && result == pass {
				a.DKIM, a.Signed = result, authProperty(properties, "header.d")
			}
		case "dmarc":
			if a.DMARC == "" {
				a.DMARC, a.HeaderFrom = result, authProperty(properties, "header.from")
			}
		case "compauth":
			if a.Compauth == "" {
				a.Compauth, a.Reason = result, authProperty(properties, "reason")
			}
		}
	}
	return a
}

// Results that these analyses tell apart.
const (
	pass     = "pass"
	fail     = "fail"
	softfail = "softfail"
)

// Failures are the methods that clearly failed, with their results. An error
// or the absence of a policy is no failure.
func (a AuthResults) Failures() []string {
	var failed []string
	if a.SPF == fail || a.SPF == softfail {
		failed = append(failed, "SPF "+a.SPF)
	}
	if a.DKIM == fail {
		failed = append(failed, "DKIM "+a.DKIM)
	}
	if a.DMARC == fail {
		failed = append(failed, "DMARC "+a.DMARC)
	}
	if a.Compauth == fail {
		failed = append(failed, strings.TrimSpace("composite authentication "+a.Compauth+" "+a.Reason))
	}
	return failed
}

// Passes reports whether some method says that the message passed: no policy,
// an error or nothing is no pass.
func (a AuthResults) Passes() bool {
	return a.SPF == pass || a.DKIM == pass || a.DMARC == pass || a.Compauth == pass
}

func authProperty(properties []string, name string) string {
	for _, p := range properties {
		if k, v, ok := strings.Cut(p, "="); ok && strings.EqualFold(k, name) {
			v = strings.Trim(v, `"`)
			if d := DomainOf(v); d != "" {
				return d
			}
			return strings.ToLower(v)
		}
	}
	return ""
}

// authParts cuts a header's value at semicolons and takes comments out, which
// may nest; neither counts within quotes.
func authParts(value string) []string {
	var parts []string
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(value); i++ {
		c := value[i]
		switch {
		case c == '\\' && (quoted || depth > 0):
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
			b.WriteByte(c)
		case quoted:
			b.WriteByte(c)
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
			b.WriteByte(' ')
		case depth > 0:
		case c == ';':
			parts = append(parts, b.String())
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return append(parts, b.String())
}

// HeaderLines are the headers of a message, the top-most first.
type HeaderLines []timeline.Pair

// Get is the value of the top-most header of a name. Headers further down were
// written by servers that are not the recipient's, or by the sender.
func (h HeaderLines) Get(name string) string {
	for _, p := range h {
		if strings.EqualFold(p.Name, name) {
			return p.Value
		}
	}
	return ""
}

// readHeaders reads headers that stand in lines of "Name: value"; a line that
// begins with white space continues the one before.
func readHeaders(text string) HeaderLines {
	var h HeaderLines
	var value strings.Builder
	end := func() {
		if n := len(h); n > 0 {
			h[n-1].Value = value.String()
		}
		value.Reset()
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		if line[0] == ' ' || line[0] == '\t' {
			value.WriteByte(' ')
			value.WriteString(strings.TrimSpace(line))
			continue
		}
		if name, rest, ok := strings.Cut(line, ":"); ok {
			end()
			h = append(h, timeline.Pair{Name: strings.TrimSpace(name)})
			value.WriteString(strings.TrimSpace(rest))
		}
	}
	end()
	return h
}

// Results are those of the top-most Authentication-Results, else of the
// top-most Received-SPF; by says of which.
func (h HeaderLines) Results() (a AuthResults, by string) {
	const spf = "Received-SPF"
	if value := h.Get(authHeader); value != "" {
		return readAuthResults(value), authHeader
	}
	value := h.Get(spf)
	if value == "" {
		return a, ""
	}
	result, _, _ := strings.Cut(strings.TrimSpace(value), " ")
	a.SPF = strings.ToLower(strings.TrimRight(result, ":;"))
	return a, spf
}
