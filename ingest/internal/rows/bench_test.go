package rows

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

// benchRecords are audit records as the Unified Audit Log has them, in shape and
// length, with made-up contents.
func benchRecords(n int) []string {
	list := make([]string, n)
	for i := range list {
		var b strings.Builder
		fmt.Fprintf(&b, `{"CreationTime":"2024-05-%02dT%02d:%02d:11","Id":"%08x-52a1-4c1b-9d3e-08dc6f1a%04x","Operation":"MailItemsAccessed","OrganizationId":"679126f3-02de-3513-e336-0eac1294b120","RecordType":50,"ResultStatus":"Succeeded","UserKey":"10032001%08x","UserType":0,"Version":1,"Workload":"Exchange","UserId":"user%d@example.com","AppId":"27922004-5251-4030-b22d-91ecd9a37ea4","ClientIPAddress":"198.51.100.%d","ClientInfoString":"Client=REST;Client=RESTSystem;;","ExternalAccess":false,"InternalLogonType":0,"LogonType":0,"LogonUserSid":"S-1-5-21-1757981266-484763869-839522115-%d","MailboxGuid":"%08x-a0c4-4d49-a9a4-1c1d2f3e4a5b","MailboxOwnerUPN":"user%d@example.com","OperationProperties":[{"Name":"MailAccessType","Value":"Bind"},{"Name":"IsThrottled","Value":"False"}],"OrganizationName":"example.onmicrosoft.com","OriginatingServer":"AM0PR01MB1234 (15.20.7544.029)\r\n","SessionId":"%08x-84e5-4b77-b4ee-cf2f8b9d7e1f","Folders":[`,
			1+i%28, i%24, i%60, i*2654435761, i&0xffff, i, i%1200, i%254, i, i, i%1200, i*97)
		for f := range 1 + i%3 {
			if f > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"FolderItems":[{"Id":"RgAAAABcaFGx%08xAAAJ","InternetMessageId":"<%08x.%d@mail.example.com>","SizeInBytes":%d,"Subject":"Re: \"Rechnung\" März %d"}],"Id":"LgAAAABcaFGx%08xAAAB","Path":"\\Inbox\\Clients"}`, i, i*31, f, i*7, i, i)
		}
		b.WriteString(`],"OperationCount":3}`)
		list[i] = b.String()
	}
	return list
}

func benchCSV(records []string) []byte {
	var b bytes.Buffer
	b.WriteString(`"RecordType","CreationDate","UserIds","Operations","AuditData","ResultIndex","ResultCount","Identity","IsValid","ObjectState"` + "\r\n")
	for i, r := range records {
		fmt.Fprintf(&b, `"ExchangeItemAggregated","5/%d/2024 1:02:03 PM","user%d@example.com","MailItemsAccessed","%s","%d","%d","%08x-52a1-4c1b-9d3e-08dc6f1a0000","True","Unchanged"`+"\r\n",
			1+i%28, i%1200, strings.ReplaceAll(r, `"`, `""`), i, len(records), i)
	}
	return b.Bytes()
}

const benchSize = 20000

func benchCut(b *testing.B, data []byte) {
	s := Sniff(data[:HeadSize])
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	var chunk Chunk
	for b.Loop() {
		c := NewCutter(bytes.NewReader(data), s)
		for {
			if err := c.Next(&chunk); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func benchSplit(b *testing.B, data []byte, each func(*Record)) {
	s := Sniff(data[:HeadSize])
	c := NewCutter(bytes.NewReader(data), s)
	var chunks []Chunk
	for {
		var chunk Chunk
		if err := c.Next(&chunk); err == io.EOF {
			break
		} else if err != nil {
			b.Fatal(err)
		}
		chunks = append(chunks, chunk)
	}
	sp := NewSplitter(s)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n = 0
		for i := range chunks {
			sp.Reset(&chunks[i])
			for r, ok := sp.Next(); ok; r, ok = sp.Next() {
				if r.Err != nil {
					b.Fatal(r.Err)
				}
				each(r)
				n++
			}
		}
	}
	if n != benchSize {
		b.Fatal(n, "records")
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*b.N), "ns/record")
}

func array(records []string, separator string) []byte {
	return []byte("[" + strings.Join(records, separator) + "]")
}

func lines(records []string) []byte { return []byte(strings.Join(records, "\n") + "\n") }

func BenchmarkCutCSV(b *testing.B)   { benchCut(b, benchCSV(benchRecords(benchSize))) }
func BenchmarkCutLines(b *testing.B) { benchCut(b, lines(benchRecords(benchSize))) }
func BenchmarkCutArray(b *testing.B) { benchCut(b, array(benchRecords(benchSize), ",")) }
func BenchmarkSplitCSV(b *testing.B) {
	benchSplit(b, benchCSV(benchRecords(benchSize)), func(*Record) {})
}

func BenchmarkScanLines(b *testing.B) {
	benchSplit(b, lines(benchRecords(benchSize)), func(*Record) {})
}

func BenchmarkScanArray(b *testing.B) {
	benchSplit(b, array(benchRecords(benchSize), ","), func(*Record) {})
}

func BenchmarkCSVAndJSON(b *testing.B) {
	benchSplit(b, benchCSV(benchRecords(benchSize)), func(r *Record) {
		if v, err := r.Parse(r.Cells[4]); err != nil || v.Get("Operation").Text() == "" {
			b.Fatal(err)
		}
	})
}

func BenchmarkGet(b *testing.B) {
	wanted := strings.Fields("CreationTime Id Operation RecordType ResultStatus UserType Workload UserId ClientIP ClientIPAddress " +
		"ActorIpAddress AppId MailboxOwnerUPN SessionId Folders OperationProperties ObjectId UserAgent")
	benchSplit(b, lines(benchRecords(benchSize)), func(r *Record) {
		for _, key := range wanted {
			r.Value.Get(key)
		}
	})
}
