// Package component holds what pages are built of: texts in the reader's language, figures, times, and the pieces of
// markup that more than one page uses. It shows what it is given and asks nobody.
package component

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/locale"
)

// T is the text of a key in the reader's language; args are pairs of name and value.
func T(ctx context.Context, key string, args ...any) string { return locale.T(ctx, key, args...) }

// Word is the name of an enumerated value, for instance Word(ctx, "field", "AI"). What has no name shows its code.
func Word[S ~string](ctx context.Context, kind string, value S) string {
	if key := kind + "_" + string(value); locale.Has(key) {
		return T(ctx, key)
	}
	return string(value)
}

// Chinese says whether the reader reads Chinese.
func Chinese(ctx context.Context) bool { return locale.Of(ctx) == locale.ZH }

// Names are people's names in the reader's letters. A name may be written in both, as 沈怀谷 / Shen Huaigu;
// an ORCID iD behind it is left out.
func Names(ctx context.Context, names []string) []string {
	picked := make([]string, len(names))
	for i, inventor := range Inventors(ctx, names) {
		picked[i] = inventor.Name
	}
	return picked
}

// Pick is the text in the reader's language, or the other one if there is none.
func Pick(ctx context.Context, zh, en string) string {
	if Chinese(ctx) && zh != "" || en == "" {
		return zh
	}
	return en
}

// Amount is a type of money: the rules speak of money.Fen, the catalogue of int64.
type Amount interface{ ~int64 }

// Short writes an amount as the reader's print does: 310万元, 3.1 million yuan. It never rounds.
func Short[A Amount](ctx context.Context, fen A) string {
	if Chinese(ctx) {
		return money.Fen(fen).ShortZH()
	}
	return money.Fen(fen).ShortEN()
}

// Money writes an amount for running text and tables: 310万元, ¥3,100,000.
func Money[A Amount](ctx context.Context, fen A) string {
	if Chinese(ctx) {
		return money.Fen(fen).ShortZH()
	}
	return money.Fen(fen).Sign()
}

// Full writes every digit: ¥3,100,000.
func Full[A Amount](fen A) string { return money.Fen(fen).Sign() }

// InWords reads an amount back: 叁佰壹拾万元整, three million one hundred thousand yuan.
func InWords[A Amount](ctx context.Context, fen A) string {
	if Chinese(ctx) {
		return money.Fen(fen).Capital()
	}
	return money.Fen(fen).Words()
}

// Figure is a price taken apart for the largest type: "310" and "万元", "¥" and "3,100,000".
type Figure struct{ Before, Digits, After string }

// FigureOf takes a price apart.
func FigureOf[A Amount](ctx context.Context, fen A) Figure {
	if !Chinese(ctx) {
		return Figure{Before: "¥", Digits: strings.TrimPrefix(money.Fen(fen).Sign(), "¥")}
	}
	text := money.Fen(fen).ShortZH()
	unit := strings.IndexAny(text, "亿万元")
	return Figure{Digits: text[:unit], After: text[unit:]}
}

// shanghai is the time shown everywhere. China has kept UTC+8 without daylight saving since 1991, so no time zone
// database is needed.
var shanghai = time.FixedZone("UTC+8", 8*3600)

// At converts a moment of the log; the zero Instant gives the zero time.
func At(i auction.Instant) time.Time {
	if i == 0 {
		return time.Time{}
	}
	return i.Time()
}

// AtUS converts microseconds since 1970.
func AtUS(us int64) time.Time { return At(auction.Instant(us)) }

// Or is the time pointed to, or the zero time.
func Or(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// Date writes 2026年11月23日 or 23 November 2026.
func Date(ctx context.Context, t time.Time) string {
	t = t.In(shanghai)
	if Chinese(ctx) {
		return t.Format("2006年1月2日")
	}
	return t.Format("2 January 2006")
}

// Day writes a day near now: 11月23日 周一, Mon 23 Nov.
func Day(ctx context.Context, t time.Time) string {
	t = t.In(shanghai)
	if Chinese(ctx) {
		return t.Format("1月2日 ") + weekdays[t.Weekday()]
	}
	return t.Format("Mon 2 Jan")
}

// Clock writes 20:41:07.
func Clock(t time.Time) string { return t.In(shanghai).Format("15:04:05") }

// ClockMilli writes 20:41:07.250, for receipts and refusals.
func ClockMilli(t time.Time) string { return t.In(shanghai).Format("15:04:05.000") }

// Minute writes 20:41.
func Minute(t time.Time) string { return t.In(shanghai).Format("15:04") }

// When writes date and time to the minute: 2026年11月23日 20:41.
func When(ctx context.Context, t time.Time) string {
	if Chinese(ctx) {
		return Date(ctx, t) + " " + Minute(t)
	}
	return Date(ctx, t) + ", " + Minute(t)
}

// Soon writes a moment as short as it can be told from now: the time today, else day and time.
func Soon(ctx context.Context, t time.Time) string {
	now := Visiting(ctx).Now.In(shanghai)
	if d := t.In(shanghai); d.YearDay() == now.YearDay() && d.Year() == now.Year() {
		return Minute(t)
	}
	return Day(ctx, t) + " " + Minute(t)
}

// Stamp is the value of a datetime attribute.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// DateKey is a day in Shanghai as 2026-11-23, as filters name it.
func DateKey(t time.Time) string { return t.In(shanghai).Format("2006-01-02") }

// Span writes a length of time: 1天4小时, 4分钟, 25秒; 0.12秒 below ten seconds if it is no whole number.
func Span(ctx context.Context, d time.Duration) string {
	d = d.Abs()
	if d < 10*time.Second && d%time.Second != 0 {
		hundredths := int64(d / (10 * time.Millisecond))
		s := strconv.FormatInt(hundredths/100, 10) + "." + strconv.FormatInt(hundredths%100/10, 10) + strconv.FormatInt(hundredths%10, 10)
		return s + T(ctx, "span_s_short")
	}
	var parts []string
	for _, u := range []struct {
		unit time.Duration
		key  string
	}{{24 * time.Hour, "span_d"}, {time.Hour, "span_h"}, {time.Minute, "span_m"}, {time.Second, "span_s"}} {
		if n := int(d / u.unit); n > 0 {
			parts = append(parts, T(ctx, u.key, "Count", n))
			d -= time.Duration(n) * u.unit
		}
		if len(parts) == 2 {
			break
		}
	}
	if len(parts) == 0 {
		return T(ctx, "span_s", "Count", 0)
	}
	if Chinese(ctx) {
		return strings.Join(parts, "")
	}
	return strings.Join(parts, " ")
}

// Seconds writes a span of the rules.
func Seconds(ctx context.Context, s int64) string { return Span(ctx, time.Duration(s)*time.Second) }

// Title is a listing's title in the reader's language.
func Title(ctx context.Context, l *ent.Listing) string {
	if l == nil {
		return ""
	}
	return Pick(ctx, l.TitleZh, l.TitleEn)
}

// Organisation is an organisation's name in the reader's language.
func Organisation(ctx context.Context, o *ent.Organisation) string {
	if o == nil {
		return ""
	}
	return Pick(ctx, o.NameZh, o.NameEn)
}

// Person is a person's name in the reader's language.
func Person(ctx context.Context, p *ent.Person) string {
	if p == nil {
		return ""
	}
	return Pick(ctx, p.NameZh, p.NameEn)
}

// List joins names: 沈怀谷、许令仪; A, B.
func List(ctx context.Context, names []string) string {
	if Chinese(ctx) {
		return strings.Join(names, "、")
	}
	return strings.Join(names, ", ")
}

// ApplicationNo prints a Chinese application number with the point before its check digit: 2018 1086 2228.X is
// written 201810862228.X.
func ApplicationNo(no string) string {
	if n := len(no); n > 1 && !strings.Contains(no, ".") {
		return no[:n-1] + "." + no[n-1:]
	}
	return no
}

// Premium writes by how much a price exceeds the start price: 37.4%, rounded half up to a tenth. Empty if it does not.
func Premium[A, B Amount](price A, start B) string {
	if start <= 0 || int64(price) <= int64(start) {
		return ""
	}
	diff, base := int64(price)-int64(start), int64(start)
	whole, rest := diff/base, diff%base
	tenths := whole*1000 + (rest*1000+base/2)/base
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + "%"
}
