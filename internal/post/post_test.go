package post_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"

	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/post"
)

// server is a mail server of a few lines.
type server struct {
	net.Listener
	rcpt string // what it answers to RCPT

	mu    sync.Mutex
	taken []string // letters
	heard strings.Builder
}

func listen(t *testing.T, rcpt string) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{Listener: l, rcpt: rcpt}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(c)
		}
	}()
	return s
}

func (s *server) serve(c net.Conn) {
	defer c.Close()
	say := func(line string) { fmt.Fprintf(c, "%s\r\n", line) }
	say("220 here")
	in := textproto.NewReader(bufio.NewReader(c))
	for {
		line, err := in.ReadLine()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.heard.WriteString(line + "\n")
		s.mu.Unlock()
		switch word, _, _ := strings.Cut(strings.ToUpper(line), " "); word {
		case "EHLO", "HELO":
			say("250-here")
			say("250 8BITMIME")
		case "RCPT":
			say(s.rcpt)
		case "DATA":
			say("354 go on")
			body, err := io.ReadAll(in.DotReader())
			if err != nil {
				return
			}
			s.mu.Lock()
			s.taken = append(s.taken, string(body))
			s.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 yes")
		}
	}
}

func (s *server) open(t *testing.T, o post.Options) *post.Server {
	t.Helper()
	o.Host, o.Port, o.From = "127.0.0.1", s.Addr().(*net.TCPAddr).Port, "廊道 <post@market.example>"
	p, err := post.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var message = inbox.Message{
	ID: "abc@market.example", To: "anna@example.org", Subject: "您已竞得标的 7", Text: "恭喜\n.\nline", HTML: "<p>恭喜</p>", Language: "zh-CN",
}

func TestALetterArrivesWhole(t *testing.T) {
	s := listen(t, "250 yes")
	if err := s.open(t, post.Options{TLS: post.Plain}).Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	if len(s.taken) != 1 {
		t.Fatalf("%d letters", len(s.taken))
	}
	m, err := mail.ReadMessage(strings.NewReader(s.taken[0]))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	from, err := m.Header.AddressList("From")
	if err != nil || subject != message.Subject || from[0].Name != "廊道" || m.Header.Get("Message-Id") != "<abc@market.example>" ||
		m.Header.Get("Auto-Submitted") != "auto-generated" || m.Header.Get("To") != "<anna@example.org>" {
		t.Errorf("header %v, %v", m.Header, err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []string{message.Text, message.HTML} {
		part, err := parts.NextPart() // quoted-printable is decoded on the way
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part)
		if err != nil || strings.ReplaceAll(string(body), "\r\n", "\n") != want {
			t.Errorf("%q, %v; want %q", body, err, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for answer, refused := range map[string]bool{"550 no such user": true, "451 later": false} {
		err := listen(t, answer).open(t, post.Options{TLS: post.Plain}).Send(t.Context(), message)
		if err == nil || errors.Is(err, inbox.ErrRefused) != refused {
			t.Errorf("%s: %v", answer, err)
		}
	}
	bad := message
	bad.To = "nobody\r\nRCPT TO:<x@example.org>"
	s := listen(t, "250 yes")
	if err := s.open(t, post.Options{TLS: post.Plain}).Send(t.Context(), bad); !errors.Is(err, inbox.ErrRefused) || s.heard.Len() != 0 {
		t.Errorf("an address that is none: %v", err)
	}
	gone := listen(t, "250 yes")
	p := gone.open(t, post.Options{TLS: post.Plain})
	gone.Close()
	if err := p.Send(t.Context(), message); err == nil || errors.Is(err, inbox.ErrRefused) {
		t.Errorf("a server that is away: %v", err)
	}
}

// A server without STARTTLS is told neither letter nor password, and no error tells the password.
func TestPasswordsAreForSecuredLines(t *testing.T) {
	s := listen(t, "250 yes")
	p := s.open(t, post.Options{TLS: post.StartTLS, User: "post", Password: "hunter2"})
	err := p.Send(t.Context(), message)
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("sent, or told: %v", err)
	}
	if heard := s.heard.String(); strings.Contains(heard, "AUTH") || strings.Contains(heard, "MAIL") || len(s.taken) > 0 {
		t.Errorf("the server heard %s", heard)
	}
	for _, o := range []post.Options{
		{Host: "h", Port: 25, From: "a@example.org", TLS: post.Plain, User: "post", Password: "hunter2"},
		{Host: "h", Port: 25, From: "nobody", TLS: post.StartTLS}, {Host: "h", Port: 25, From: "a@example.org", TLS: "some"},
	} {
		if _, err := post.New(o); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}
