package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Servers that are measured over sockets run in a process of their own: its CPU and memory are its own, and so are its
// file descriptors. The parent speaks to it line by line; when its standard input ends, it ends.

// Serve is what the child runs: `corridor bench serve PART`. It is of no use by hand.
func Serve(ctx context.Context, part string, in io.Reader, out io.Writer) error {
	start := map[string]func(context.Context, json.RawMessage) (service, error){
		"watch": serveWatch, "bare": serveBare, "room": serveRoom, "rowlock": serveRowLock,
		"search": serveSearch, "like": serveLike, "pages": servePages, "readymade": serveReadymade,
	}[part]
	if start == nil {
		return fmt.Errorf("bench serve: there is no part %q", part)
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	if !lines.Scan() {
		return errors.New("bench serve: no settings")
	}
	s, err := start(ctx, json.RawMessage(lines.Bytes()))
	if err != nil {
		return fmt.Errorf("bench serve %s: %w", part, err)
	}
	defer s.close()
	reply := json.NewEncoder(out)
	if err := reply.Encode(map[string]any{"address": s.address()}); err != nil {
		return err
	}
	for lines.Scan() {
		var answer any
		var err error
		switch line := lines.Text(); line {
		case "usage":
			answer, err = readUsage(os.Getpid())
		case "settle": // what is garbage now says nothing about a watcher at rest
			debug.FreeOSMemory()
			answer, err = readUsage(os.Getpid())
		default:
			answer, err = s.do(ctx, line)
		}
		if err != nil {
			return fmt.Errorf("bench serve %s: %w", part, err)
		}
		if err := reply.Encode(answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

// service is a server under measurement.
type service interface {
	address() string
	do(ctx context.Context, line string) (any, error)
	close()
}

// usage is what a process has used so far.
type usage struct {
	CPU      time.Duration `json:"cpu"`
	Resident int64         `json:"resident"` // bytes
}

// readUsage asks the kernel: CPU to the microsecond from getrusage, memory from /proc.
func readUsage(pid int) (u usage, err error) {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return u, fmt.Errorf("read the CPU used: %w", err)
	}
	u.CPU = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return u, fmt.Errorf("read the memory used: %w", err)
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(v), " kB"), 10, 64)
			u.Resident = kb << 10
			return u, err
		}
	}
	return u, errors.New("read the memory used: no VmRSS")
}

// child is a server process as its parent sees it.
type child struct {
	address string
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *json.Decoder
}

// spawn starts this binary again as a server. command is how it is called; nil: `corridor bench serve`.
func spawn(ctx context.Context, command []string, part string, settings any) (*child, error) {
	if command == nil {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("start a server process: %w", err)
		}
		command = []string{self, "bench", "serve"}
	}
	c := &child{cmd: exec.CommandContext(ctx, command[0], append(command[1:], part)...)}
	c.cmd.Stderr = os.Stderr
	var err error
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start a server process: %w", err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start a server process: %w", err)
	}
	c.out = json.NewDecoder(out)
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a server process: %w", err)
	}
	line, err := json.Marshal(settings)
	if err != nil {
		return nil, fmt.Errorf("start a server process: %w", err)
	}
	var hello struct{ Address string }
	if err := c.ask(string(line), &hello); err != nil {
		c.stop()
		return nil, err
	}
	c.address = hello.Address
	return c, nil
}

// ask sends a line and reads the answer.
func (c *child) ask(line string, answer any) error {
	if _, err := io.WriteString(c.in, line+"\n"); err != nil {
		return fmt.Errorf("ask the server process: %w", err)
	}
	if err := c.out.Decode(answer); err != nil {
		return fmt.Errorf("ask the server process: %w", err)
	}
	return nil
}

func (c *child) usage(line string) (u usage, err error) {
	err = c.ask(line, &u)
	return u, err
}

// stop ends the process and waits for it.
func (c *child) stop() {
	_ = c.in.Close()
	ended := make(chan struct{})
	go func() { _ = c.cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		_ = c.cmd.Process.Kill()
		<-ended
	}
}
