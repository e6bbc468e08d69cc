package mail

import (
	"strings"

	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// Folders knows the folders in which mail is hidden: those of the
// reference table and the examiner's.
type Folders struct {
	set *reference.Set
	own map[string]bool // folded last parts of paths
}

// FoldersOf are the folders of the reference table and of the settings.
func FoldersOf(p *analysis.Pass) *Folders {
	h := &Folders{set: p.Reference, own: map[string]bool{}}
	for _, name := range p.Settings.HideFolders {
		h.own[reference.Fold(lastFolder(name))] = true
	}
	return h
}

// Kind is that of a folder that hides mail, empty of any other.
func (h *Folders) Kind(folder string) string {
	if folder == "" {
		return ""
	}
	if kind, ok := h.set.HideFolder(folder); ok {
		return kind
	}
	if h.own[reference.Fold(lastFolder(folder))] {
		return "the examiner's list"
	}
	return ""
}

func lastFolder(path string) string {
	path = strings.TrimRight(strings.TrimSpace(path), `\/`)
	return strings.TrimSpace(path[strings.LastIndexAny(path, `\/`)+1:])
}

// Junk is the kind of the folder to which the service itself moves mail.
const Junk = "junk"
