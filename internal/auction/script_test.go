package auction

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var rewrite = flag.Bool("rewrite", false, "write what the engine answers into testdata/*.txt")

// TestScripts runs the golden scripts: sales told so that a lawyer can read them. A line is a comment, a rule, or
// a time with what somebody did; the lines below it that begin with "→" are what became of it.
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
			got := runScript(t, old)
			if *rewrite {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if !bytes.Equal(old, got) {
				t.Errorf("%s: the engine answers otherwise:\n%s", file, got)
			}
		})
	}
}

type script struct {
	t     *testing.T
	out   bytes.Buffer
	state *State
	terms Terms
	log   []Entry
}

func runScript(t *testing.T, text []byte) []byte {
	s := &script{t: t, state: NewState(1), terms: Terms{
		Format: TermsFormat, Name: Bilingual{"脚本", "Script"}, Procedure: ExchangeBidding,
		StartFen: 100_000_000, Step: Step{FixedFen: 1_000_000}, Grid: Strict, Reserve: NoReserve,
		Closing: Closing{Mode: TwoPhase, FreeS: 600, LimitedS: 240}, Priority: NoPriority,
		Jump: Jump{3, 10}, ResumeNoticeS: 1800,
	}}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(strings.TrimSpace(line), "→") {
			continue
		}
		s.out.WriteString(line + "\n")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || strings.HasPrefix(line, "#"):
		case fields[0] == "rule":
			s.rule(fields[1], strings.Join(fields[2:], " "))
		default:
			s.step(fields)
		}
	}
	// The log replayed is the live state.
	again := NewState(1)
	for _, e := range s.log {
		again.Apply(e)
	}
	if a, b := fmt.Sprintf("%+v", again), fmt.Sprintf("%+v", s.state); a != b {
		t.Errorf("the log replayed differs from the live state:\n%s\n%s", a, b)
	}
	return s.out.Bytes()
}

func (s *script) rule(name, value string) {
	t := &s.terms
	switch name {
	case "start":
		t.StartFen = s.yuan(value)
	case "step":
		t.Step = Step{FixedFen: s.yuan(value)}
	case "ladder": // "below 100,000: 1,000" joined by "; "
		t.Step = Step{}
		for _, rung := range strings.Split(value, ";") {
			var r Rung
			a, b, ok := strings.Cut(rung, ":")
			if ok {
				r.BelowFen = s.yuan(strings.TrimPrefix(strings.TrimSpace(a), "below "))
			} else {
				b = strings.TrimPrefix(strings.TrimSpace(rung), "else ")
			}
			r.StepFen = s.yuan(b)
			t.Step.Ladder = append(t.Step.Ladder, r)
		}
	case "grid":
		t.Grid = Grid(value)
	case "reserve":
		t.Reserve = ReserveMode(value)
	case "announce-reserve-met":
		t.AnnounceReserveMet = true
	case "free":
		t.Closing.FreeS = s.number(value)
	case "cycle":
		t.Closing.LimitedS = s.number(value)
	case "limited-requires-free-bid":
		t.Closing.LimitedRequiresFreeBid = true
	case "soft": // duration window extension
		f := strings.Fields(value)
		t.Closing = Closing{Mode: Soft, DurationS: s.number(f[0]), WindowS: s.number(f[1]), ExtendS: s.number(f[2])}
	case "closing":
		t.Closing = Closing{Mode: ClosingMode(value)}
	case "maximum-bids":
		t.MaximumBids = true
	case "leader-may-raise":
		t.LeaderMayRaise = true
	case "priority":
		t.Priority = PriorityMode(value)
	case "no-jump-guard":
		t.Jump = Jump{}
	case "min-bidders":
		t.MinBidders = int(s.number(value))
	case "notice":
		t.ResumeNoticeS = s.number(value)
	default:
		s.t.Fatalf("unknown rule %q", name)
	}
}

// step reads "10:03:59.999 A bids 2,300,000" and the like, and lets due time pass first.
func (s *script) step(f []string) {
	at := s.clock(f[0])
	cmd := s.parse(f[1:])
	if p, outage := cmd.(Pause); !outage || p.Since == 0 {
		for due := s.state.NextDue(); due != 0 && due <= at; due = s.state.NextDue() {
			s.submit(due, Tick{})
		}
	}
	s.submit(at, cmd)
}

func (s *script) submit(at Instant, c Command) {
	for _, ev := range Decide(s.state, at, c) {
		e := Entry{Seq: s.state.Position.Seq + 1, At: at, Event: ev}
		s.state.Apply(e)
		s.log = append(s.log, e)
		fmt.Fprintf(&s.out, "    → %s\n", s.tell(at, ev))
	}
}

func (s *script) parse(f []string) Command {
	rest := func(i int) string { return strings.Join(f[i:], " ") }
	switch f[0] {
	case "publish":
		s.terms.FillDefaults()
		c := Publish{Terms: s.terms}
		if len(f) == 3 { // publish opening 10:00:00
			c.OpensAt = s.clock(f[2])
		}
		return c
	case "seal":
		return SealReserve{ReserveFen: s.yuan(f[1])}
	case "admit": // admit P rank 1
		c := AdmitBidder{Paddle: Paddle(f[1]), Identity: "company " + f[1]}
		if len(f) > 2 {
			c.Rank = int(s.number(f[3]))
		}
		return c
	case "suspend":
		return SuspendBidder{Paddle: Paddle(f[1])}
	case "open":
		return Open{}
	case "time":
		return Tick{}
	case "pause": // pause CAUSE [since 10:00:00]
		c := Pause{Cause: PauseCause(f[1])}
		if len(f) > 2 {
			c.Since = s.clock(f[3])
		}
		return c
	case "resume":
		return Resume{}
	case "close":
		return Close{}
	case "withdraw":
		return Withdraw{Note: rest(1)}
	case "annul":
		return Annul{Cause: PauseCause(f[1])}
	}
	c := PlaceBid{Paddle: Paddle(f[0]), AmountFen: s.yuan(f[2])}
	for _, w := range f[3:] {
		switch {
		case w == "confirmed":
			c.Confirmed = true
		case strings.HasPrefix(w, "key="):
			copy(c.Key[:], w[4:])
		default:
			s.t.Fatalf("unknown word %q", w)
		}
	}
	switch f[1] {
	case "bids":
		c.Kind = Plain
	case "maximum":
		c.Kind = Maximum
	default:
		s.t.Fatalf("unknown line %q", rest(0))
	}
	return c
}

func (s *script) tell(at Instant, ev Event) string {
	standing := func(st Standing) string {
		return fmt.Sprintf("price %s, %s leads, until %s", yuanText(st.PriceFen), st.Leader, timeText(st.Deadline))
	}
	switch ev := ev.(type) {
	case BidAccepted:
		text := fmt.Sprintf("accepted (%s's no. %d): %s", ev.Paddle, ev.Own, standing(ev.Standing))
		if ev.Hidden {
			text += "; amount sealed"
		}
		if ev.Opened != nil {
			text += fmt.Sprintf("; %s's maximum %s opened", ev.Opened.Paddle, yuanText(ev.Opened.MaximumFen))
		}
		if s.terms.AnnounceReserveMet {
			text += fmt.Sprintf("; reserve met: %v", ev.ReserveMet)
		}
		return text
	case MaximumRaised:
		return fmt.Sprintf("maximum raised (%s's no. %d): %s", ev.Paddle, ev.Own, standing(ev.Standing))
	case BidRefused:
		b := ev.Basis
		text := fmt.Sprintf("refused %s: %s bid, %s needed", ev.Reason, yuanText(ev.AmountFen), yuanText(b.MinimumFen))
		if b.PriceAt != 0 {
			text += fmt.Sprintf("; price %s for %.3f s", yuanText(b.PriceFen), float64(at-b.PriceAt)/1e6)
		}
		return text
	case LotOpened:
		return fmt.Sprintf("opened: %s until %s", ev.Phase, timeText(ev.Deadline))
	case LimitedStarted:
		return fmt.Sprintf("LIMITED until %s", timeText(ev.Deadline))
	case LotPaused:
		return fmt.Sprintf("paused: %s since %s, %v left", ev.Cause, timeText(ev.Since), ev.Left.Duration())
	case ResumeAnnounced:
		return fmt.Sprintf("goes on at %s", timeText(ev.ResumeAt))
	case LotResumed:
		return fmt.Sprintf("resumed: until %s, %s leads at %s", timeText(ev.Deadline), s.state.Leader, yuanText(s.state.PriceFen))
	case LotClosed:
		if ev.Outcome == Sold {
			return fmt.Sprintf("%s: sold to %s at %s", timeText(at), ev.Winner, yuanText(ev.PriceFen))
		}
		return fmt.Sprintf("%s: passed, %s", timeText(at), ev.Why)
	case CommandRefused:
		return fmt.Sprintf("%s refused: %s", ev.Command, ev.Reason)
	case LotPublished:
		return "published"
	default:
		return ev.Kind()
	}
}

func (s *script) yuan(text string) Fen {
	n, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(text), ",", ""), 10, 64)
	if err != nil {
		s.t.Fatalf("amount %q: %v", text, err)
	}
	return Fen(n * 100)
}

func (s *script) number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		s.t.Fatalf("number %q: %v", text, err)
	}
	return n
}

// clock reads "10:03:59.999" of the day of the script, or "+2d 10:00:00" style days as "2d10:00:00".
func (s *script) clock(text string) Instant {
	day := 0
	if d, rest, ok := strings.Cut(text, "d"); ok {
		day, text = int(s.number(d)), rest
	}
	tm, err := time.Parse("15:04:05", text)
	if err != nil {
		s.t.Fatalf("time %q: %v", text, err)
	}
	return InstantOf(time.Date(2026, 3, 2+day, tm.Hour(), tm.Minute(), tm.Second(), tm.Nanosecond(), time.UTC))
}

func timeText(i Instant) string {
	if i == 0 {
		return "closed by hand"
	}
	text := i.Time().Format("15:04:05.999")
	if d := i.Time().Day() - 2; d != 0 {
		text = fmt.Sprintf("%dd%s", d, text)
	}
	return text
}

func yuanText(f Fen) string {
	digits := strconv.FormatInt(int64(f/100), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if f%100 != 0 {
		digits += fmt.Sprintf(".%02d", f%100)
	}
	return digits
}
