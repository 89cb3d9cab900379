package money

import "strings"

var capitals = [...]string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}

// Capital writes the amount in 大写, as contracts and cheques do: 叁佰壹拾万元整, 壹仟肆佰零玖元伍角整, 陆元零柒分.
// One 零 stands for any run of zeros; none stands before a 仟 that begins a group (壹拾万柒仟元) nor before 角.
func (f Fen) Capital() string {
	negative, yuan, fen := f.parts()
	s := ""
	if yuan > 0 {
		s = capital(yuan) + "元"
	}
	tenths, cents := fen/10, fen%10
	switch {
	case tenths > 0:
		s += capitals[tenths] + "角"
	case cents > 0 && yuan > 0:
		s += "零"
	}
	switch {
	case cents > 0:
		s += capitals[cents] + "分"
	case s == "":
		s = "零元整"
	default:
		s += "整"
	}
	if negative {
		return "负" + s
	}
	return s
}

// capital writes a positive number: the part above each unit, then the rest, with 零 where the rest lacks its
// highest place.
func capital(n uint64) string {
	for _, u := range []struct {
		value uint64
		name  string
	}{{100_000_000, "亿"}, {10_000, "万"}, {1000, "仟"}, {100, "佰"}, {10, "拾"}} {
		if n < u.value {
			continue
		}
		s := capital(n/u.value) + u.name
		rest := n % u.value
		if rest == 0 {
			return s
		}
		if rest < u.value/10 {
			s += "零"
		}
		return s + capital(rest)
	}
	return capitals[n]
}

var small = [...]string{
	"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
}

var tens = [...]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}

// Words reads the amount out in English: three million one hundred thousand yuan, six yuan and seven fen.
func (f Fen) Words() string {
	negative, yuan, fen := f.parts()
	var p []string
	if negative {
		p = append(p, "minus")
	}
	if yuan > 0 || fen == 0 {
		p = append(p, spell(yuan)...)
		p = append(p, "yuan")
	}
	if fen > 0 {
		if yuan > 0 {
			p = append(p, "and")
		}
		p = append(p, spell(fen)...)
		p = append(p, "fen")
	}
	return strings.Join(p, " ")
}

func spell(n uint64) []string {
	for _, u := range []struct {
		value uint64
		name  string
	}{
		{1_000_000_000_000, "trillion"}, {1_000_000_000, "billion"}, {1_000_000, "million"}, {1000, "thousand"},
		{100, "hundred"},
	} {
		if n < u.value {
			continue
		}
		p := append(spell(n/u.value), u.name)
		if rest := n % u.value; rest > 0 {
			p = append(p, spell(rest)...)
		}
		return p
	}
	if n < 20 {
		return []string{small[n]}
	}
	if n%10 == 0 {
		return []string{tens[n/10]}
	}
	return []string{tens[n/10] + "-" + small[n%10]}
}
