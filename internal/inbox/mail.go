package inbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/letter"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/web/locale"
)

// Mail is a letter that somebody else's room has to say, to an address that need not be a person's: an invitation, a way
// back in. Its words are in web/locale: letter_<Name>_subject, _body, and _action for the link.
type Mail struct {
	To     string
	Lang   locale.Lang
	Name   string
	Params Params
	Path   string // of the page that the letter leads to; "" none
	Key    string // one letter is written under a key
}

// Write puts a letter into the post, within a transaction. If one was written under its key, nothing changes.
func (s *Service) Write(ctx context.Context, tx *store.Tx, m Mail) error {
	args := fill(m.Lang, m.Params)
	p := paper{
		Lang: m.Lang, Subject: locale.In(m.Lang, "letter_"+m.Name+"_subject", args...),
		Items: []item{{Body: locale.In(m.Lang, "letter_"+m.Name+"_body", args...)}},
	}
	if m.Path != "" {
		p.Items[0].Link, p.Items[0].Action = s.origin+m.Path, locale.In(m.Lang, "letter_"+m.Name+"_action", args...)
	}
	return s.write(ctx, tx, m.To, m.Key, p)
}

// mailNotices writes the letter that tells a person of some notices.
func (s *Service) mailNotices(ctx context.Context, tx *store.Tx, to *ent.Person, key string, told ...*ent.Notice) error {
	l := langOf(to)
	p := paper{Lang: l, Subject: locale.In(l, "letter_digest_subject", "Count", len(told)), Choose: s.origin + PreferencesPath}
	if len(told) == 1 {
		p.Subject = Title(l, told[0])
	}
	for _, n := range told {
		p.Items = append(p.Items, item{
			Title: Title(l, n), Body: Body(l, n), Link: fmt.Sprintf("%s%s/%d", s.origin, Path, n.ID), Action: locale.In(l, "letter_open"),
		})
	}
	return s.write(ctx, tx, to.Email, key, p)
}

// Where the pages are that letters lead to.
const (
	Path            = "/me/notices"
	PreferencesPath = "/me/notices/preferences"
)

// write puts a letter into the post.
func (s *Service) write(ctx context.Context, tx *store.Tx, to, key string, p paper) error {
	had, err := tx.Ent().Letter.Query().Where(letter.Key(key)).Exist(ctx)
	if err != nil || had {
		return err
	}
	html, err := p.html()
	if err != nil {
		return fmt.Errorf("write letter %s: %w", key, err)
	}
	made, err := tx.Ent().Letter.Create().SetAddress(to).SetLang(string(p.Lang)).SetSubject(oneLine(p.Subject)).SetText(p.text()).
		SetHTML(html).SetKey(key).SetCreatedAt(s.now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("write letter %s: %w", key, err)
	}
	args, err := json.Marshal(sendArgs{made.ID})
	if err != nil {
		return err
	}
	return s.agenda.Put(ctx, tx, agenda.Errand{Kind: sendErrand, Key: key, Args: args})
}

// messageID is the same for the same letter, whoever sends it and how often.
func (s *Service) messageID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16]) + "@" + s.host
}

// paper is what a letter says.
type paper struct {
	Lang    locale.Lang
	Subject string
	Items   []item
	Choose  string // address of the page of preferences; "" none
}

type item struct{ Title, Body, Link, Action string }

// T is a text of the letter's language.
func (p paper) T(key string) string { return locale.In(p.Lang, key) }

//go:embed letter.gohtml
var letterHTML string

var letterTemplate = template.Must(template.New("letter").Parse(letterHTML))

func (p paper) html() (string, error) {
	var b bytes.Buffer
	err := letterTemplate.Execute(&b, p)
	return b.String(), err
}

func (p paper) text() string {
	var b strings.Builder
	for i, it := range p.Items {
		if i > 0 {
			b.WriteString("\n----\n\n")
		}
		if it.Title != "" {
			b.WriteString(it.Title + "\n\n")
		}
		b.WriteString(it.Body + "\n")
		if it.Link != "" {
			b.WriteString("\n" + it.Action + "\n" + it.Link + "\n")
		}
	}
	b.WriteString("\n-- \n" + p.T("house") + "\n")
	if p.Choose != "" {
		b.WriteString(p.T("letter_choose") + "\n" + p.Choose + "\n")
	}
	return b.String()
}

// oneLine keeps what people write out of the headers, and the length within bounds.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > subjectMost {
		s = string(r[:subjectMost-1]) + "…"
	}
	return s
}

const subjectMost = 120
