package page

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// NoticesPage is what the reader was told.
type NoticesPage struct {
	Notices     []Notice // newest first
	Unread      int      // in all
	Page, Pages int      // pages are counted from 1
}

// Notice is one thing that the reader was told, in his language.
type Notice struct {
	ID          int
	Title, Body string
	At          time.Time
	Read        bool
}

// PreferencesPage asks how the reader wishes to be written to.
type PreferencesPage struct {
	Email  string
	Modes  []string
	Topics []Topic
}

// Topic is a group of notices and how the reader wishes to be written to about it.
type Topic struct{ Name, Mode string }

// MailboxPage is the demo's letters.
type MailboxPage struct {
	To          string // only this address; "" all
	Addresses   []string
	Sent        []Sent // newest first
	Page, Pages int
}

// Sent is a letter.
type Sent struct {
	ID                               int
	To, Subject, Text, Problem, Lang string
	State                            string
	At                               time.Time
}

// SentPage is one letter to be read.
type SentPage struct {
	Sent
	Origin string // of the market: its own addresses become links
	Back   string
}

func noticeURL(n Notice) templ.SafeURL { return templ.SafeURL(fmt.Sprintf("/me/notices/%d", n.ID)) }

func noticesURL(page int) string { return fmt.Sprintf("/me/notices?page=%d", page) }

func sentURL(s Sent) templ.SafeURL { return templ.SafeURL(fmt.Sprintf("/demo/mailbox/%d", s.ID)) }

func mailboxURL(to string, page int) string {
	return "/demo/mailbox?" + url.Values{"to": {to}, "page": {fmt.Sprint(page)}}.Encode()
}

// run is a piece of a letter's text; Link is where it leads.
type run struct {
	Text string
	Link string
}

// runs finds the market's own addresses in a letter's text, each a line of its own. Nothing else becomes a link.
func runs(text, origin string) (all []run) {
	for line := range strings.Lines(text) {
		address := strings.TrimSpace(line)
		path, own := strings.CutPrefix(address, origin)
		if own && strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsAny(path, " \\") {
			all = append(all, run{address, path}, run{Text: line[len(strings.TrimRight(line, "\r\n")):]})
			continue
		}
		if n := len(all); n > 0 && all[n-1].Link == "" {
			all[n-1].Text += line
			continue
		}
		all = append(all, run{Text: line})
	}
	return all
}
