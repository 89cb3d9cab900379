package money

import (
	"strconv"
	"strings"
)

// Decimal writes the amount for files: 3100000.00.
func (f Fen) Decimal() string {
	negative, yuan, fen := f.parts()
	s := strconv.FormatUint(yuan, 10) + cents(fen)
	if negative {
		return "-" + s
	}
	return s
}

// Grouped writes the amount with groups and fen: 3,100,000.00.
func (f Fen) Grouped() string {
	negative, yuan, fen := f.parts()
	s := group(yuan) + cents(fen)
	if negative {
		return "-" + s
	}
	return s
}

// Sign writes the amount with its sign, fen only if there are any: ¥3,100,000 or ¥3,100,000.50.
func (f Fen) Sign() string {
	negative, yuan, fen := f.parts()
	s := "¥" + group(yuan)
	if fen != 0 {
		s += cents(fen)
	}
	if negative {
		return "-" + s
	}
	return s
}

// ShortZH writes the amount as Chinese print does: 310万元, 2.35亿元, 3,100,050元. It never rounds: where the short
// figure would not be exact, the full one is written.
func (f Fen) ShortZH() string {
	return f.short([]scale{{8, 4, "亿元"}, {4, 2, "万元"}}, "元")
}

// ShortEN writes the amount as English print does: 3.1 million yuan, 3,100,050 yuan. It never rounds.
func (f Fen) ShortEN() string {
	return f.short([]scale{{9, 4, " billion yuan"}, {6, 4, " million yuan"}}, " yuan")
}

// scale is a short unit: ten to the power of yuan, used where so many decimals give the exact amount.
type scale struct {
	power, decimals int
	text            string
}

func (f Fen) short(scales []scale, plain string) string {
	negative, yuan, fen := f.parts()
	sign := ""
	if negative {
		sign = "-"
	}
	for _, s := range scales {
		one, grain := pow10(s.power), pow10(s.power-s.decimals)
		if yuan < one || fen != 0 || yuan%grain != 0 {
			continue
		}
		text := group(yuan / one)
		if rest := yuan % one / grain; rest != 0 {
			text += "." + strings.TrimRight(pad(rest, s.decimals), "0")
		}
		return sign + text + s.text
	}
	text := group(yuan)
	if fen != 0 {
		text += cents(fen)
	}
	return sign + text + plain
}

func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}

func cents(fen uint64) string { return "." + pad(fen, 2) }

func pad(n uint64, width int) string {
	s := strconv.FormatUint(n, 10)
	return strings.Repeat("0", max(0, width-len(s))) + s
}

func group(n uint64) string {
	s := strconv.FormatUint(n, 10)
	var b strings.Builder
	for i, d := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}
