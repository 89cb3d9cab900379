package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// The tests of this folder run the real binary and a real browser.

var buildOnce = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "corridor-binary-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "corridor")
	out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return bin, nil
})

// server is a running binary.
type server struct {
	t    *testing.T
	bin  string
	data string
	base string // the address of the database; empty for SQLite in the data folder
	addr string
	args []string
	cmd  *exec.Cmd
	log  *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// freeAddress is an address on which nobody listens, below the ports that the kernel lends to outgoing connections: while a
// killed server is away, none of these must take its place.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no free port")
	return ""
}

// startServer builds and starts `corridor serve` on a free port with an empty data folder, and waits until it is ready.

func startServer(t *testing.T, args ...string) *server {
	t.Helper()
	s := newServer(t, place{Data: t.TempDir()}, args...)
	s.start()
	return s
}

// newServer builds `corridor serve` for a place. It is killed after the test, and its log is shown if the test failed.
func newServer(t *testing.T, where place, args ...string) *server {
	t.Helper()
	bin, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, bin: bin, data: where.Data, base: where.DatabaseURL, addr: freeAddress(t), args: args, log: &lockedBuffer{}}
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("server log:\n%s", tail(s.log.String(), 8000))
		}
	})
	return s
}

// record is the public record of a closed lot.
func (s *server) record(t *testing.T, lot int) string {
	t.Helper()
	resp, err := http.Get(fmt.Sprintf("%s/lots/%d/record.json", s.url(), lot))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the record of lot %d: %d, %v", lot, resp.StatusCode, err)
	}
	return string(text)
}

func tail(s string, n int) string {
	if len(s) > n {
		return "…" + s[len(s)-n:]
	}
	return s
}

func (s *server) url() string { return "http://" + s.addr }

func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command(s.bin, append([]string{"serve", "--listen", s.addr, "--data", s.data}, s.args...)...)
	s.cmd.Env = append(os.Environ(), "CORRIDOR_DATABASE_URL="+s.base, "CORRIDOR_LISTEN=")
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if resp, err := http.Get(s.url() + "/readyz"); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
	}
	s.t.Fatalf("the server is not ready after a minute:\n%s", tail(s.log.String(), 8000))
}

// kill ends the server as a power cut would.
func (s *server) kill() {
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// person is somebody with a cookie jar and no scripts.
type person struct {
	t    *testing.T
	base string
	http *http.Client
}

func (s *server) person(t *testing.T) *person {
	jar, _ := cookiejar.New(nil)
	return &person{t: t, base: s.url(), http: &http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

// complain logs what the browser library finds wrong, but for events of Chromium that are newer than the library: of these
// it has nothing to tell but that it does not know them.
func complain(format string, args ...any) {
	if !strings.HasPrefix(format, "unhandled node event") {
		log.Printf("browser: "+format, args...)
	}
}

// newBrowser starts a headless Chromium and returns a function that opens a window of its own, with its own cookies.
func newBrowser(t *testing.T) func(lang string, width, height int) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true),
		chromedp.WSURLReadTimeout(60*time.Second),
	)
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	root, cancelRoot := chromedp.NewContext(alloc, chromedp.WithErrorf(complain))
	if err := chromedp.Run(root); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	t.Cleanup(func() { cancelRoot(); cancelAlloc() })
	return func(lang string, width, height int) context.Context {
		// A window of its own: recent versions open no tab in a browser context that has no window.
		browser := cdp.WithExecutor(root, chromedp.FromContext(root).Browser)
		jar, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(browser)
		if err != nil {
			t.Fatalf("make a browser context: %v", err)
		}
		tab, err := target.CreateTarget("about:blank").WithBrowserContextID(jar).WithNewWindow(true).Do(browser)
		if err != nil {
			t.Fatalf("open a window: %v", err)
		}
		ctx, cancel := chromedp.NewContext(root, chromedp.WithTargetID(tab))
		ctx, cancelTime := context.WithTimeout(ctx, 4*time.Minute)
		t.Cleanup(func() { cancelTime(); cancel() })
		err = chromedp.Run(ctx,
			emulation.SetDeviceMetricsOverride(int64(width), int64(height), 1, width < 600),
			emulation.SetUserAgentOverride("Mozilla/5.0 (X11; Linux x86_64) Chrome/140 Corridor-Test").WithAcceptLanguage(lang),
		)
		if err != nil {
			t.Fatalf("open a window: %v", err)
		}
		return ctx
	}
}

// shot keeps a picture of the window if CORRIDOR_SHOTS names a folder.
func shot(t *testing.T, ctx context.Context, name string) {
	dir := os.Getenv("CORRIDOR_SHOTS")
	if dir == "" {
		return
	}
	var png []byte
	if err := chromedp.Run(ctx, chromedp.CaptureScreenshot(&png)); err != nil {
		t.Logf("picture %s: %v", name, err)
		return
	}
	_ = os.MkdirAll(dir, 0o755)
	_ = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
}
