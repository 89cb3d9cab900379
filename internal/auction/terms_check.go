package auction

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/g60-corridor/corridor/internal/money"
)

// MaxFen is the largest amount that the engine takes: 10 trillion yuan. Sums and multiples stay within int64.
const MaxFen money.Fen = 1_000_000_000_000_000

const (
	maxTermsBytes  = 64 << 10
	maxSpanS       = 400 * 24 * 3600
	maxJumpTimes   = 1000
	maxRungs       = 64
	maxNameRunes   = 200
	daySeconds     = 24 * 3600
	defaultLongDay = 5
)

// Problem is what is wrong with a field of the terms. The list is closed.
type Problem string

const (
	Required          Problem = "REQUIRED"
	UnknownValue      Problem = "UNKNOWN_VALUE"
	OutOfRange        Problem = "OUT_OF_RANGE"
	OneOfTwo          Problem = "ONE_OF_TWO"           // exactly one of two fields must be given
	NotAscending      Problem = "NOT_ASCENDING"        // the rungs of a ladder rise
	NotOpenEnded      Problem = "NOT_OPEN_ENDED"       // the last rung, and only it, has no upper end
	NotWithThisMode   Problem = "NOT_WITH_THIS_MODE"   // a field that the chosen mode does not have
	LicenceNeeded     Problem = "LICENCE_NEEDED"       // R1.1: no AUCTION_LAW without a licensed house on the session
	RefuseBelowConfir Problem = "REFUSE_BELOW_CONFIRM" // the refusal begins before the confirmation
)

// FieldError is one fault of the terms: the field's path in the JSON and what is wrong with it.
type FieldError struct {
	Field   string
	Problem Problem
}

// TermsError lists all faults of a rules file.
type TermsError struct{ Fields []FieldError }

func (e *TermsError) Error() string {
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = f.Field + ": " + string(f.Problem)
	}
	return "auction: invalid rules: " + strings.Join(parts, "; ")
}

// ParseTerms reads a rules file, fills in the defaults and validates it. Unknown fields and repeated
// ones are refused: a misspelt rule must not be silently off. A fault of content comes back as *TermsError.
func ParseTerms(data []byte) (Terms, error) {
	var t Terms
	if len(data) > maxTermsBytes {
		return t, fmt.Errorf("auction: rules of %d bytes; %d is the most", len(data), maxTermsBytes)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&t); err != nil {
		return t, fmt.Errorf("auction: read rules: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return t, errors.New("auction: read rules: something follows the closing brace")
	}
	if err := checkKeys(json.NewDecoder(bytes.NewReader(data))); err != nil {
		return t, fmt.Errorf("auction: read rules: %w", err)
	}
	t.FillDefaults()
	if faults := t.Validate(); len(faults) > 0 {
		return t, &TermsError{faults}
	}
	return t, nil
}

// checkKeys refuses what encoding/json lets pass: a key that stands twice, of which only the last would count, and one
// written in other letters than ours.
func checkKeys(dec *json.Decoder) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	opening, nested := token.(json.Delim)
	if !nested {
		return nil
	}
	seen := map[string]bool{}
	for dec.More() {
		if opening == '{' {
			token, err := dec.Token()
			if err != nil {
				return err
			}
			key, _ := token.(string)
			if strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "" {
				return fmt.Errorf("unknown field %q", key)
			}
			if seen[key] {
				return fmt.Errorf("field %q stands twice", key)
			}
			seen[key] = true
		}
		if err := checkKeys(dec); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return err
}

// FillDefaults sets what a rules file may leave out.
func (t *Terms) FillDefaults() {
	if t.MinBidders == 0 {
		t.MinBidders = 1
	}
	if t.LongOutageS == 0 {
		t.LongOutageS = daySeconds // R3.16
	}
	if t.LongResumeNoticeS == 0 {
		t.LongResumeNoticeS = defaultLongDay * daySeconds // R3.16
	}
	if t.Priority == "" {
		t.Priority = NoPriority
	}
}

// Validate names every fault of the terms by field; none means that a lot may be published under them.
func (t *Terms) Validate() []FieldError {
	var c check
	c.oneOf("format", t.Format == TermsFormat)
	if t.Name.ZH == "" || len([]rune(t.Name.ZH)) > maxNameRunes {
		c.add("name.zh", Required)
	}
	if t.Name.EN == "" || len([]rune(t.Name.EN)) > maxNameRunes {
		c.add("name.en", Required)
	}
	switch t.Procedure {
	case ExchangeBidding:
	case AuctionLaw:
		c.add("procedure", LicenceNeeded) // R1.1
	default:
		c.add("procedure", UnknownValue)
	}
	c.within("start_fen", int64(t.StartFen), 1, int64(MaxFen))
	t.Step.check(&c)
	c.oneOf("grid", t.Grid == Strict || t.Grid == FreeGrid || t.Grid == NoGrid)
	c.oneOf("reserve", t.Reserve == NoReserve || t.Reserve == EqualStart || t.Reserve == HiddenReserve)
	if t.AnnounceReserveMet && t.Reserve != HiddenReserve {
		c.add("announce_reserve_met", NotWithThisMode)
	}
	t.Closing.check(&c)
	c.oneOf("priority", t.Priority == NoPriority || t.Priority == Match)
	c.within("jump.confirm_times", t.Jump.ConfirmTimes, 0, maxJumpTimes)
	c.within("jump.refuse_times", t.Jump.RefuseTimes, 0, maxJumpTimes)
	if t.Jump.RefuseTimes != 0 && t.Jump.RefuseTimes < t.Jump.ConfirmTimes {
		c.add("jump.refuse_times", RefuseBelowConfir)
	}
	c.within("min_bidders", int64(t.MinBidders), 1, 1000)
	c.within("resume_notice_s", t.ResumeNoticeS, 1, maxSpanS)
	c.within("long_outage_s", t.LongOutageS, 1, maxSpanS)
	c.within("long_resume_notice_s", t.LongResumeNoticeS, t.ResumeNoticeS, maxSpanS)
	return c.faults
}

func (st *Step) check(c *check) {
	if (st.FixedFen != 0) == (len(st.Ladder) != 0) {
		c.add("step", OneOfTwo)
		return
	}
	if len(st.Ladder) == 0 {
		c.within("step.fixed_fen", int64(st.FixedFen), 1, int64(MaxFen))
		return
	}
	if len(st.Ladder) > maxRungs {
		c.add("step.ladder", OutOfRange)
		return
	}
	below := money.Fen(0)
	for i, r := range st.Ladder {
		path := fmt.Sprintf("step.ladder[%d]", i)
		c.within(path+".step_fen", int64(r.StepFen), 1, int64(MaxFen))
		last := i == len(st.Ladder)-1
		switch {
		case last && r.BelowFen != 0, !last && r.BelowFen == 0:
			c.add(path+".below_fen", NotOpenEnded)
		case !last && r.BelowFen <= below:
			c.add(path+".below_fen", NotAscending)
		case r.BelowFen > MaxFen:
			c.add(path+".below_fen", OutOfRange)
		}
		below = r.BelowFen
	}
}

func (cl *Closing) check(c *check) {
	two := cl.FreeS != 0 || cl.LimitedS != 0 || cl.LimitedRequiresFreeBid
	soft := cl.DurationS != 0 || cl.WindowS != 0 || cl.ExtendS != 0
	switch cl.Mode {
	case TwoPhase:
		c.within("closing.free_s", cl.FreeS, 1, maxSpanS)
		c.within("closing.limited_s", cl.LimitedS, 1, maxSpanS)
		if soft {
			c.add("closing.duration_s", NotWithThisMode)
		}
	case Soft:
		c.within("closing.duration_s", cl.DurationS, 1, maxSpanS)
		c.within("closing.window_s", cl.WindowS, 1, cl.DurationS)
		c.within("closing.extend_s", cl.ExtendS, 1, maxSpanS)
		if two {
			c.add("closing.free_s", NotWithThisMode)
		}
	case Manual:
		if two || soft {
			c.add("closing.mode", NotWithThisMode)
		}
	default:
		c.add("closing.mode", UnknownValue)
	}
}

// StepAt returns the step at a price. R3.3
func (t *Terms) StepAt(price money.Fen) money.Fen {
	for _, r := range t.Step.Ladder {
		if r.BelowFen == 0 || price < r.BelowFen {
			return r.StepFen
		}
	}
	return t.Step.FixedFen
}

type check struct{ faults []FieldError }

func (c *check) add(field string, p Problem) { c.faults = append(c.faults, FieldError{field, p}) }

func (c *check) oneOf(field string, ok bool) {
	if !ok {
		c.add(field, UnknownValue)
	}
}

func (c *check) within(field string, v, least, most int64) {
	if v < least || v > most {
		c.add(field, OutOfRange)
	}
}
