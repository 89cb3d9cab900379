package ident

import (
	"errors"
	"strings"
	"testing"
)

// The table of §7.1.
var validUSCC = []struct {
	code         USCC
	organisation string
	region       Region
}{
	{"12100000425006117P", "425006117", "100000"}, {"12100000470095016Q", "470095016", "100000"}, {"12100000485001086E", "485001086", "100000"},
	{"914403001922038216", "192203821", "440300"}, {"91330100799655058B", "799655058", "330100"}, {"9144030071526726XG", "71526726X", "440300"},
}

func TestValidCreditCodes(t *testing.T) {
	for _, c := range validUSCC {
		s := string(c.code)
		for _, form := range []string{
			s, strings.ToLower(s), " " + s + "\n", s[:2] + " " + s[2:8] + " " + s[8:17] + " " + s[17:], s[:8] + "-" + s[8:], s[:8] + "\u2011" + s[8:], "\u200e" + s, "\ufeff" + s,
			strings.ReplaceAll(s, "0", "０"),
		} {
			got, err := ParseUSCC(form)
			if err != nil || got != c.code || got.Organisation() != c.organisation || got.Region() != c.region {
				t.Errorf("%q: %s, %v", form, got, err)
			}
		}
		made, err := MakeUSCC(s[:2], s[2:8], s[8:16])
		if err != nil || made != c.code {
			t.Errorf("made %s, %v; want %s", made, err, c.code)
		}
	}
}

func TestInvalidCreditCodesAreNamed(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"12100000485001086F", "USCC: check character F, expected E"}, // scenario 18
		{"", "USCC: missing"},
		{"1210000048500108E", "USCC: 17 characters, expected 18"},
		{"121000004850010866E", "USCC: 19 characters, expected 18"},
		{"I2100000485001086E", `USCC: character "I" at position 1 is not allowed`},
		{"12100000485O01086E", `USCC: character "O" at position 12 is not allowed`},
		{"1210A000485001086E", `USCC: character "A" at position 5 is not allowed`},
		{"1210000048500108大E", `USCC: character "大" at position 17 is not allowed`},
		{strings.Repeat("1", 1<<20), "USCC: 65 characters, expected 18"},
	} {
		code, err := ParseUSCC(c.text)
		var e *Error
		if !errors.As(err, &e) || e.Error() != c.want || code != "" {
			t.Errorf("%.20q: %q, %v; want %s", c.text, code, err, c.want)
		}
	}
}

// Early pilot codes are genuine and fail; only an operator may let them pass.
func TestPilotCodesAreRefused(t *testing.T) {
	for code, want := range map[string]string{"91350100M0001TGQXM": "1", "91350211M0000XUF46": "R"} {
		_, err := ParseUSCC(code)
		var e *Error
		if !errors.As(err, &e) || e.Kind != CreditCode || e.Fault != WrongCheck || e.Position != 18 || e.Want != want {
			t.Errorf("%s: %v, want the check character %s", code, err, want)
		}
	}
}

func TestBothCheckCharactersAreReported(t *testing.T) {
	_, err := ParseUSCC("12100000485001087E") // the inner one is wrong, hence the outer one too
	if want := "USCC: check character E, expected H; organisation code: check character 7, expected 6"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	_, err = ParseUSCC("12100000485001087H") // the inner one alone
	if want := "USCC: organisation code: check character 7, expected 6"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestEveryWrongCharacterOfACreditCodeIsFound(t *testing.T) {
	for _, c := range validUSCC {
		s := string(c.code)
		for i := range len(s) {
			for _, r := range usccAlphabet {
				if byte(r) == s[i] {
					continue
				}
				if got, err := ParseUSCC(s[:i] + string(r) + s[i+1:]); err == nil {
					t.Errorf("%s with %c at %d passes as %s", s, r, i+1, got)
				}
			}
		}
	}
}

func TestMakeUSCCRefusesNonsense(t *testing.T) {
	for _, c := range [][3]string{{"9", "330100", "79965505"}, {"91", "33010", "79965505"}, {"91", "330100", "7996550"}, {"91", "33010A", "79965505"}, {"91", "330100", "7996550i"}} {
		if got, err := MakeUSCC(c[0], c[1], c[2]); err == nil {
			t.Errorf("%v makes %s", c, got)
		}
	}
}
