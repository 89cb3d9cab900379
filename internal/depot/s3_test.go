package depot_test

import (
	"bytes"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/depot/depottest"
	"github.com/g60-corridor/corridor/internal/fault"
)

// A depot in an S3-compatible store does what one in a folder does: whole files come back, refused ones leave nothing.
func TestADepotInS3(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("papers"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	defer server.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	d, err := depot.Open(t.Context(), "s3://papers?region=cn-east-1&use_path_style=true&endpoint="+server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	terms := depot.Terms{Most: 1 << 20, Types: depot.Papers, Field: "file"}
	for _, file := range [][]byte{depottest.PDF(200, ""), []byte("a short text\n")} {
		s, err := d.Take(t.Context(), bytes.NewReader(file), terms)
		if err != nil {
			t.Fatal(err)
		}
		r, err := d.Read(t.Context(), s.Key)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || r.Close() != nil || !bytes.Equal(got, file) {
			t.Errorf("%d bytes come back, %v", len(got), err)
		}
		if err := d.Remove(t.Context(), s.Key); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Read(t.Context(), s.Key); fault.Of(err) != fault.NotFound {
			t.Errorf("a removed file: %v", err)
		}
	}
	for _, file := range []string{"<html><script>", "%PDF-1.7\n", strings.Repeat("x", 1<<20+1)} {
		if _, err := d.Take(t.Context(), strings.NewReader(file), terms); fault.Of(err) != fault.Invalid {
			t.Errorf("%.20q: %v", file, err)
		}
	}
	left, err := backend.ListBucket("papers", nil, gofakes3.ListBucketPage{})
	if err != nil || len(left.Contents) != 0 {
		t.Errorf("%d files were left behind, %v", len(left.Contents), err)
	}
}
