package form

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/trade"
)

// Ask is one field of the form of a project's command.
type Ask struct {
	Name string
	Kind string // text, long, amount, whole, day, moment, check, choice, or files
	Free bool   // may stay empty
	Part bool   // of what may be left out as a whole: asked where any of it is filled in
}

func needed(kind string, names ...string) (asks []Ask) {
	for _, n := range names {
		asks = append(asks, Ask{Name: n, Kind: kind})
	}
	return asks
}

func free(kind string, names ...string) (asks []Ask) {
	for _, n := range names {
		asks = append(asks, Ask{Name: n, Kind: kind, Free: true})
	}
	return asks
}

// wholeOrNot makes of fields what may be left out as a whole.
func wholeOrNot(fields []Ask) []Ask {
	fields = slices.Clone(fields)
	for i := range fields {
		fields[i].Part = true
	}
	return fields
}

var (
	fileAsks = slices.Concat(needed("text", "decision", "minutes", "basis"), needed("day", "decided_on"),
		needed("check", "inventors_notified", "conflicts_declared"))
	decisionAsks = slices.Concat(needed("amount", "decided_fen"), fileAsks)
	newDecision  = slices.Concat(needed("amount", "price_fen"), fileAsks)
	entranceAsks = slices.Concat(needed("amount", "deposit_fen"), needed("choice", "mode"), free("text", "condition", "condition_test"))
	causeAsks    = slices.Concat(needed("choice", "cause"), needed("long", "note"))
)

// asks are the fields of each command that people give by a form.
var asks = map[string][]Ask{
	"Revise": needed("amount", "price_fen"), "RecordDecision": decisionAsks, "Withdraw": slices.Concat(needed("long", "note"), free("amount", "costs_fen")),
	"LodgeObjection":  slices.Concat(needed("long", "text"), free("files", "file")),
	"RejectObjection": slices.Concat(needed("choice", "objection"), needed("long", "reasons"), free("files", "file")),
	"UpholdObjection": slices.Concat(needed("choice", "objection"), needed("long", "reasons"), free("files", "file")),
	"SignContract":    slices.Concat(needed("amount", "price_fen"), needed("text", "document"), needed("day", "pay_by")),
	"RecordPayment":   needed("amount", "amount_fen"), "RemindPayment": needed("day", "pay_by"), "DeclareDefault": needed("long", "note"),
	"RegisterContract": needed("text", "number"),
	"OpenNotice":       slices.Concat(needed("text", "name"), needed("long", "abstract", "procedure"), needed("text", "in_unit", "on_market"), free("check", "related_party")),
	"ChangeOffer":      newDecision, "SubmitForReview": {}, "ReturnDraft": needed("long", "reasons"),
	"PublishListing": slices.Concat(entranceAsks, needed("text", "channels"), free("whole", "period_wd", "extension_days", "extension_cycles")),
	"ChangeListing": slices.Concat(needed("amount", "price_fen", "deposit_fen"), needed("long", "justification"), needed("text", "approval"),
		wholeOrNot(fileAsks)), // a lower price needs one
	"Suspend": causeAsks, "Resume": {}, "Terminate": causeAsks, "Relist": newDecision, "Register": {},
	"AcceptDocuments":      needed("choice", "registration"),
	"RejectDocuments":      slices.Concat(needed("choice", "registration"), free("text", "condition"), needed("long", "reasons")),
	"ReceiveDeposit":       slices.Concat(needed("choice", "registration"), needed("amount", "amount_fen")),
	"WithdrawRegistration": needed("text", "withdrawal"), "ConfirmPrice": needed("amount", "price_fen"),
	"SignCommission": slices.Concat(needed("choice", "procedure"), needed("text", "document", "parties", "lot"), needed("choice", "reserve"),
		needed("text", "place", "delivery", "fee", "payment", "breach"), free("text", "house", "licence_no", "auctioneer", "certificate")),
	"Announce": slices.Concat(needed("text", "proof", "medium", "place", "formalities"), needed("moment", "sale_at", "register_by"),
		needed("day", "preview_from", "preview_to"), free("long", "defects"), entranceAsks),
	"ConfirmPreview": needed("text", "document"), "OpenSale": {}, "PauseSale": causeAsks, "ResumeSale": {},
	"SignConfirmation": slices.Concat(needed("text", "document"), free("text", "record"), needed("check", "by_buyer", "by_house")),
	"Reauction":        newDecision, "Annul": causeAsks,
}

// ofStateUnits are the fields of a decision that are asked of state-established units alone (R2.2), appraised those that are
// asked of state-owned enterprises besides (R2.1).
var (
	ofStateUnits = []string{"minutes", "basis", "decided_on", "inventors_notified", "conflicts_declared"}
	appraised    = slices.Concat(needed("text", "appraisal"), needed("amount", "appraisal_fen"), free("text", "price_approval"))
)

// Asks are the fields of a command's form for a seller; ok is false for what no form gives.
func Asks(command string, of trade.Regime) (fields []Ask, ok bool) {
	fields, ok = asks[command]
	decision := slices.IndexFunc(fields, func(a Ask) bool { return a.Name == "decision" })
	if decision < 0 {
		return fields, ok
	}
	switch of {
	case trade.Private:
		return slices.DeleteFunc(slices.Clone(fields), func(a Ask) bool { return slices.Contains(ofStateUnits, a.Name) }), ok
	case trade.StateOwned:
		if fields[decision].Part {
			return slices.Concat(fields, wholeOrNot(appraised)), ok
		}
		return slices.Concat(fields, appraised), ok
	}
	return fields, ok
}

// Decides says whether a command files a decision of the seller. R2.2
func Decides(command string) bool {
	return slices.ContainsFunc(asks[command], func(a Ask) bool { return a.Name == "decision" })
}

// TextMost is how many characters a field of a project's form may have.
const TextMost = 4000

// tradeReading takes a command from a form and notes what is wrong.
type tradeReading struct {
	fields []Ask
	v      url.Values
	faults []fault.Field
}

func (r *tradeReading) wrong(name string, p fault.Problem) {
	r.faults = append(r.faults, fault.Field{Name: name, Problem: p})
}

func (r *tradeReading) text(name string) string { return strings.TrimSpace(r.v.Get(name)) }

func (r *tradeReading) document(name string) trade.Document { return trade.Document(r.text(name)) }

func (r *tradeReading) on(name string) bool { return r.v.Get(name) != "" }

func (r *tradeReading) amount(name string) money.Fen {
	f, err := money.Parse(r.text(name))
	if err != nil {
		if r.text(name) != "" {
			r.wrong(name, amountProblem(err))
		}
		return 0
	}
	return f
}

func (r *tradeReading) whole(name string) int {
	text := r.text(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 9999 {
		r.wrong(name, "NOT_WHOLE")
	}
	return n
}

func (r *tradeReading) day(name string) calendar.Date {
	d, err := calendar.Parse(r.text(name))
	if err != nil && r.text(name) != "" {
		r.wrong(name, "NOT_A_DAY")
	}
	return d
}

// until is the end of a day.
func (r *tradeReading) until(name string) trade.Instant { return auction.InstantOf(r.day(name).End()) }

func (r *tradeReading) moment(name string) trade.Instant {
	t, err := time.ParseInLocation("2006-01-02T15:04", r.text(name), calendar.Zone)
	if err != nil {
		if r.text(name) != "" {
			r.wrong(name, "NOT_A_TIME")
		}
		return 0
	}
	return auction.InstantOf(t)
}

// part says whether any of what may be left out as a whole is filled in.
func (r *tradeReading) part() bool {
	return slices.ContainsFunc(r.fields, func(a Ask) bool { return a.Part && r.text(a.Name) != "" })
}

// complete finds what is missing, too long or no text.
func (r *tradeReading) complete() {
	for _, a := range r.fields {
		switch text := r.v.Get(a.Name); {
		case strings.TrimSpace(text) == "" && !a.Free && (!a.Part || r.part()):
			r.wrong(a.Name, "REQUIRED")
		case !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\ufffd"):
			r.wrong(a.Name, "NOT_TEXT")
		case utf8.RuneCountInString(text) > TextMost:
			r.wrong(a.Name, "TOO_LONG")
		}
	}
}

func (r *tradeReading) decision(price money.Fen) trade.DecisionFile {
	return trade.DecisionFile{
		Document: r.document("decision"), DecidedOn: r.day("decided_on"), Minutes: r.document("minutes"), Basis: r.document("basis"),
		InventorsNotified: r.on("inventors_notified"), ConflictsDeclared: r.on("conflicts_declared"), PriceFen: price,
		Appraisal: r.document("appraisal"), AppraisalFen: r.amount("appraisal_fen"), Approval: r.document("price_approval"),
	}
}

func (r *tradeReading) entrance() trade.Entrance {
	e := trade.Entrance{DepositFen: r.amount("deposit_fen"), Mode: trade.Mode{Name: r.text("mode")}}
	if text := r.text("condition"); text != "" {
		e.Conditions = []trade.Condition{{Code: "C1", Text: text, Test: r.text("condition_test")}}
	}
	return e
}

// Command reads a project's command from its form, as it is asked of a seller.
func Command(name string, of trade.Regime, v url.Values) (trade.Command, []fault.Field) {
	fields, ok := Asks(name, of)
	if !ok {
		return nil, []fault.Field{{Problem: "UNKNOWN_VALUE"}}
	}
	r := &tradeReading{fields: fields, v: v}
	r.complete()
	c := r.common(name)
	if c == nil {
		c = r.sale(name)
	}
	return c, r.faults
}

func (r *tradeReading) common(name string) trade.Command {
	switch name {
	case "Revise":
		return trade.Revise{Offer: trade.Offer{PriceFen: r.amount("price_fen")}}
	case "RecordDecision":
		return trade.RecordDecision{File: r.decision(r.amount("decided_fen"))}
	case "Withdraw":
		c := trade.Withdraw{Note: r.text("note")}
		if r.text("costs_fen") != "" {
			costs := r.amount("costs_fen")
			c.CostsFen = &costs
		}
		return c
	case "LodgeObjection":
		return trade.LodgeObjection{Text: r.text("text")}
	case "RejectObjection":
		return trade.RejectObjection{Objection: trade.ObjectionID(r.text("objection")), Reasons: r.text("reasons")}
	case "UpholdObjection":
		return trade.UpholdObjection{Objection: trade.ObjectionID(r.text("objection")), Reasons: r.text("reasons")}
	case "SignContract":
		return trade.SignContract{PriceFen: r.amount("price_fen"), Document: r.document("document"), PayBy: r.until("pay_by")}
	case "RecordPayment":
		return trade.RecordPayment{AmountFen: r.amount("amount_fen")}
	case "RemindPayment":
		return trade.RemindPayment{PayBy: r.until("pay_by")}
	case "DeclareDefault":
		return trade.DeclareDefault{Note: r.text("note")}
	case "RegisterContract":
		return trade.RegisterContract{Number: r.text("number")}
	case "OpenNotice":
		return trade.OpenNotice{Content: trade.NoticeContent{
			Name: r.text("name"), Abstract: r.text("abstract"), RelatedParty: r.on("related_party"),
			ObjectionProcedure: r.text("procedure"), InUnit: r.text("in_unit"), OnMarket: r.text("on_market"),
		}}
	case "ChangeOffer":
		price := r.amount("price_fen")
		file := r.decision(price)
		return trade.ChangeOffer{Offer: trade.Offer{PriceFen: price}, Decision: &file}
	}
	return nil
}

func (r *tradeReading) sale(name string) trade.Command {
	switch name {
	case "SubmitForReview":
		return trade.SubmitForReview{}
	case "ReturnDraft":
		return trade.ReturnDraft{Reasons: r.text("reasons")}
	case "PublishListing":
		return trade.PublishListing{Terms: trade.ListingTerms{
			PeriodWD: r.whole("period_wd"), Extension: trade.Extension{DaysWD: r.whole("extension_days"), Cycles: r.whole("extension_cycles")},
			Channels: channels(r.text("channels")), Entrance: r.entrance(),
		}}
	case "ChangeListing":
		c := trade.ChangeListing{Offer: trade.Offer{PriceFen: r.amount("price_fen")}, Justification: r.text("justification"), Approval: r.document("approval")}
		c.Terms.Entrance.DepositFen = r.amount("deposit_fen")
		if r.part() {
			file := r.decision(c.Offer.PriceFen)
			c.Decision = &file
		}
		return c
	case "Suspend":
		return trade.Suspend{Cause: trade.Cause(r.text("cause")), Note: r.text("note")}
	case "Resume":
		return trade.Resume{}
	case "Terminate":
		return trade.Terminate{Cause: trade.Cause(r.text("cause")), Note: r.text("note")}
	case "Relist":
		price := r.amount("price_fen")
		return trade.Relist{PriceFen: price, Decision: r.decision(price)}
	case "Register":
		return trade.Register{}
	case "AcceptDocuments":
		return trade.AcceptDocuments{Registration: trade.RegistrationID(r.text("registration"))}
	case "RejectDocuments":
		return trade.RejectDocuments{Registration: trade.RegistrationID(r.text("registration")), Condition: r.text("condition"), Reasons: r.text("reasons")}
	case "ReceiveDeposit":
		return trade.ReceiveDeposit{Registration: trade.RegistrationID(r.text("registration")), AmountFen: r.amount("amount_fen")}
	case "WithdrawRegistration":
		return trade.WithdrawRegistration{Cause: r.text("withdrawal")}
	case "ConfirmPrice":
		return trade.ConfirmPrice{PriceFen: r.amount("price_fen")}
	}
	return r.auction(name)
}

func (r *tradeReading) auction(name string) trade.Command {
	switch name {
	case "SignCommission":
		c := trade.SignCommission{Procedure: trade.Procedure(r.text("procedure")), Commission: trade.Commission{
			Document: r.document("document"), Parties: r.text("parties"), Lot: r.text("lot"), Reserve: r.text("reserve"), Place: r.text("place"),
			Delivery: r.text("delivery"), Fee: r.text("fee"), Payment: r.text("payment"), Breach: r.text("breach"),
		}}
		l := trade.Licence{House: r.text("house"), LicenceNo: r.text("licence_no"), Auctioneer: r.text("auctioneer"), Certificate: r.text("certificate")}
		if l != (trade.Licence{}) {
			c.Licence = &l
		}
		return c
	case "Announce":
		return trade.Announce{Announcement: trade.Announcement{
			Proof: r.document("proof"), Medium: r.text("medium"), Place: r.text("place"), Formalities: r.text("formalities"),
			SaleAt: r.moment("sale_at"), RegisterBy: r.moment("register_by"), PreviewFrom: r.day("preview_from"),
			PreviewTo: r.day("preview_to"), Defects: r.text("defects"), Entrance: r.entrance(),
		}}
	case "ConfirmPreview":
		return trade.ConfirmPreview{Document: r.document("document")}
	case "OpenSale":
		return trade.OpenSale{}
	case "PauseSale":
		return trade.PauseSale{Cause: trade.Cause(r.text("cause")), Note: r.text("note")}
	case "ResumeSale":
		return trade.ResumeSale{}
	case "SignConfirmation":
		return trade.SignConfirmation{Document: r.document("document"), Record: r.document("record"), ByBuyer: r.on("by_buyer"), ByHouse: r.on("by_house")}
	case "Reauction":
		price := r.amount("price_fen")
		return trade.Reauction{PriceFen: price, Decision: r.decision(price)}
	case "Annul":
		return trade.Annul{Cause: trade.Cause(r.text("cause")), Note: r.text("note")}
	}
	return nil
}

// channels are written one after the other: by commas of either script, or semicolons.
func channels(text string) (all []string) {
	for _, c := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，;；、", r) }) {
		if c = strings.TrimSpace(c); c != "" {
			all = append(all, c)
		}
	}
	return all
}

func amountProblem(err error) fault.Problem {
	var e *money.Error
	if errors.As(err, &e) {
		return fault.Problem(e.Code)
	}
	return "NOT_A_NUMBER"
}
