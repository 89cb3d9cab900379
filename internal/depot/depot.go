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
	"errors"
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

// Take reads a file to its end and keeps it. A file that is empty (REQUIRED), too large (FILE_TOO_LARGE) or of another type
// (FILE_TYPE) is refused as a fault of the field, and nothing of it stays.
func (d *Depot) Take(ctx context.Context, from io.Reader, t Terms) (Stored, error) {
	refuse := func(p fault.Problem) (Stored, error) {
		return Stored{}, fault.OfFields([]fault.Field{{Name: t.Field, Problem: p}})
	}
	head := make([]byte, sniffed)
	n, err := io.ReadFull(from, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return Stored{}, fmt.Errorf("read the file: %w", err)
	}
	if head = head[:n]; n == 0 {
		return refuse("REQUIRED")
	}
	kind, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	if !slices.Contains(t.Types, kind) {
		return refuse("FILE_TYPE")
	}
	s := Stored{Key: strings.ToLower(rand.Text()), Type: kind}
	writing, cancel := context.WithCancel(ctx) // cancelled before Close, nothing is kept
	defer cancel()
	w, err := d.bucket.NewWriter(writing, s.Key, &blob.WriterOptions{ContentType: kind, DisableContentTypeDetection: true})
	if err != nil {
		return Stored{}, fmt.Errorf("keep the file: %w", err)
	}
	sum := sha256.New()
	rest := io.LimitReader(from, max(t.Most-int64(n), 0)+1)
	s.Size, err = io.Copy(io.MultiWriter(w, sum), io.MultiReader(strings.NewReader(string(head)), rest))
	if err != nil || s.Size > t.Most {
		cancel()
		_ = w.Close() // says that it was cancelled, which we know
		if err != nil {
			return Stored{}, fmt.Errorf("keep the file: %w", err)
		}
		return refuse("FILE_TOO_LARGE")
	}
	if err := w.Close(); err != nil {
		return Stored{}, fmt.Errorf("keep the file: %w", err)
	}
	s.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return s, nil
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
