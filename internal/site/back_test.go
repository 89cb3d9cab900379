package site

import (
	"net/url"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
)

// Whatever a form or a link names, the way back stays on this site.
func FuzzBack(f *testing.F) {
	for _, s := range []string{"/", "/lots?city=310117", "//evil.example", `/\evil.example`, "/\t/evil.example", "https://evil.example", "", "/a\r\nX: y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, to string) {
		got := back(to, "/")
		u, err := url.Parse(got)
		if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") ||
			strings.ContainsAny(got, "\\\r\n\t") {
			t.Fatalf("%q leads to %q", to, got)
		}
	})
}

// Whatever a form holds, a bid that is read has a key and an amount that the engine takes.
func FuzzReadBid(f *testing.F) {
	f.Add("0123456789abcdef0123456789abcdef", "310万", "PLAIN", "yes")
	f.Add("", "1e9", "MAXIMUM", "")
	f.Add("0123456789abcdef0123456789abcdef", "１００", "", "no")
	f.Fuzz(func(t *testing.T, key, amount, kind, confirmed string) {
		b, err := readBid(url.Values{"key": {key}, "amount": {amount}, "kind": {kind}, "confirmed": {confirmed}})
		if err != nil {
			return
		}
		if b.Key == (auction.Key{}) || b.AmountFen <= 0 || b.AmountFen > auction.MaxFen || b.Kind != auction.Plain && b.Kind != auction.Maximum {
			t.Fatalf("%+v", b)
		}
	})
}
