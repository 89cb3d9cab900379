package money

import (
	"errors"
	"strings"
	"testing"
)

func TestParseReadsWhatPeopleType(t *testing.T) {
	for _, c := range []struct {
		text string
		want Fen
	}{
		{"3,100,000", 310_000_000}, {"3100000.50", 310_000_050}, {"3100000", 310_000_000}, {"0.01", 1}, {"0", 0}, {"7.5", 750},
		{"¥3,100,000", 310_000_000}, {"￥ 3,100,000.05 ", 310_000_005}, {"3,100,000元", 310_000_000}, {"3,100,000 yuan", 310_000_000},
		{"310万", 310_000_000}, {"310 万元", 310_000_000}, {"310.123456万", 310_123_456}, {"3.1 亿", 31_000_000_000}, {"2.35亿元", 23_500_000_000},
		{"1,234.5万", 1_234_500_000}, {"3百万", 300_000_000}, {"2千万元", 2_000_000_000}, {"3.1 million yuan", 310_000_000}, {"1.5 billion", 150_000_000_000},
		{"\u00a0310万\u3000", 310_000_000}, {"10000000000000", Max}, {"100000亿", Max}, {"000310", 31_000},
	} {
		if got, err := Parse(c.text); err != nil || got != c.want {
			t.Errorf("Parse(%q) = %d, %v; want %d", c.text, got, err, c.want)
		}
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		text string
		want Code
	}{
		{"", Empty}, {" \t", Empty},
		{"abc", NotANumber}, {"元", NotANumber}, {"万", NotANumber}, {"1.2.3", NotANumber}, {".5", NotANumber}, {"5.", NotANumber}, {"+5", NotANumber},
		{"3 100 000", NotANumber}, {"0x10", NotANumber}, {"NaN", NotANumber}, {"三百万", NotANumber}, {"1万万", NotANumber}, {"1亿2000万", NotANumber},
		{"1_000", NotANumber}, {"٣", NotANumber}, {"12'000", NotANumber}, {"\xff\xfe", NotANumber}, {"1e", NotANumber}, {"1 e9", NotANumber}, {"5 yuan yuan", NotANumber}, {"¥￥100", NotANumber}, {"100yuan元", NotANumber},
		{"１００", FullWidth}, {"1，000", FullWidth}, {"３１０万", FullWidth}, {"－1", FullWidth}, {"3．5", FullWidth},
		{"1e9", Exponent}, {"1E+9", Exponent}, {"3.1e6", Exponent}, {"1e-2", Exponent}, {"1e9万", Exponent},
		{"-1", Negative}, {"−1", Negative}, {"-¥5", Negative}, {"¥-5", Negative}, {"-3万", Negative},
		{"1,000.001", TooManyDecimals}, {"0.001", TooManyDecimals}, {"1.000", TooManyDecimals}, {"1.1234567万", TooManyDecimals},
		{strings.Repeat("9", 40), TooLarge}, {"10000000000000.01", TooLarge}, {"100001亿", TooLarge}, {strings.Repeat("9", 1<<20), TooLarge}, {"92233720368547758.08", TooLarge},
		{"1,00", BadGrouping}, {"310,0000", BadGrouping}, {",100", BadGrouping}, {"1,,000", BadGrouping}, {"1000,000", BadGrouping}, {"3,5", BadGrouping},
		{"1.000,5", BadGrouping}, {"0,310", BadGrouping}, {"100,", BadGrouping}, {"-", Negative},
	} {
		_, err := Parse(c.text)
		var e *Error
		if !errors.As(err, &e) || e.Code != c.want {
			t.Errorf("Parse(%.20q): %v, want %s", c.text, err, c.want)
			continue
		}
		if len(e.Error()) > 300 || reasons[e.Code] == "" {
			t.Errorf("Parse(%.20q): message %q", c.text, e)
		}
	}
}

func TestErrorsQuoteTheText(t *testing.T) {
	_, err := Parse("1,000.001")
	if got, want := err.Error(), `amount "1,000.001": finer than a fen`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	_, err = Parse("  ")
	if got, want := err.Error(), "amount: nothing was entered"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestParseDecimal(t *testing.T) {
	for text, want := range map[string]Fen{"99.00": 9900, "102.5": 10250, "105": 10500, "0.01": 1, "0": 0} {
		if got, err := ParseDecimal(text); err != nil || got != want {
			t.Errorf("ParseDecimal(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]Code{
		"": Empty, " 99": NotANumber, "99 ": NotANumber, "1,000": BadGrouping, "1e9": Exponent, "-1": Negative, "310万": NotANumber, "1.001": TooManyDecimals,
		"¥1": NotANumber, "99.": NotANumber, "１": FullWidth, strings.Repeat("1", 40): TooLarge,
	} {
		_, err := ParseDecimal(text)
		var e *Error
		if !errors.As(err, &e) || e.Code != want {
			t.Errorf("ParseDecimal(%q): %v, want %s", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"3,100,000", "3100000.50", "310万", "3.1 亿", "１００", "1e9", "-1", "1,000.001", "¥", "￥1", "yuan", "1.5 million"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Parse(s)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || reasons[e.Code] == "" || len(e.Text) > 200 {
				t.Fatalf("%q: %#v", s, err)
			}
			return
		}
		if got < 0 || got > Max {
			t.Fatalf("%q: %d", s, got)
		}
		if again, err := Parse(got.Grouped()); err != nil || again != got {
			t.Fatalf("%q: %d, again %d, %v", s, got, again, err)
		}
		if d, err := ParseDecimal(s); err == nil && d != got {
			t.Fatalf("%q: Parse %d, ParseDecimal %d", s, got, d)
		}
	})
}
