package page

import (
	"context"
	"testing"

	"github.com/g60-corridor/corridor/web/locale"
)

func TestADayIsWrittenAsDaysAre(t *testing.T) {
	zh, en := locale.With(context.Background(), locale.ZH), locale.With(context.Background(), locale.EN)
	for _, c := range []struct{ kept, zh, en string }{
		{"2027-01-11", "2027年1月11日", "11 January 2027"}, {"1999-12-31", "1999年12月31日", "31 December 1999"}, {"", "", ""}, {"soon", "soon", "soon"},
	} {
		if got := day(zh, c.kept); got != c.zh {
			t.Errorf("%q: %q", c.kept, got)
		}
		if got := day(en, c.kept); got != c.en {
			t.Errorf("%q: %q", c.kept, got)
		}
	}
}

// What is left of a term is never more than it is.
func TestWhatIsLeftOfATermIsRoundedDown(t *testing.T) {
	zh, en := locale.With(context.Background(), locale.ZH), locale.With(context.Background(), locale.EN)
	for _, c := range []struct {
		days   int
		zh, en string
	}{
		{1, "剩余1天", "1 day left"}, {30, "剩余30天", "30 days left"}, {31, "剩余1个月", "1 month left"}, {364, "剩余11个月", "11 months left"},
		{366, "剩余1年", "1 year left"}, {4866, "剩余13年3个月", "13 years and 3 months left"}, {7305, "剩余20年", "20 years left"},
	} {
		if got := termLeft(zh, c.days); got != c.zh {
			t.Errorf("%d: %q, not %q", c.days, got, c.zh)
		}
		if got := termLeft(en, c.days); got != c.en {
			t.Errorf("%d: %q, not %q", c.days, got, c.en)
		}
	}
}

// A text that is cut ends with a whole word, and in Chinese where it was cut.
func TestABeginningEndsWithAWord(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"Our fibres clog within three months", 20, "Our fibres clog…"}, {"short", 20, "short"}, {"印染废水回用线日处理三千吨", 6, "印染废水回用…"},
		{"印染废水，回用线", 5, "印染废水…"}, {"Pneumonoultramicroscopicsilicovolcanoconiosis", 10, "Pneumonoul…"},
	} {
		if got := begins(c.text, c.most); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
}
