package replay

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/seeds"
)

func rules(t testing.TB, name string) auction.Terms {
	t.Helper()
	terms, err := seeds.Rules(name)
	if err != nil {
		t.Fatal(err)
	}
	return terms
}

func table(t testing.TB, in string, terms auction.Terms) string {
	t.Helper()
	r, err := Run(strings.NewReader(in), terms)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := r.WriteCSV(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// history reads the 105 real auctions and the price at which each of them closed.
func history105(t testing.TB) (text string, rows [][]string, closing map[string]string) {
	t.Helper()
	data, err := os.ReadFile("testdata/ebay-pentium3-2001.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err = csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	closing = map[string]string{}
	for _, r := range rows[1:] {
		closing[r[0]] = r[5]
	}
	if len(closing) != 105 {
		t.Fatalf("%d auctions", len(closing))
	}
	return string(data), rows, closing
}

func TestRealAuctionsCloseAtTheirPrice(t *testing.T) {
	text, rows, closing := history105(t)
	got, err := csv.NewReader(strings.NewReader(table(t, text, rules(t, "ebay-2001")))).ReadAll()
	if err != nil || len(got) != 106 || strings.Join(got[0], ",") != "lot,outcome,winner,price,accepted,refused" {
		t.Fatalf("%d lines, %v", len(got), err)
	}
	attempts := 0
	for _, r := range got[1:] {
		if r[1] != "SOLD" || r[3] != closing[r[0]] {
			t.Errorf("lot %s: %s at %s, history says %s", r[0], r[1], r[3], closing[r[0]])
		}
		var accepted, refused int
		if _, err := fmt.Sscan(r[4]+" "+r[5], &accepted, &refused); err != nil {
			t.Fatal(err)
		}
		attempts += accepted + refused
	}
	if attempts != len(rows)-1 {
		t.Errorf("%d of %d rows are accounted for", attempts, len(rows)-1)
	}
}

// The rows of the lots shuffled among each other, each lot's own order kept, the columns turned around and spreadsheet
// dirt added: nothing of it changes a result.
func TestInterleavedLotsAndOtherColumns(t *testing.T) {
	text, rows, _ := history105(t)
	terms := rules(t, "ebay-2001")
	want := lines(table(t, text, terms))
	byLot := map[string][][]string{}
	var lots []string
	for _, r := range rows[1:] {
		if byLot[r[0]] == nil {
			lots = append(lots, r[0])
		}
		byLot[r[0]] = append(byLot[r[0]], r)
	}
	random := rand.New(rand.NewPCG(7, 7))
	var b strings.Builder
	b.WriteString("\ufeffStart ,note,at,bidder,reserve,maximum,lot\r\n")
	var order []string
	for len(lots) > 0 {
		i := random.IntN(len(lots))
		r := byLot[lots[i]][0]
		if len(order) == 0 || !strings.Contains(","+strings.Join(order, ",")+",", ","+r[0]+",") {
			order = append(order, r[0])
		}
		fmt.Fprintf(&b, "%s,\"a, \"\"b\"\"\",%s, %s ,,%s,%s\r\n", r[4], r[3], r[1], r[2], r[0])
		if byLot[lots[i]] = byLot[lots[i]][1:]; len(byLot[lots[i]]) == 0 {
			lots = append(lots[:i], lots[i+1:]...)
		}
	}
	got := strings.Split(strings.TrimSpace(table(t, b.String(), terms)), "\n")
	for i, lot := range order {
		if got[i+1] != want[lot] {
			t.Errorf("place %d: %s, want %s", i, got[i+1], want[lot])
		}
	}
}

func lines(table string) map[string]string {
	m := map[string]string{}
	for _, l := range strings.Split(strings.TrimSpace(table), "\n") {
		lot, _, _ := strings.Cut(l, ",")
		m[lot] = l
	}
	return m
}

// longName has more bytes than the engine allows a code.
const longName = "长三角Ｇ６０科创走廊成果转化与技术交易联合服务（集团）股份有限公司"

const head = "lot,bidder,maximum,at,start,reserve\n"

func TestProxyBidding(t *testing.T) {
	for _, c := range []struct{ name, rows, want string }{
		{"nobody else pays the start", "7,a,50,2001-06-29T10:00:00Z,10,", "7,SOLD,a,10.00,1,0"},
		{"the second maximum and a step", "7,a,50,2001-06-29T10:00:00Z,10,\n7,b,20,2001-06-29T11:00:00Z,10,", "7,SOLD,a,20.50,2,0"},
		{"a tie goes to the earlier", "7,a,50,2001-06-29T10:00:00Z,10,\n7,b,50,2001-06-29T11:00:00Z,,", "7,SOLD,a,50.00,2,0"},
		{"never above the leader's maximum", "7,a,20.10,2001-06-29T10:00:00Z,10,\n7,b,20,2001-06-29T11:00:00Z,10,", "7,SOLD,a,20.10,2,0"},
		{"a capped price moves when the leader raises", "7,a,20.10,2001-06-29T10:00:00Z,10,\n7,b,20,2001-06-29T11:00:00Z,10,\n7,a,99,2001-06-29T12:00:00Z,10,", "7,SOLD,a,20.50,3,0"},
		{"below the start, and below one's own maximum", "7,b,9.99,2001-06-29T10:00:00Z,10,\n7,a,20,2001-06-29T11:00:00Z,10,\n7,a,19,2001-06-29T12:00:00Z,10,", "7,SOLD,a,10.00,1,2"},
		{"no bid counts", "7,b,9.99,2001-06-29T10:00:00Z,10,", "7,PASSED,,,0,1"},
		{"time runs backwards", "7,a,50,2001-06-29T10:00:00Z,10,\n7,b,20,2001-06-28T11:00:00Z,10,\n7,b,21,2001-06-27T23:00:00+09:00,10,", "7,SOLD,a,21.50,3,0"},
		{"times that the source did not have", "7,a,0.00,1900-01-00T00:00:00Z,10,\n7,a,50,2001-06-29T10:00:00Z,10,\n7,b,20,0000-00-00T00:00:00Z,10,", "7,SOLD,a,20.50,2,1"},
		{"the reserve is met", "7,a,50,2001-06-29T10:00:00Z,10,20\n7,b,20,2001-06-29T11:00:00Z,10,20", "7,SOLD,a,20.50,2,0"},
		{"the reserve is not met", "7,a,50,2001-06-29T10:00:00Z,10,21\n7,b,20,2001-06-29T11:00:00Z,10,", "7,PASSED,,,2,0"},
		{"two lots by turns", "7,a,50,2001-06-29T10:00:00Z,10,\n8,a,5,2001-06-29T10:00:00Z,1,\n7,b,20,2001-06-29T11:00:00Z,10,", "7,SOLD,a,20.50,2,0\n8,SOLD,a,1.00,1,0"},
		{"a lot without a row", "", ""},
		{"rows with nothing in them", "7,a,50,2001-06-29T10:00:00Z,10,\n,,,,,\n  \n7,b,20,2001-06-29T11:00:00Z,10,\n, ,,,,\n", "7,SOLD,a,20.50,2,0"},
		{"small letters in a time", "7,a,50,2001-06-29t10:00:00z,10,", "7,SOLD,a,10.00,1,0"},
		{"a long name", "7," + longName + ",50,2001-06-29T10:00:00Z,10,", "7,SOLD," + longName + ",10.00,1,0"},
		{"met by the maximum, not by the price", "7,a,50,2001-06-29T10:00:00Z,10,40\n7,b,20,2001-06-29T11:00:00Z,10,40", "7,PASSED,,,2,0"},
	} {
		got := strings.TrimSpace(table(t, head+c.rows, rules(t, "ebay-2001")))
		want := strings.TrimSpace("lot,outcome,winner,price,accepted,refused\n" + c.want)
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

func TestOtherRuleSets(t *testing.T) {
	for _, c := range []struct{ name, rules, rows, want string }{
		{"the deadline is exclusive and runs from the last accepted bid (scenario 9)", "zhejiang-fair",
			"A,x,2000000,2026-03-02T10:00:00+08:00,2000000,\nA,y,2100000,2026-03-02T11:01:59+08:00,,\nA,x,2200000,2026-03-02T11:03:58.999+08:00,,\nA,y,2300000,2026-03-02T11:05:58.999+08:00,,",
			"A,SOLD,x,2200000.00,3,1"},
		{"half a step, and over oneself (scenario 8)", "zhejiang-fair",
			"A,x,2000000,2026-03-02T10:00:00+08:00,2000000,\nA,y,2050000,2026-03-02T10:01:00+08:00,,\nA,y,2300000,2026-03-02T10:02:00+08:00,,\nA,y,2400000,2026-03-02T10:03:00+08:00,,",
			"A,SOLD,y,2300000.00,2,2"},
		{"an unknown time does not open the lot", "soft-close-300",
			"A,z,0,0000-00-00T00:00:00Z,1000000,\nA,x,1000000,2026-03-02T10:00:00Z,1000000,\nA,y,1200000,1900-01-00T00:00:00Z,,\nA,x,1300000,2026-03-03T10:00:01Z,,",
			"A,SOLD,y,1050000.00,2,2"},
		{"soft close", "soft-close-300",
			"A,x,1000000,2026-03-02T10:00:00Z,1000000,\nA,y,1200000,2026-03-03T09:59:00Z,,\nA,x,1300000,2026-03-03T10:03:59Z,,\nA,y,1400000,2026-03-03T10:08:59Z,,",
			"A,SOLD,x,1250000.00,3,1"},
		{"a hidden reserve", "corridor-hidden-reserve",
			"A,x,4900000,2026-03-02T10:00:00Z,1000000,5000000\nB,x,1000000,2026-03-02T10:00:00Z,1000000,\nA,y,4900000,2026-03-02T11:00:00Z,,",
			"A,PASSED,,,2,0\nB,SOLD,x,1000000.00,1,0"},
		{"ten times the price", "corridor-two-phase",
			"A,x,1000000,2026-03-02T10:00:00Z,1000000,\nA,y,11000000,2026-03-02T10:00:01Z,1000000,\nA,y,9000000,2026-03-02T10:00:02Z,,",
			"A,SOLD,y,1050000.00,2,1"},
	} {
		got := strings.TrimSpace(table(t, head+c.rows, rules(t, c.rules)))
		if want := "lot,outcome,winner,price,accepted,refused\n" + c.want; got != want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

// Each row has exactly one fault, in line 3 unless it is of the header.
func TestFaultsNameLineAndColumn(t *testing.T) {
	good := "1,a,99.00,2001-06-29T17:59:34Z,99.00,\n"
	for _, c := range []struct{ in, want string }{
		{"", "the file is empty; its first line names the columns"},
		{"lot,bidder,maximum,start\n", "line 1, column at: the column is missing"},
		{"lot,bidder,maximum,at,start,Lot\n", "line 1, column Lot: the column stands twice"},
		{head + good + "1,a,99.001,2001-06-29T17:59:34Z,99,\n", `line 3, column maximum: amount "99.001": finer than a fen`},
		{head + good + "1,a,1e9,2001-06-29T17:59:34Z,99,\n", `line 3, column maximum: amount "1e9": an exponent; write the number out`},
		{head + good + "1,a,-1,2001-06-29T17:59:34Z,99,\n", `line 3, column maximum: amount "-1": a negative amount`},
		{head + good + "1,a,\"1,000\",2001-06-29T17:59:34Z,99,\n", `line 3, column maximum: amount "1,000": commas must part groups of three digits`},
		{head + good + "1,a,,2001-06-29T17:59:34Z,99,\n", "line 3, column maximum: amount: nothing was entered"},
		{head + good + "1,a,99,29.06.2001,99,\n", `line 3, column at: "29.06.2001" is no time of the form 2006-01-02T15:04:05Z`},
		{head + good + "1,a,99,2001-13-29T17:59:34Z,99,\n", `line 3, column at: "2001-13-29T17:59:34Z" is no time of the form 2006-01-02T15:04:05Z`},
		{head + good + "2,a,99,0000-00-00T00:00:00Z,99,\n2,a,99,1969-12-31T00:00:00Z,99,\n", "line 3, column at: no row of lot 2 has a time"},
		{head + good + "1,,99,2001-06-29T17:59:34Z,99,\n", "line 3, column bidder: empty"},
		{head + good + ",a,99,2001-06-29T17:59:34Z,99,\n", "line 3, column lot: empty"},
		{head + good + "1," + strings.Repeat("a", 401) + ",99,2001-06-29T17:59:34Z,99,\n", "line 3, column bidder: 401 bytes, 400 is the most"},
		{head + good + "1,a,99,2001-06-29T7:59:34Z,99,\n", `line 3, column at: "2001-06-29T7:59:34Z" is no time of the form 2006-01-02T15:04:05Z`},
		{head + good + "1,a,99,2001-06-29T17:59:34+24:00,99,\n", `line 3, column at: "2001-06-29T17:59:34+24:00" is no time of the form 2006-01-02T15:04:05Z`},
		{head + good + "1,\xff,99,2001-06-29T17:59:34Z,99,\n", "line 3, column bidder: not UTF-8"},
		{head + good + "1,a,99,2001-06-29T17:59:34Z,x,\n", `line 3, column start: amount "x": not a number`},
		{head + good + "1,a,99,2001-06-29T17:59:34Z,98,\n", "line 3, column start: 98.00, but lot 1 began at 99.00"},
		{head + good + "2,a,99,2001-06-29T17:59:34Z,,\n", "line 3, column start: the first row of a lot needs a start price above 0"},
		{head + good + "2,a,99,2001-06-29T17:59:34Z,0.00,\n", "line 3, column start: the first row of a lot needs a start price above 0"},
		{head + good + "2,a,99,2001-06-29T17:59:34Z,99,98\n", "line 3, column reserve: 98.00 is below the start price 99.00"},
		{head + good + "1,a,99,2001-06-29T17:59:34Z,99,100\n", "line 3, column reserve: 100.00, but lot 1 began with 0.00"},
		{head + good + "1,a,99\n", "line 3, column at: the row has 3 columns, the header has 6"},
		{head + good + "1,a,99,2001-06-29T17:59:34Z,99,,\n", "line 3, column 7: the row has 7 columns, the header has 6"},
		{head + good + "1,a\"b,99,2001-06-29T17:59:34Z,99,\n", `line 3: character 4: bare " in non-quoted-field`},
		{head + "\"1\n\",a,99,2001-06-29T17:59:34Z,99,\n\n1,a,x,2001-06-29T17:59:34Z,99,\n", `line 5, column maximum: amount "x": not a number`},
	} {
		r, err := Run(strings.NewReader(c.in), rules(t, "ebay-2001"))
		if err == nil || err.Error() != c.want || r != nil {
			t.Errorf("%q: %v, want %s", c.in, err, c.want)
		}
		if strings.HasPrefix(c.want, "line") {
			var e *RowError
			if !errors.As(err, &e) || e.Line == 0 {
				t.Errorf("%q: %#v", c.in, err)
			}
		}
	}
}

func TestJSONTellsEveryDecision(t *testing.T) {
	in := head + "A,x,2000000,2026-03-02T10:00:00+08:00,2000000,\nA,y,2050000,2026-03-02T10:01:00+08:00,,\nA,y,2300000,2026-03-02T10:02:00+08:00,,\n"
	r, err := Run(strings.NewReader(in), rules(t, "zhejiang-fair"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := r.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var got Report
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	l := got.Lots[0]
	if l.Outcome != auction.Sold || l.Winner != "y" || l.Price != 230_000_000 || l.Bidders != 2 || l.ClosedAt.Format("15:04") != "03:02" || len(l.Decisions) != 3 {
		t.Errorf("%+v", l)
	}
	if d := l.Decisions[1]; d.Decision != Refused || d.Reason != auction.NotMultiple || d.Minimum != 210_000_000 || d.Line != 3 || d.Price != 200_000_000 || d.Leader != "x" {
		t.Errorf("%+v", d)
	}
	if !strings.Contains(out.String(), `"minimum": "2100000.00"`) {
		t.Errorf("amounts are not decimal texts:\n%s", out.String())
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWritingErrorsAreTold(t *testing.T) {
	r := &Report{}
	if err := r.WriteCSV(broken{}); err == nil {
		t.Error("CSV: no error")
	}
	if err := r.WriteJSON(broken{}); err == nil {
		t.Error("JSON: no error")
	}
}

// FuzzRun: whatever the file, every row is accounted for or the file is refused, and no lot stays open.
func FuzzRun(f *testing.F) {
	f.Add(head+"7,a,50,2001-06-29T10:00:00Z,10,\n7,b,20,2001-06-29T11:00:00Z,10,\n", false)
	f.Add("\ufefflot,bidder,maximum,at,start\r\n1,x,2,2026-01-01T00:00:00.5+08:00,1\r\n", true)
	f.Add("lot,bidder,maximum,at,start\n1,x,2,9999-12-31T23:59:59Z,1\n\"", true)
	ebay, timed := rules(f, "ebay-2001"), rules(f, "demo-short")
	f.Fuzz(func(t *testing.T, in string, byTime bool) {
		terms := ebay
		if byTime {
			terms = timed
		}
		r, err := Run(strings.NewReader(in), terms)
		if err != nil {
			if r != nil {
				t.Fatalf("%v, and a report", err)
			}
			return
		}
		for _, l := range r.Lots {
			if l.Outcome != auction.Sold && l.Outcome != auction.Passed || l.Accepted+l.Refused != len(l.Decisions) || len(l.Decisions) == 0 {
				t.Fatalf("%+v", l)
			}
			if l.Outcome == auction.Sold && money.Fen(l.Price) < money.Fen(l.Start) {
				t.Fatalf("sold at %d, start %d", l.Price, l.Start)
			}
		}
	})
}
