// Package depot keeps files that people hand in: in a folder, or in a bucket of an S3-compatible store.
//
// What a file is, its own first bytes say, never its name or what the browser claims. Keys are made here; nothing that a
// visitor sends becomes part of a path. A file is whole or not there. Who may read it is for the rooms that keep its key.
//
// It owns gocloud.dev/blob. Of the house it may import fault.
package depot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/memblob" // mem:// for tests
	_ "gocloud.dev/blob/s3blob"  // s3:// in production
	"gocloud.dev/gcerrors"

	"github.com/g60-corridor/corridor/internal/fault"
)

// Depot is where the files are.
type Depot struct{ bucket *blob.Bucket }

// Open opens a folder (a plain path, made if missing, or file://), s3://BUCKET?region=… (endpoint=… and s3ForcePathStyle=true
// for other stores than Amazon's; credentials come from the environment), or mem://.
func Open(ctx context.Context, place string) (*Depot, error) {
	if u, err := url.Parse(place); err == nil && u.Scheme != "" && u.Scheme != "file" && !filepath.IsAbs(place) {
		bucket, err := blob.OpenBucket(ctx, place)
		if err != nil {
			return nil, fmt.Errorf("open the depot at %s: %w", u.Redacted(), err)
		}
		return &Depot{bucket}, nil
	}
	folder := strings.TrimPrefix(place, "file://")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the depot: %w", err)
	}
	bucket, err := fileblob.OpenBucket(folder, &fileblob.Options{Metadata: fileblob.MetadataDontWrite, NoTempDir: true, DirFileMode: 0o700})
	if err != nil {
		return nil, fmt.Errorf("open the depot: %w", err)
	}
	return &Depot{bucket}, nil
}

// Close lets go of the bucket.
func (d *Depot) Close() error { return d.bucket.Close() }

// Terms say what is taken.
type Terms struct {
	Most  int64    // bytes
	Types []string // media types without parameters
	Field string   // of the form, for faults

	// Words are problems of the place in which a file is taken, for those of the depot that it tells in words of its own.
	Words map[fault.Problem]fault.Problem
}

// Papers are what offices hand in: PDF, pictures, text, Office files.
var Papers = []string{
	"application/pdf", "image/png", "image/jpeg", "text/plain",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

// Scans are what proves an identity or a decision: PDF and pictures.
var Scans = []string{"application/pdf", "image/png", "image/jpeg"}

// Stored is a file that was taken in.
type Stored struct {
	Key    string
	Type   string // media type, by its first bytes
	Size   int64
	SHA256 string // hexadecimal
}

const sniffed = 3072 // bytes that tell the type

// Take reads a file to its end and keeps it. A file that is empty (REQUIRED), too large (FILE_TOO_LARGE), of another type
// (FILE_TYPE) or of a kind that harms whoever opens it (see inspect) is refused as a fault of the field, and nothing of it
// stays. Until it is found good it lies in a nameless file of the machine, never larger than the limit.
func (d *Depot) Take(ctx context.Context, from io.Reader, t Terms) (Stored, error) {
	refuse := func(p fault.Problem) (Stored, error) {
		if own, ok := t.Words[p]; ok {
			p = own
		}
		return Stored{}, fault.OfFields([]fault.Field{{Name: t.Field, Problem: p}})
	}
	desk, err := os.CreateTemp("", "depot-")
	if err != nil {
		return Stored{}, fmt.Errorf("spread the file out: %w", err)
	}
	defer desk.Close()
	if err := os.Remove(desk.Name()); err != nil { // it goes with the process, whatever happens
		return Stored{}, fmt.Errorf("spread the file out: %w", err)
	}
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(desk, sum), io.LimitReader(from, t.Most+1))
	switch {
	case err != nil:
		return Stored{}, fmt.Errorf("read the file: %w", err)
	case size == 0:
		return refuse("REQUIRED")
	case size > t.Most:
		return refuse("FILE_TOO_LARGE")
	}
	head := make([]byte, min(size, sniffed))
	if _, err := desk.ReadAt(head, 0); err != nil {
		return Stored{}, fmt.Errorf("read the file: %w", err)
	}
	kind, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	if !slices.Contains(t.Types, kind) {
		return refuse("FILE_TYPE")
	}
	if p := inspect(ctx, desk, size, kind); p != "" {
		return refuse(p)
	}
	s := Stored{Key: strings.ToLower(rand.Text()), Type: kind, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}
	return s, d.put(ctx, s, io.NewSectionReader(desk, 0, size))
}

// put writes a file as a whole or not at all.
func (d *Depot) put(ctx context.Context, s Stored, from io.Reader) error {
	writing, cancel := context.WithCancel(ctx) // cancelled before Close, nothing is kept
	defer cancel()
	w, err := d.bucket.NewWriter(writing, s.Key, &blob.WriterOptions{ContentType: s.Type, DisableContentTypeDetection: true})
	if err != nil {
		return fmt.Errorf("keep the file: %w", err)
	}
	if _, err := io.Copy(w, from); err != nil {
		cancel()
		_ = w.Close() // says that it was cancelled, which we know
		return fmt.Errorf("keep the file: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("keep the file: %w", err)
	}
	return nil
}

// Read opens a file. It fails with fault.NotFound if there is none.
func (d *Depot) Read(ctx context.Context, key string) (io.ReadCloser, error) {
	r, err := d.bucket.NewReader(ctx, key, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fault.New(fault.NotFound, "", "no such file")
	}
	if err != nil {
		return nil, fmt.Errorf("open the file: %w", err)
	}
	return r, nil
}

// Remove forgets a file; one that is not there is forgotten already.
func (d *Depot) Remove(ctx context.Context, key string) error {
	if err := d.bucket.Delete(ctx, key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("remove the file: %w", err)
	}
	return nil
}
