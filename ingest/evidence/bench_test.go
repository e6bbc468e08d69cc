package evidence

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for i := range 1_000_000 {
		fmt.Fprintf(&text, "%d,2026-03-01T08:30:%02dZ,user%d@example.com,MailItemsAccessed\n", i, i%60, i%977)
	}
	dir := write(b, map[string]string{
		"plain": text.String(), "x.zip": zipOf(b, entryOf{name: "member", text: text.String()}), "y.gz": gzipOf(b, text.String()),
	})
	for _, name := range []string{"plain", "x.zip", "y.gz"} {
		b.Run(name, func(b *testing.B) {
			s := acquired(b, filepath.Join(dir, name))
			it := s.Items()[len(s.Items())-1]
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				if err := it.whole(context.Background(), io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
