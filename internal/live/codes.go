package live

// CloseCode is why the server closes a socket. PROTOCOL.md holds the same table for writers of clients.
type CloseCode uint16

const (
	CloseNormal    CloseCode = 1000
	CloseProtocol  CloseCode = 1002 // sent by gorilla
	CloseBinary    CloseCode = 1003
	CloseBadText   CloseCode = 1007
	CloseTooBig    CloseCode = 1009 // sent by gorilla
	CloseDefect    CloseCode = 1011
	CloseRestart   CloseCode = 1012
	CloseSilent    CloseCode = 4000
	CloseSignedOut CloseCode = 4001
	CloseFlood     CloseCode = 4008
	CloseSlow      CloseCode = 4009
)

// text is the reason sent with a close code, at most 123 bytes.
func (c CloseCode) text() string {
	switch c {
	case CloseBinary:
		return "binary messages are not understood: send JSON text"
	case CloseBadText:
		return "the message is not UTF-8"
	case CloseDefect:
		return "a fault of the server: connect again and resume"
	case CloseRestart:
		return "the server restarts: connect again and resume"
	case CloseSilent:
		return "no sign of life: connect again and resume"
	case CloseSignedOut:
		return "the session has ended: sign in again"
	case CloseFlood:
		return "too many messages: connect again later and send fewer"
	case CloseSlow:
		return "too slow for the messages waiting: connect again and resume"
	}
	return ""
}

// Code names an error that a client is told of. The list is closed and stands in PROTOCOL.md.
type Code string

const (
	BadMessage     Code = "bad_message"
	UnknownType    Code = "unknown_type"
	BadLot         Code = "bad_lot"
	BadCursor      Code = "bad_cursor"
	BadKey         Code = "bad_key"
	BadKind        Code = "bad_kind"
	BadAmount      Code = "bad_amount"
	BadConfirmed   Code = "bad_confirmed"
	UnknownLot     Code = "unknown_lot"
	TooManyLots    Code = "too_many_lots"
	RateLimited    Code = "rate_limited"
	SignInRequired Code = "sign_in_required"
	NotABidder     Code = "not_a_bidder"
	UnknownOutcome Code = "unknown_outcome"
	Busy           Code = "busy"
	Unavailable    Code = "unavailable"
	Internal       Code = "internal"

	// of bids above one's authority
	BadPending          Code = "bad_pending"
	NeedsConfirmation   Code = "needs_confirmation"
	AlreadyClosed       Code = "already_closed"
	KeyReused           Code = "key_reused"
	TooManyPending      Code = "too_many_pending"
	NoSuchPending       Code = "no_such_pending"
	OwnBid              Code = "own_bid"
	NotAnApprover       Code = "not_an_approver"
	AboveAuthority      Code = "above_authority"
	NotYourProposal     Code = "not_your_proposal"
	PendingConfirmed    Code = "pending_confirmed"
	PendingDeclined     Code = "pending_declined"
	PendingCancelled    Code = "pending_cancelled"
	PendingLotClosed    Code = "pending_lot_closed"
	PendingMandateEnded Code = "pending_mandate_ended"
	PendingNotQualified Code = "pending_not_qualified"
	PendingSuspended    Code = "pending_suspended_then"
)

// said is what a code says to people, in Chinese and in English.
var said = map[Code][2]string{
	BadMessage:     {"消息不是有效的 JSON 对象", "the message is not a valid JSON object"},
	UnknownType:    {"未知的消息类型", "this type of message is not known"},
	BadLot:         {"lot 应为正整数", "lot must be a positive integer"},
	BadCursor:      {"cursor 与 own 应为非负整数", "cursor and own must be integers from 0 on"},
	BadKey:         {"key 应为 32 位十六进制数字", "key must have 32 hexadecimal digits"},
	BadKind:        {"kind 应为 PLAIN 或 MAXIMUM", "kind must be PLAIN or MAXIMUM"},
	BadAmount:      {"amount_fen 应为以分计的正整数", "amount_fen must be a positive integer: whole fen, digits only"},
	BadConfirmed:   {"confirmed 应为 true 或 false", "confirmed must be true or false"},
	UnknownLot:     {"没有此标的", "there is no such lot"},
	TooManyLots:    {"同一连接关注的标的过多", "this connection watches too many lots"},
	RateLimited:    {"消息过于频繁，本条未处理", "too many messages: this one was not acted upon"},
	SignInRequired: {"请先登录", "sign in first"},
	NotABidder:     {"您不是本标的的竞买人", "you are not a bidder in this lot"},
	UnknownOutcome: {"报价结果未知，请以同一 key 再次查询", "the outcome is unknown: ask again with the same key"},
	Busy:           {"此刻报价过多，请以同一 key 重试", "too many bids at this moment: send it again with the same key"},
	Unavailable:    {"暂时无法受理，请以同一 key 重试", "not available at the moment: send it again with the same key"},
	Internal:       {"内部错误，已记录", "internal error; it has been recorded"},

	BadPending:          {"pending 应为正整数", "pending must be a positive integer"},
	NeedsConfirmation:   {"金额远高于现价，请先确认", "this is far above the price: confirm it first"},
	AlreadyClosed:       {"标的已结束", "the lot has ended"},
	KeyReused:           {"同一 key 已用于另一笔报价", "this key belongs to another bid"},
	TooManyPending:      {"贵公司在本标的已有十笔报价待确认", "ten bids of your company wait in this lot already"},
	NoSuchPending:       {"贵公司没有这样一笔待确认的报价", "no such bid waits for your company"},
	OwnBid:              {"这笔报价由您本人提出，须由本公司另一人确认", "you proposed this bid yourself: another person of your company has to confirm it"},
	NotAnApprover:       {"公司未指定您确认报价", "your company has not named you to confirm bids"},
	AboveAuthority:      {"金额超出公司允许您确认的限额", "this is more than your company lets you confirm"},
	NotYourProposal:     {"只有提出人可以撤回这笔报价", "only who proposed this bid may take it back"},
	PendingConfirmed:    {"这笔报价已经确认，并已送入竞价室", "this bid was confirmed already: it has gone to the saleroom"},
	PendingDeclined:     {"这笔报价已被第二人否决，从未成为报价", "this bid was declined by a second person; it never was a bid"},
	PendingCancelled:    {"这笔报价已被撤回，从未成为报价", "this bid was taken back; it never was a bid"},
	PendingLotClosed:    {"标的已结束，待确认的报价已失效", "the lot has ended; what waited has lapsed and never was a bid"},
	PendingMandateEnded: {"提出人已无权代表贵公司报价，这笔报价已失效", "who proposed this bid may not bid for your company any more; it has lapsed"},
	PendingNotQualified: {"贵公司已不具备本标的的竞买资格，这笔报价已失效", "your company is not qualified for this lot any more; the bid has lapsed"},
	PendingSuspended:    {"贵公司在本标的的竞买已被中止，待确认的报价已失效", "your company may bid no more in this lot; what waited has lapsed"},
}

// Say puts a code into words, in Chinese for locales that begin with zh and in English otherwise.
func (c Code) Say(locale string) string {
	words, ok := said[c]
	if !ok {
		words = said[Internal]
	}
	if len(locale) >= 2 && locale[:2] == "zh" {
		return words[0]
	}
	return words[1]
}
