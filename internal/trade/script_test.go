package trade

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/money"
)

var rewrite = flag.Bool("rewrite", false, "write what the machines answer into testdata")

// TestScripts runs the golden scripts: projects told so that a lawyer can read them. A line is a comment, a rule, or a
// time with what somebody did; the lines below it that begin with "→" are what became of it.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			old, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runScript(t, old).out.Bytes()
			if *rewrite {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if !bytes.Equal(old, got) {
				t.Errorf("%s: the machines answer otherwise:\n%s", file, got)
			}
		})
	}
}

type script struct {
	t     testing.TB
	out   bytes.Buffer
	state *State
	cal   calendar.Calendar
	log   []Entry
	use   given
}

// given is what the scripts' commands are filled with.
type given struct {
	way       Way
	offer     Offer
	decided   money.Fen // 0: the price of the offer
	rules     RuleSet
	terms     ListingTerms
	entrance  Entrance
	procedure Procedure
	licence   *Licence
	days      int
	parent    *Parent
	minimum   int
}

func standardGiven(w Way) given {
	g := given{
		way: w, offer: Offer{Object: "results 1 v1", Rights: "ASSIGN", PriceFen: 2_000_000 * money.Yuan}, rules: Standard(),
		terms:     ListingTerms{Channels: []string{"market", "newspaper"}},
		procedure: auction.ExchangeBidding,
		licence:   &Licence{House: "House", LicenceNo: "3100", Auctioneer: "W", Certificate: "C1"},
		entrance: Entrance{
			DepositFen: 200_000 * money.Yuan, Conditions: []Condition{{"LAB", "has a laboratory", "certificate"}},
			ForfeitCauses: []string{"collusion"}, Mode: Mode{Name: "ascending", Terms: []byte(`{"step_fen":100000}`)},
		},
	}
	if w == ByAgreement {
		g.offer.Buyer = "B"
	}
	return g
}

func runScript(t testing.TB, text []byte) *script {
	s := &script{t: t, state: NewState(1), cal: calendar.Shipped(), use: standardGiven(ByAgreement)}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(strings.TrimSpace(line), "→") {
			continue
		}
		s.out.WriteString(line + "\n")
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || strings.HasPrefix(line, "#"):
		case f[0] == "rule":
			s.rule(f[1], f[2:])
		default:
			s.step(s.when(f[0], f[1]), s.parse(f[2:]))
		}
	}
	again := NewState(1)
	for _, e := range s.log {
		again.Apply(e)
	}
	if !reflect.DeepEqual(again, s.state) {
		t.Errorf("the log replayed differs from the live state:\n%+v\n%+v", again, s.state)
	}
	return s
}

func (s *script) rule(name string, v []string) {
	u := &s.use
	switch name {
	case "way":
		*u = standardGiven(Way(v[0]))
	case "price":
		u.offer.PriceFen = s.yuan(v[0])
	case "deposit":
		u.entrance.DepositFen = s.yuan(v[0])
	case "extension": // 5 days x 2
		u.terms.Extension = Extension{DaysWD: s.number(v[0]), Cycles: s.number(v[3])}
	case "period":
		u.terms.PeriodWD = s.number(v[0])
	case "procedure":
		u.procedure = Procedure(v[0])
	case "no-licence":
		u.licence = nil
	case "min-bidders":
		u.minimum = s.number(v[0])
	case "parent-price": // the price of the round before
		u.parent = &Parent{Project: 7, FloorFen: u.rules.FloorFen(s.yuan(v[0]))}
	case "decided":
		u.decided = s.yuan(v[0])
	case "off", "work": // off 2026-03-17 typhoon
		s.cal = s.cal.With(calendar.Day{Date: s.date(v[0]), Working: name == "work", Reason: strings.Join(v[1:], " ")})
	default:
		s.t.Fatalf("unknown rule %q", name)
	}
}

func (s *script) step(at Instant, c Command) {
	entries, refusal := Step(s.state, at, c, s.cal)
	for _, e := range entries {
		s.state.Apply(e)
		s.log = append(s.log, e)
		when := ""
		if e.At != at {
			when = timeText(e.At) + " "
		}
		fmt.Fprintf(&s.out, "    → %s%s %s\n", when, tell(e.Event), e.Event.Rules())
	}
	if refusal != nil {
		fmt.Fprintf(&s.out, "    → refused %s", refusal.Reason)
		if refusal.MinimumFen != 0 {
			fmt.Fprintf(&s.out, ": at least %s", refusal.MinimumFen.Sign())
		}
		if refusal.NotBefore != 0 {
			fmt.Fprintf(&s.out, ": not before %s", timeText(refusal.NotBefore))
		}
		fmt.Fprintln(&s.out)
		return
	}
	text := "    → is " + string(s.state.Phase)
	for _, c := range s.state.Next() {
		text += fmt.Sprintf("; %s %s", strings.TrimSpace(string(c.Kind)+" "+c.Of), timeText(c.Due))
	}
	fmt.Fprintln(&s.out, text)
}

func (s *script) file(price money.Fen) DecisionFile {
	return DecisionFile{
		Document: "decision", DecidedOn: calendar.On(2026, 1, 5), Minutes: "minutes", Basis: "appraisal",
		InventorsNotified: true, ConflictsDeclared: true, PriceFen: price, Papers: attached,
	}
}

// parse reads what somebody did.
func (s *script) parse(f []string) Command {
	if s.state.Way != "" {
		s.use.offer = s.state.Offer
	}
	u, text := s.use, func(i int) string { return strings.Join(f[min(i, len(f)):], " ") }
	switch f[0] {
	case "time":
		return nil
	case "draft":
		return Draft{Way: u.way, Offer: u.offer, Parent: u.parent}
	case "revise": // revise to 1,800,000
		u.offer.PriceFen = s.yuan(f[2])
		return Revise{Offer: u.offer}
	case "decide":
		if u.decided == 0 {
			u.decided = u.offer.PriceFen
		}
		return RecordDecision{File: s.file(u.decided)}
	case "withdraw": // withdraw [at costs of 1,000]
		if len(f) == 5 {
			costs := s.yuan(f[4])
			return Withdraw{CostsFen: &costs}
		}
		return Withdraw{}
	case "object":
		return LodgeObjection{Objection: ObjectionID(f[1]), By: "X", Text: text(2)}
	case "reject":
		return RejectObjection{Objection: ObjectionID(f[1]), Reasons: text(2)}
	case "uphold":
		return UpholdObjection{Objection: ObjectionID(f[1]), Reasons: text(2)}
	case "sign": // sign with B at 2,000,000 pay by 2026-04-01 00:00
		return SignContract{Buyer: Party(f[2]), PriceFen: s.yuan(f[4]), Document: "contract", PayBy: s.when(f[7], f[8])}
	case "paid":
		return RecordPayment{AmountFen: s.yuan(f[1])}
	case "remind":
		return RemindPayment{PayBy: s.when(f[2], f[3])}
	case "default":
		return DeclareDefault{Note: text(1)}
	case "registered":
		return RegisterContract{Number: text(1)}
	case "open":
		if f[1] == "notice" {
			return OpenNotice{Content: content(), Days: u.days, Rules: u.rules, GatesPassed: true}
		}
		return OpenSale{Lot: 1}
	case "change":
		return s.change(f)
	case "submit":
		return SubmitForReview{}
	case "return":
		return ReturnDraft{Reasons: text(1)}
	case "publish":
		u.terms.Entrance = u.entrance
		return PublishListing{Terms: u.terms, Rules: u.rules, GatesPassed: true}
	case "suspend":
		return Suspend{Cause: Cause(f[1]), Note: text(2)}
	case "resume":
		return Resume{}
	case "terminate":
		return Terminate{Cause: Cause(f[1]), Note: text(2)}
	case "relist":
		return Relist{Child: 2, PriceFen: s.yuan(f[2]), Decision: s.file(s.yuan(f[2]))}
	}
	return s.parseSale(f)
}

func content() NoticeContent {
	return NoticeContent{Name: "N", Abstract: "A", ObjectionProcedure: "in writing to the office", InUnit: "board", OnMarket: "page"}
}

// change reads "change price 1,800,000 decided" and "change listing price 1,800,000".
func (s *script) change(f []string) Command {
	offer := s.state.Offer
	listing := f[1] == "listing"
	if listing {
		f = f[1:]
	}
	switch f[1] {
	case "price":
		offer.PriceFen = s.yuan(f[2])
	case "buyer":
		offer.Buyer = Party(f[2])
	case "rights":
		offer.Rights = f[2]
	case "object":
		offer.Object = f[2]
	}
	var file *DecisionFile
	if f[len(f)-1] == "decided" {
		d := s.file(offer.PriceFen)
		file = &d
	}
	if !listing {
		return ChangeOffer{Offer: offer, Decision: file}
	}
	terms := s.state.Terms
	terms.Entrance.DepositFen = s.use.entrance.DepositFen
	return ChangeListing{Offer: offer, Terms: terms, Justification: "why", Approval: "approval", Decision: file}
}

func (s *script) parseSale(f []string) Command {
	u := s.use
	switch f[0] {
	case "commission":
		return SignCommission{Commission: commission(), Procedure: u.procedure, Licence: u.licence}
	case "announce": // announce sale 2026-03-20 10:00 registration 2026-03-19 17:00 preview 2026-03-15 2026-03-16
		a := Announcement{
			Proof: "page", Medium: "newspaper", Place: "hall", Formalities: "passport", SaleAt: s.when(f[2], f[3]), RegisterBy: s.when(f[5], f[6]),
			PreviewFrom: s.date(f[8]), PreviewTo: s.date(f[9]), MinBidders: u.minimum, Entrance: u.entrance,
		}
		return Announce{Announcement: a, Rules: u.rules, GatesPassed: true}
	case "preview":
		return ConfirmPreview{Document: "list of visitors"}
	case "pause":
		return PauseSale{Cause: Cause(f[1])}
	case "go":
		return ResumeSale{}
	case "unsold":
		return RecordResult{Lot: 1, Why: PassedWhy(f[1])}
	case "confirmation":
		return SignConfirmation{Document: "confirmation", Record: "record", ByBuyer: true, ByHouse: true}
	case "reauction":
		return Reauction{PriceFen: s.yuan(f[2]), Decision: s.file(s.yuan(f[2]))}
	case "annul":
		return Annul{Cause: Cause(f[1]), Note: "why"}
	}
	who, rest := RegistrationID(f[0]), f[1:]
	switch rest[0] {
	case "registers": // A registers [controlled by H]
		c := Register{Registration: who, Party: Party(strings.TrimRight(f[0], "0123456789"))}
		if len(rest) == 4 {
			c.Controller = rest[3]
		}
		if len(rest) == 2 {
			c.Exclusion = rest[1]
		}
		return c
	case "accepted":
		return AcceptDocuments{Registration: who}
	case "rejected":
		c := RejectDocuments{Registration: who, Reasons: "because"}
		if len(rest) > 1 {
			c.Condition = rest[1]
		}
		return c
	case "deposits":
		return ReceiveDeposit{Registration: who, AmountFen: s.yuan(rest[1])}
	case "withdraws":
		return WithdrawRegistration{Registration: who, Cause: strings.Join(rest[2:], " ")}
	case "confirms":
		return ConfirmPrice{Registration: who, PriceFen: s.yuan(rest[1])}
	case "wins":
		return RecordResult{Lot: 1, Sold: true, Winner: who, PriceFen: s.yuan(rest[2])}
	}
	s.t.Fatalf("unknown line %q", strings.Join(f, " "))
	return nil
}

func commission() Commission {
	return Commission{
		Document: "contract", Parties: "U and House", Lot: "1", Reserve: "NONE", Place: "hall, 20 March", Delivery: "30 days", Fee: "3 %",
		Payment: "10 days", Breach: "law",
	}
}

func (s *script) yuan(text string) money.Fen {
	f, err := money.Parse(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return f
}

func (s *script) number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *script) date(text string) calendar.Date {
	d, err := calendar.Parse(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func (s *script) when(day, clock string) Instant {
	for _, layout := range []string{"15:04", "15:04:05", "15:04:05.999999"} {
		if tm, err := time.ParseInLocation("2006-01-02 "+layout, day+" "+clock, calendar.Zone); err == nil {
			return auction.InstantOf(tm)
		}
	}
	s.t.Fatalf("time %q %q", day, clock)
	return 0
}

func timeText(i Instant) string {
	text := i.Time().In(calendar.Zone).Format("2006-01-02 15:04:05.999999")
	return strings.TrimSuffix(text, ":00")
}
