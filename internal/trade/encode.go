package trade

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Format is the version of the events' encoding that this package writes. Every older one stays readable for ever.
const Format = 1

// form is an entry as it is stored.
type form struct {
	Format int             `json:"v"`
	Seq    int64           `json:"seq"`
	At     Instant         `json:"at"`
	Kind   string          `json:"kind"`
	Event  json.RawMessage `json:"event"`
}

// Encode writes an entry as one JSON object.
func Encode(e Entry) ([]byte, error) {
	if e.Event == nil {
		return nil, errors.New("trade: an entry without event")
	}
	event, err := json.Marshal(e.Event)
	if err != nil {
		return nil, fmt.Errorf("trade: event %s: %w", e.Event.Kind(), err)
	}
	return json.Marshal(form{Format: Format, Seq: e.Seq, At: e.At, Kind: e.Event.Kind(), Event: event})
}

// Decode reads what Encode wrote, in this or an older format. Unknown kinds and fields are refused: they were written
// by a newer program, and to leave them out would change the history.
func Decode(data []byte) (Entry, error) {
	var f form
	if err := strictly(data, &f); err != nil {
		return Entry{}, fmt.Errorf("trade: entry: %w", err)
	}
	if f.Format < 1 || f.Format > Format {
		return Entry{}, fmt.Errorf("trade: format %d is not known", f.Format)
	}
	read, ok := readers[f.Kind]
	if !ok {
		return Entry{}, fmt.Errorf("trade: kind %q is not known", f.Kind)
	}
	event, err := read(f.Event)
	if err != nil {
		return Entry{}, fmt.Errorf("trade: event %s: %w", f.Kind, err)
	}
	return Entry{Seq: f.Seq, At: f.At, Event: event}, nil
}

func strictly(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if d.More() {
		return errors.New("more than one object")
	}
	return nil
}

func read[E Event](data []byte) (Event, error) {
	var e E
	if err := strictly(data, &e); err != nil {
		return nil, err
	}
	return e, nil
}

// readers knows every kind of event that was ever written.
var readers = map[string]func([]byte) (Event, error){
	"Drafted":               read[Drafted],
	"OfferRevised":          read[OfferRevised],
	"DecisionRecorded":      read[DecisionRecorded],
	"Withdrawn":             read[Withdrawn],
	"ObjectionLodged":       read[ObjectionLodged],
	"ObjectionRejected":     read[ObjectionRejected],
	"ObjectionUpheld":       read[ObjectionUpheld],
	"ContractSigned":        read[ContractSigned],
	"PaymentReceived":       read[PaymentReceived],
	"Settled":               read[Settled],
	"PaymentReminded":       read[PaymentReminded],
	"Defaulted":             read[Defaulted],
	"ContractRegistered":    read[ContractRegistered],
	"DeadlineMissed":        read[DeadlineMissed],
	"NoticeOpened":          read[NoticeOpened],
	"OfferRaised":           read[OfferRaised],
	"NoticeVoided":          read[NoticeVoided],
	"NoticeCompleted":       read[NoticeCompleted],
	"ReviewRequested":       read[ReviewRequested],
	"DraftReturned":         read[DraftReturned],
	"ListingPublished":      read[ListingPublished],
	"ListingChanged":        read[ListingChanged],
	"ApplicationsClosed":    read[ApplicationsClosed],
	"ListingClosed":         read[ListingClosed],
	"ListingExtended":       read[ListingExtended],
	"ListingEnded":          read[ListingEnded],
	"BiddingOpened":         read[BiddingOpened],
	"Awarded":               read[Awarded],
	"ResultNoticeCompleted": read[ResultNoticeCompleted],
	"Suspended":             read[Suspended],
	"Resumed":               read[Resumed],
	"Terminated":            read[Terminated],
	"Relisted":              read[Relisted],
	"RegistrationReceived":  read[RegistrationReceived],
	"DocumentsAccepted":     read[DocumentsAccepted],
	"DocumentsRejected":     read[DocumentsRejected],
	"DepositReceived":       read[DepositReceived],
	"DepositReturned":       read[DepositReturned],
	"RegistrationWithdrawn": read[RegistrationWithdrawn],
	"CommissionSigned":      read[CommissionSigned],
	"SaleAnnounced":         read[SaleAnnounced],
	"RegistrationClosed":    read[RegistrationClosed],
	"PreviewHeld":           read[PreviewHeld],
	"SaleOpened":            read[SaleOpened],
	"SoleBidder":            read[SoleBidder],
	"SalePaused":            read[SalePaused],
	"SaleResumed":           read[SaleResumed],
	"Sold":                  read[Sold],
	"SalePassed":            read[SalePassed],
	"ConfirmationSigned":    read[ConfirmationSigned],
	"ReauctionDecided":      read[ReauctionDecided],
	"SaleEnded":             read[SaleEnded],
	"Annulled":              read[Annulled],
}
