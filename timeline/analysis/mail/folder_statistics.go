package mail

import (
	"strconv"
	"strings"

	"becforensics/timeline"
)

// contextFolder is the kind of context rows that say how many items a folder
// holds.
const contextFolder = "folder statistics"

// FolderStatistics are what a mailbox held when somebody listed its folders.
type FolderStatistics struct {
	Folders, Items int
	Recoverable    int // of the items, those that were deleted and can be recovered
	Origins        []timeline.Origin
}

// StatisticsOf are the statistics of a mailbox, which they may name by its
// alias alone; it has no folders if they are not on file.
func StatisticsOf(t *timeline.Timeline, mailbox string) FolderStatistics {
	return StatisticsIn(t, mailbox, func(string) bool { return true })
}

// StatisticsIn are the statistics of those folders of a mailbox that a function
// picks by their paths.
func StatisticsIn(t *timeline.Timeline, mailbox string, picks func(path string) bool) FolderStatistics {
	var s FolderStatistics
	alias, _, _ := strings.Cut(mailbox, "@")
	for _, c := range t.Context() {
		if c.Kind != contextFolder || mailbox == "" || !strings.EqualFold(c.Owner, mailbox) && !strings.EqualFold(c.Owner, alias) || !picks(c.Get("FolderPath")) {
			continue
		}
		n, err := strconv.Atoi(strings.NewReplacer(",", "", ".", "", " ", "").Replace(c.Get("ItemsInFolder")))
		if err != nil || n < 0 {
			continue
		}
		s.Folders++
		s.Items += n
		if isRecoverable(&c) {
			s.Recoverable += n
		}
		s.Origins = append(s.Origins, c.Origin)
	}
	return s
}

// isRecoverable reports whether a folder is of those that keep what was deleted.
func isRecoverable(c *timeline.Context) bool {
	for _, name := range [...]string{"FolderType", "FolderPath", "Identity"} {
		if strings.Contains(strings.ReplaceAll(strings.ToLower(c.Get(name)), " ", ""), "recoverableitems") {
			return true
		}
	}
	return false
}
