package trade

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
)

// kinds returns the names of all kinds of events, in order.
func kinds() (names []string) {
	for k := range readers {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}

// fill puts something into every field that an event has.
func fill(v reflect.Value, n *int64) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte(`{"step_fen":100}`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.String:
		v.SetString(strings.ToLower(v.Type().Name()) + "-" + string(rune('a'+*n%26)))
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.SetInt(*n)
	}
}

func sample(t *testing.T, kind string) Entry {
	t.Helper()
	event, err := readers[kind]([]byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.New(reflect.TypeOf(event)).Elem()
	n := int64(0)
	fill(v, &n)
	return Entry{Seq: 7, At: 1_772_416_800_000_000, Event: v.Interface().(Event)}
}

const golden = "testdata/events-v1.jsonl"

// What was written once is read for ever: each line as it was written. The golden lines are never written anew: -rewrite adds
// those of new kinds, and of kinds that have got more fields.
func TestOldEventsAreRead(t *testing.T) {
	text, err := os.ReadFile(golden)
	if err != nil && !*rewrite {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		e, err := Decode(line)
		if err != nil {
			t.Fatalf("%s\n%v", line, err)
		}
		again, err := Encode(e)
		if err != nil || !bytes.Equal(again, line) {
			t.Errorf("%s\nis written as\n%s %v", line, again, err)
		}
		if reflect.DeepEqual(e, sample(t, e.Event.Kind())) { // with every field that there is today
			seen[e.Event.Kind()] = true
		}
	}
	for _, k := range kinds() {
		if seen[k] {
			continue
		}
		if !*rewrite {
			t.Errorf("%s has no golden line; -rewrite adds it", k)
			continue
		}
		line, err := Encode(sample(t, k))
		if err != nil {
			t.Fatal(err)
		}
		text = append(append(text, line...), '\n')
	}
	if *rewrite {
		if err := os.WriteFile(golden, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestKindsAgree(t *testing.T) {
	for _, k := range kinds() {
		e := sample(t, k).Event
		if e.Kind() != k {
			t.Errorf("%s is read as %s", k, e.Kind())
		}
		if _, isMissed := e.(DeadlineMissed); len(e.Rules()) == 0 || !isMissed && slices.Contains(e.Rules(), "") {
			t.Errorf("%s has no rule", k)
		}
	}
	for _, c := range clockKinds {
		if c.kind.Rule() == "" {
			t.Errorf("%s has no rule", c.kind)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	good := `{"v":1,"seq":1,"at":2,"kind":"NoticeCompleted","event":{}}`
	if _, err := Decode([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"", "{}", "[]", good + good, good + "x",
		strings.Replace(good, `"v":1`, `"v":2`, 1), strings.Replace(good, `"v":1`, `"v":0`, 1),
		strings.Replace(good, "NoticeCompleted", "NoticeForgotten", 1), strings.Replace(good, `{}}`, `{"new":1}}`, 1),
		strings.Replace(good, `"seq":1`, `"seq":1,"who":2`, 1), strings.Replace(good, `"event":{}`, `"event":7`, 1),
	} {
		if e, err := Decode([]byte(bad)); err == nil {
			t.Errorf("%q was read as %+v", bad, e)
		}
	}
	if _, err := Encode(Entry{}); err == nil {
		t.Error("an entry without event was written")
	}
}

// FuzzDecode feeds anything to the reader: what it reads it writes and reads again the same, and Apply takes it.
func FuzzDecode(f *testing.F) {
	text, err := os.ReadFile(golden)
	if err != nil {
		f.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		f.Add(bytes.TrimSpace(line))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := Decode(data)
		if err != nil {
			return
		}
		once, err := Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(once)
		if err != nil {
			t.Fatalf("%s\n%v", once, err)
		}
		if twice, err := Encode(again); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s\nis written as\n%s %v", once, twice, err)
		}
		s := NewState(1)
		s.Apply(e)
		s.Next()
	})
}

// FuzzDecide feeds single commands of any content to projects in any phase: Decide answers all of them.
func FuzzDecide(f *testing.F) {
	f.Add(int64(5), "AGREEMENT", "NOTICE_OPEN", "A", int64(100), int64(1), true)
	f.Add(int64(-1<<63), "AUCTION", "COMMISSIONED", "", int64(-1<<63), int64(1<<62), false)
	f.Fuzz(func(t *testing.T, at int64, way, phase, text string, amount, due int64, yes bool) {
		s := &State{Way: Way(way), Phase: Phase(phase), Contract: &Contract{}, Rules: Standard()}
		s.Registrations = []Registration{{ID: "A", Status: RegistrationStatus(text)}}
		s.Clocks = []Clock{{Kind: ClockKind(text), Due: Instant(due)}, {Kind: ListingEnd, Due: Instant(due)}}
		for _, c := range everyCommand() {
			v := reflect.New(reflect.TypeOf(c)).Elem()
			scatter(v, text, amount, due, yes)
			Step(s, Instant(at), v.Interface().(Command), calendar.Shipped())
		}
		Step(s, Instant(at), nil, calendar.Shipped())
	})
}

func scatter(v reflect.Value, text string, amount, due int64, yes bool) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			scatter(v.Field(i), text, amount, due, yes)
		}
	case reflect.Pointer:
		if yes {
			v.Set(reflect.New(v.Type().Elem()))
			scatter(v.Elem(), text, amount, due, yes)
		}
	case reflect.Slice:
		if v.Type() != reflect.TypeFor[json.RawMessage]() {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			scatter(v.Index(0), text, amount, due, yes)
		}
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(yes)
	default:
		n := amount
		if v.Type() == reflect.TypeFor[auction.Instant]() {
			n = due
		}
		if v.OverflowInt(n) {
			n %= 1 << 31
		}
		v.SetInt(n)
	}
}

// everyCommand has an empty command of each sort.
func everyCommand() []Command {
	return []Command{
		Draft{}, Revise{}, RecordDecision{}, Withdraw{}, LodgeObjection{}, RejectObjection{}, UpholdObjection{}, SignContract{}, RecordPayment{},
		RemindPayment{}, DeclareDefault{}, RegisterContract{}, Elapse{}, OpenNotice{}, ChangeOffer{}, SubmitForReview{}, ReturnDraft{},
		PublishListing{}, ChangeListing{}, Suspend{}, Resume{}, Terminate{}, Relist{}, Register{}, AcceptDocuments{}, RejectDocuments{},
		ReceiveDeposit{}, WithdrawRegistration{}, ConfirmPrice{}, RecordResult{}, SignCommission{}, Announce{}, ConfirmPreview{}, OpenSale{},
		PauseSale{}, ResumeSale{}, SignConfirmation{}, Reauction{}, Annul{},
	}
}

func TestEveryCommandHasItsRow(t *testing.T) {
	named := map[string]bool{"Elapse": true}
	for _, c := range everyCommand() {
		named[c.command()] = true
		if _, ok := permitted[c.command()]; !ok && c.command() != "Elapse" {
			t.Errorf("%s is not in the table", c.command())
		}
	}
	for c := range permitted {
		if !named[c] {
			t.Errorf("the table has %s, which is no command", c)
		}
	}
}
