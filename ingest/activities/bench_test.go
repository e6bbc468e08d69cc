package activities_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"becforensics/ingest"
	"becforensics/ingest/activities"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// table is a retriever's table of n rows in the proportions of a mailbox that
// is read: deliveries, reading, logons, moves.
func table(n int) []byte {
	var b bytes.Buffer
	b.WriteString("TimeStamp,AppIdType,ActivityIdType,ActivityItemId,ActivityCreationTime,ClientSessionId,CustomProperties\n")
	for i := range n {
		at := fmt.Sprintf("2018-05-%02dT%02d:%02d:%02d.%07dZ", 1+i/86400%28, i/3600%24, i/60%60, i%60, i%10_000_000)
		item := fmt.Sprintf("AAMkAsAy41AmzlAvZUwC6YHgqxQLRv2XiWPrh3th4aTXzeByDX5DRu1Stpq8yb6U5LiCfMxUACtTB1pAmGchsGy81NxczBGAAA%012d", i/4)
		session := fmt.Sprintf("9e3fd698-a306-4056-a98a-%012d", i/7)
		switch i % 10 {
		case 0, 1, 2:
			fmt.Fprintf(&b, `%s,Exchange,MessageDelivered,%s,%s,%s,"{'From': '""Bram Fokkens"" <bram%d@customer.example>', 'DelieveredToInbox': 'True', 'InferenceClassification': 'Focused', 'DeliveredFolderType': 'Inbox', 'ItemClass': 'IPM.Note', 'Recipients': 'victim@example.com;accounts@example.com', 'ConversationId': 'xRXDrjJw7FSLoVZ%010d==', 'isReply': 'True', 'MessageGuid': '73a3ec5c-a7d3-4ab8-a117-%012d', 'ExchangeApplicationFlags': '32', 'ReceivedTime': '6/15/2018 8:05:48 AM', 'DeliveredViaBcc': 'False', 'DeliveredToClutter': 'False', 'OrgAuthAs': 'Anonymous', 'SentTime': '2018-06-15T08:05:41.0103970Z', 'SenderSmtpAddress': 'bram%d@customer.example', 'InternetMessageId': '<8c9ab047a5e1.%d@mail.customer.example>', 'Subject': 'RE: Remittance advice %d', 'AttachmentDetail': 'xlsx;ByValue'}"`+"\n",
				at, item, at, session, i%500, i/2, i, i%500, i, i/3)
		case 3, 4:
			fmt.Fprintf(&b, `%s,Web,ServerLogon,,%s,%s,"{'UserName': ""o'brien@example.com"", 'ExceptionInfo': '', 'NetworkPresenceLocation': '', 'Result': 'Success', 'UserAgent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 'ClientIP': '198.51.100.%d'}"`+"\n", at, at, session, i%250)
		case 5:
			fmt.Fprintf(&b, `%s,Outlook,Move,%s,%s,%s,"{'MoveType': 'Move', 'SourceFolder': 'Inbox', 'TargetFolder': 'DeletedItems'}"`+"\n", at, item, at, session)
		default:
			fmt.Fprintf(&b, "%s,Outlook,ReadingPaneDisplayStart,%s,%s,%s,\n", at, item, at, session)
		}
	}
	return b.Bytes()
}

// BenchmarkRetriever reads a table with one worker: cells, properties, columns
// and batches.
func BenchmarkRetriever(b *testing.B) {
	const n = 100_000
	benchmark(b, table(n), n)
}

func benchmark(b *testing.B, data []byte, n int) {
	head := ingest.NewHead("export", data[:rows.HeadSize])
	var layout *ingest.Layout
	for _, l := range activities.Source.Layouts {
		if l.Match(head, &ingest.Options{Reference: reference.Default()}) == ingest.Strong {
			layout = l
		}
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := layout.Decoder(head, &ingest.Options{Reference: reference.Default()})
		if err != nil {
			b.Fatal(err)
		}
		cutter, splitter := rows.NewCutter(bytes.NewReader(data), head.Shape), rows.NewSplitter(head.Shape)
		batch := timeline.NewBatch()
		var chunk rows.Chunk
		var ev timeline.Event
		for {
			if err := cutter.Next(&chunk); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
			batch.Reset()
			splitter.Reset(&chunk)
			for r, ok := splitter.Next(); ok; r, ok = splitter.Next() {
				ev.Reset()
				if out := d.Decode(r, &ev); out.Reject != "" {
					b.Fatal(out.Reject)
				}
				batch.Event(&ev, r.Offset, r.Length)
			}
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
