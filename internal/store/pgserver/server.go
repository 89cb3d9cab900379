// Package pgserver starts a PostgreSQL server of one's own from the installed binaries, for tests and measurements.
package pgserver

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Server is a PostgreSQL server of one's own in a temporary folder.
type Server struct {
	URL  string
	dir  string
	lock *os.File // held for as long as this process lives
	cmd  *exec.Cmd
	gone chan struct{} // closed when the server has ended
}

// Start starts a server from the installed binaries. With fsync "off" it is quick, for tests; with "on" it is durable
// as delivered, for measurements. Further settings are like "min_wal_size=1GB". It ends with this process.
func Start(fsync string, settings ...string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	sweep()
	dir, err := os.MkdirTemp("", folders)
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, gone: make(chan struct{})}
	// Under another name first: nobody is to find the mark before it is held.
	if s.lock, err = hold(filepath.Join(dir, "new")); err != nil {
		return nil, err
	}
	if err := os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, mark)); err != nil {
		return nil, err
	}
	account, err := owner(dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
	initdb.SysProcAttr, initdb.Dir = account, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-h", "127.0.0.1", "-p", strconv.Itoa(port),
		"-c", "fsync="+fsync, "-c", "max_connections=200")
	for _, setting := range settings {
		s.cmd.Args = append(s.cmd.Args, "-c", setting)
	}
	attr := syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if account != nil {
		attr.Credential = account.Credential
	}
	s.cmd.SysProcAttr, s.cmd.Dir = &attr, dir
	logFile, err := os.Create(filepath.Join(dir, "server.log"))
	if err != nil {
		return nil, err
	}
	s.cmd.Stdout, s.cmd.Stderr = logFile, logFile
	if err := s.startAndStay(); err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	s.URL = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	if err := s.wait(); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// startAndStay starts the process from a thread that lives as long as this process does: Pdeathsig is sent when the
// starting thread ends.
func (s *Server) startAndStay() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			_ = s.cmd.Wait()
			close(s.gone)
		}
	}()
	return <-started
}

func (s *Server) wait() error {
	db, err := sql.Open("pgx", s.URL)
	if err != nil {
		return err
	}
	defer db.Close()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if err = db.Ping(); err == nil {
			return nil
		}
	}
	text, _ := os.ReadFile(filepath.Join(s.dir, "server.log"))
	return fmt.Errorf("postgres does not answer: %w\n%s", err, text)
}

// Stop ends the server and removes its folder.
func (s *Server) Stop() {
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Signal(syscall.SIGQUIT)
		<-s.gone
	}
	_ = os.RemoveAll(s.dir)
	_ = s.lock.Close()
}

const (
	folders = "corridor-pg-"
	mark    = "in-use" // a file in such a folder, locked by the process that uses it
)

// hold locks a file. The lock goes with the process, however it ends.
func hold(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// sweep removes the folders of processes that have ended: a test has no last moment in which to do so itself.
func sweep() {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), folders+"*"))
	for _, dir := range left {
		if _, err := os.Stat(filepath.Join(dir, mark)); err != nil {
			continue // just being made
		}
		if f, err := hold(filepath.Join(dir, mark)); err == nil {
			_ = os.RemoveAll(dir)
			f.Close()
		}
	}
}

func binaries() (string, error) {
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb"); len(found) > 0 {
		sort.Strings(found)
		return filepath.Dir(found[len(found)-1]), nil
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		return strings.TrimSpace(string(out)), nil
	}
	return "", errors.New("no PostgreSQL is installed (Debian: apt-get install postgresql), and no address of a server was given")
}

// owner gives the folder to the user postgres when this process is root: PostgreSQL refuses to run as root.
func owner(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL refuses to run as root, and there is no user postgres: %w", err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// freePort is a port that nobody has, below those that the kernel lends to outgoing connections: none of these must take it
// before the server does.
func freePort() (port int, err error) {
	for range 100 {
		port = 20_000 + rand.IntN(12_000)
		var l net.Listener
		if l, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return port, l.Close()
		}
	}
	return 0, err
}
