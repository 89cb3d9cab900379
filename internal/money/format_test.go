package money

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAmountsAreWritten(t *testing.T) {
	for _, c := range []struct {
		f                                      Fen
		decimal, grouped, sign, shortZH, short string
	}{
		{0, "0.00", "0.00", "¥0", "0元", "0 yuan"},
		{1, "0.01", "0.01", "¥0.01", "0.01元", "0.01 yuan"},
		{310_000_000, "3100000.00", "3,100,000.00", "¥3,100,000", "310万元", "3.1 million yuan"},
		{310_000_050, "3100000.50", "3,100,000.50", "¥3,100,000.50", "3,100,000.50元", "3,100,000.50 yuan"},
		{310_005_000, "3100050.00", "3,100,050.00", "¥3,100,050", "3,100,050元", "3,100,050 yuan"},
		{310_010_000, "3100100.00", "3,100,100.00", "¥3,100,100", "310.01万元", "3.1001 million yuan"},
		{1_000_000, "10000.00", "10,000.00", "¥10,000", "1万元", "10,000 yuan"},
		{999_900, "9999.00", "9,999.00", "¥9,999", "9,999元", "9,999 yuan"},
		{99_999_999_00, "99999999.00", "99,999,999.00", "¥99,999,999", "99,999,999元", "99,999,999 yuan"},
		{23_500_000_000, "235000000.00", "235,000,000.00", "¥235,000,000", "2.35亿元", "235 million yuan"},
		{12_345_670_000, "123456700.00", "123,456,700.00", "¥123,456,700", "12,345.67万元", "123.4567 million yuan"},
		{150_000_000_000, "1500000000.00", "1,500,000,000.00", "¥1,500,000,000", "15亿元", "1.5 billion yuan"},
		{Max, "10000000000000.00", "10,000,000,000,000.00", "¥10,000,000,000,000", "100,000亿元", "10,000 billion yuan"},
		{-310_000_000, "-3100000.00", "-3,100,000.00", "-¥3,100,000", "-310万元", "-3.1 million yuan"},
		{math.MinInt64, "-92233720368547758.08", "-92,233,720,368,547,758.08", "-¥92,233,720,368,547,758.08", "-92,233,720,368,547,758.08元", "-92,233,720,368,547,758.08 yuan"},
	} {
		for _, p := range [][2]string{
			{c.f.Decimal(), c.decimal}, {c.f.Grouped(), c.grouped}, {c.f.Sign(), c.sign}, {c.f.ShortZH(), c.shortZH}, {c.f.ShortEN(), c.short},
		} {
			if p[0] != p[1] {
				t.Errorf("%d: %s, want %s", c.f, p[0], p[1])
			}
		}
	}
}

// The first eight are the examples of the rules for filling in bills (正确填写票据和结算凭证的基本规定), in the
// variant without the 零 that they leave to choice.
func TestCapital(t *testing.T) {
	for _, c := range []struct {
		yuan string
		want string
	}{
		{"1409.50", "壹仟肆佰零玖元伍角整"}, {"6007.14", "陆仟零柒元壹角肆分"}, {"1680.32", "壹仟陆佰捌拾元叁角贰分"}, {"107000.53", "壹拾万柒仟元伍角叁分"},
		{"16409.02", "壹万陆仟肆佰零玖元零贰分"}, {"325.04", "叁佰贰拾伍元零肆分"}, {"3100000", "叁佰壹拾万元整"}, {"0", "零元整"},
		{"0.01", "壹分"}, {"0.10", "壹角整"}, {"0.55", "伍角伍分"}, {"1", "壹元整"}, {"10", "壹拾元整"}, {"11", "壹拾壹元整"}, {"101", "壹佰零壹元整"}, {"110", "壹佰壹拾元整"},
		{"1001", "壹仟零壹元整"}, {"1010", "壹仟零壹拾元整"}, {"10000", "壹万元整"}, {"10001", "壹万零壹元整"}, {"10010", "壹万零壹拾元整"}, {"10100", "壹万零壹佰元整"}, {"11000", "壹万壹仟元整"},
		{"100000", "壹拾万元整"}, {"100100", "壹拾万零壹佰元整"}, {"1000000", "壹佰万元整"}, {"10200304", "壹仟零贰拾万零叁佰零肆元整"}, {"20000000", "贰仟万元整"},
		{"100000000", "壹亿元整"}, {"100000001", "壹亿零壹元整"}, {"100010000", "壹亿零壹万元整"}, {"103100000", "壹亿零叁佰壹拾万元整"}, {"110000000", "壹亿壹仟万元整"},
		{"120003000", "壹亿贰仟万叁仟元整"}, {"1000000000000", "壹万亿元整"}, {"10000000000000", "壹拾万亿元整"}, {"1000100000000", "壹万零壹亿元整"},
	} {
		f, err := Parse(c.yuan)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Capital(); got != c.want {
			t.Errorf("%s: %s, want %s", c.yuan, got, c.want)
		}
	}
	if got := Fen(-310_000_000).Capital(); got != "负叁佰壹拾万元整" {
		t.Error(got)
	}
}

func TestWords(t *testing.T) {
	for f, want := range map[Fen]string{
		0: "zero yuan", 1: "one fen", 100: "one yuan", 607: "six yuan and seven fen", 310_000_000: "three million one hundred thousand yuan",
		310_000_055: "three million one hundred thousand yuan and fifty-five fen", 12_345_600: "one hundred twenty-three thousand four hundred fifty-six yuan",
		Max: "ten trillion yuan", 1_900: "nineteen yuan", 9_000: "ninety yuan", -500: "minus five yuan", 100_000_000_100: "one billion one yuan",
	} {
		if got := f.Words(); got != want {
			t.Errorf("%d: %s, want %s", f, got, want)
		}
	}
}

func amounts() *rapid.Generator[Fen] {
	return rapid.Custom(func(t *rapid.T) Fen {
		f := Fen(rapid.Int64Range(0, int64(Max)).Draw(t, "fen"))
		grain := Fen(1)
		for range rapid.IntRange(0, 12).Draw(t, "zeros") {
			grain *= 10
		}
		return f / grain * grain
	})
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := amounts().Draw(t, "amount")
		for _, s := range []string{f.Decimal(), f.Grouped(), f.Sign(), f.ShortZH(), f.ShortEN()} {
			if got, err := Parse(s); err != nil || got != f {
				t.Fatalf("%d is written %q and read %d, %v", f, s, got, err)
			}
		}
		if got, err := ParseDecimal(f.Decimal()); err != nil || got != f {
			t.Fatalf("%d is written %q and read %d, %v", f, f.Decimal(), got, err)
		}
	})
}

// readCapital reads 大写 by the meaning of its characters alone.
func readCapital(s string) Fen {
	digits := map[rune]Fen{'零': 0, '壹': 1, '贰': 2, '叁': 3, '肆': 4, '伍': 5, '陆': 6, '柒': 7, '捌': 8, '玖': 9}
	places := map[rune]Fen{'拾': 10, '佰': 100, '仟': 1000}
	var total, fen, group, digit Fen
	for _, r := range s {
		if d, ok := digits[r]; ok {
			digit = d
			continue
		}
		if p, ok := places[r]; ok {
			group, digit = group+digit*p, 0
			continue
		}
		switch r {
		case '万':
			total, group, digit = total+(group+digit)*10_000, 0, 0
		case '亿':
			total, group, digit = (total+group+digit)*100_000_000, 0, 0
		case '元':
			total, group, digit = (total+group+digit)*100, 0, 0
		case '角':
			fen, digit = fen+digit*10, 0
		case '分':
			fen, digit = fen+digit, 0
		}
	}
	return total + fen
}

func TestCapitalMeansTheAmount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := amounts().Draw(t, "amount")
		s := f.Capital()
		if got := readCapital(s); got != f {
			t.Fatalf("%d is written %s, which means %d", f, s, got)
		}
		if strings.Contains(s, "零零") || strings.HasPrefix(s, "零") && f != 0 || strings.HasSuffix(s, "分整") {
			t.Fatalf("%d is written %s", f, s)
		}
	})
}
