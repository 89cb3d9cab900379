package site

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unread stands where something came that is no text. Services that look refuse it; none stores what a database or a page
// cannot hold.
const unread = string(utf8.RuneError)

// legible is a text as it can be stored and shown. What cannot be seen and turns the text around it is left out, as it is from
// tables that people hand in; what is no text becomes visible as such.
func legible(text string) string {
	text = strings.ToValidUTF8(text, unread)
	if !strings.ContainsFunc(text, illegible) {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		case illegible(r):
			return utf8.RuneError
		}
		return r
	}, text)
}

func illegible(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) || unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
}

func changes(text string) bool { return legible(text) != text }

// secrets are fields that are taken as they are: a password is not shown, and its room judges it.
var secrets = []string{"password", "old", "new"}

func legibleForm(v url.Values) {
	for name, all := range v {
		if slices.Contains(secrets, name) {
			continue
		}
		for i := range all {
			all[i] = legible(all[i])
		}
	}
}

// legibly makes what an address asks for legible, before anybody reads it.
func legibly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); strings.Contains(r.URL.RawQuery, "%") && slices.ContainsFunc(slices.Concat(slices.Collect(maps.Values(q))...), changes) {
			legibleForm(q)
			r.URL.RawQuery = q.Encode()
		}
		next.ServeHTTP(w, r)
	})
}

// sound is a page without what no page may hold, should a service have kept something that came by another door.
func sound(body []byte) []byte {
	if utf8.Valid(body) && bytes.IndexByte(body, 0) < 0 {
		return body
	}
	return bytes.ReplaceAll(bytes.ToValidUTF8(body, []byte(unread)), []byte{0}, []byte(unread))
}
