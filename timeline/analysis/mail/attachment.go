package mail

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// A Risk is what an attachment list holds that can do harm.
type Risk struct {
	Extensions []string // with class and weight, as the cell shows them
	Weight     int      // of the worst
	Double     bool     // a harmless ending before the real one: scan.pdf.exe
}

// Attachments judges each distinct list of attachments once.
type Attachments struct {
	set   *reference.Set
	found map[judgedList]Risk
}

// A judgedList is a code of the attachments column, and whether it is a list
// of types, as in the Outlook Activities log, or of file names.
type judgedList struct {
	code  uint32
	types bool
}

// NewAttachments prepares the judgement of attachments by the reference table.
func NewAttachments(p *analysis.Pass) *Attachments {
	return &Attachments{p.Reference, map[judgedList]Risk{}}
}

// Judge is what the attachments of a row hold.
func (j *Attachments) Judge(t *timeline.Timeline, row int) Risk {
	k := judgedList{t.Code(timeline.ColAttachments, row), t.Source(row).AttachmentTypes}
	r, ok := j.found[k]
	if !ok {
		r = j.read(t.Value(timeline.ColAttachments, k.code), k.types)
		j.found[k] = r
	}
	return r
}

// read judges a list. The syntax of AttachmentDetail is documented nowhere ("a
// list of attachment types and methods"), so every token of it may be a type.
// Elsewhere the list is one of file names, in which words are not types.
func (j *Attachments) read(text string, types bool) Risk {
	var r Risk
	seen := map[string]bool{}
	for entry := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == ';' || c == ',' || c == '|' || c == '\n' }) {
		for _, name := range namesIn(entry, types) {
			j.add(&r, strings.ToLower(name), seen)
		}
	}
	return r
}

// namesIn are the tokens of an entry whose ending counts: the last that has a
// dot, since a file name may hold spaces and dots; without one all of them
// where the list is one of types.
func namesIn(entry string, types bool) []string {
	var names, bare []string
	for part := range strings.FieldsFuncSeq(entry, func(c rune) bool { return c == ':' || c == '|' }) {
		named := ""
		for word := range strings.FieldsSeq(part) {
			for {
				media, rest, slash := strings.Cut(word, "/")
				if strings.Contains(media, ".") {
					named = media
				} else if media != "" && (!slash || media != mediaApplication) {
					bare = append(bare, media)
				}
				if !slash {
					break
				}
				word = rest
			}
		}
		if named != "" {
			names = append(names, strings.Trim(named, `"'()[]`))
		}
	}
	if !types {
		return names
	}
	if len(names) == 0 {
		return bare
	}
	return names
}

// mediaApplication heads media types such as application/pdf, and is the
// extension of a type that can do harm.
const mediaApplication = "application"

func (j *Attachments) add(r *Risk, name string, seen map[string]bool) {
	name = strings.TrimRight(name, ".")
	stem, ext, dotted := cutLast(name, '.')
	if !dotted {
		ext, stem = name, ""
	}
	class, weight := j.set.RiskyExtension(ext)
	if class == "" {
		return
	}
	double := false
	if _, before, ok := cutLast(stem, '.'); ok && weight >= HiddenWeight.Int() {
		beforeClass, beforeWeight := j.set.RiskyExtension(strings.TrimSpace(before))
		double = beforeClass != "" && beforeWeight < weight
	}
	r.Double = r.Double || double
	r.Weight = max(r.Weight, weight)
	if weight == 0 || seen[ext] {
		return
	}
	seen[ext] = true
	text := ext + " (" + class + ", " + string(rune('0'+min(weight, 9))) + ")"
	if double {
		text += " behind ." + stem[strings.LastIndexByte(stem, '.')+1:]
	}
	r.Extensions = append(r.Extensions, text)
}

// HiddenWeight is the least weight of an ending that is worth hiding behind
// another.
var HiddenWeight = &analysis.Point{Name: "risky-attachment.hidden_weight", Value: 2, Doc: "least weight of an ending that is worth hiding behind another"}
