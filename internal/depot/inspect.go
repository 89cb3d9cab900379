package depot

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"image"
	_ "image/jpeg" // decoders
	_ "image/png"
	"io"
	"math"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/internal/fault"
)

// What is wrong with a file that is of a type that is taken.
const (
	Broken    fault.Problem = "FILE_BROKEN"    // it cannot be read
	Double    fault.Problem = "FILE_DOUBLE"    // it is two kinds of file at once, or more is behind its end
	Bomb      fault.Problem = "FILE_BOMB"      // it unpacks to far more than it is
	Encrypted fault.Problem = "FILE_ENCRYPTED" // nobody can look into it
	Active    fault.Problem = "FILE_ACTIVE"    // it runs scripts or macros, starts programs, or carries other files
)

const (
	unpackedMost = 256 << 20 // of one Office file
	entriesMost  = 4000
	ratioMost    = 200 // unpacked to packed, beyond the first megabytes
	ratioFrom    = 16 << 20
	pixelsMost   = 60_000_000
)

// inspect says what is wrong with a file; "" if nothing is.
func inspect(ctx context.Context, file io.ReaderAt, size int64, kind string) fault.Problem {
	office := strings.HasPrefix(kind, "application/vnd.openxmlformats-")
	if office {
		return inspectOffice(file, size)
	}
	if _, err := zip.NewReader(file, size); err == nil || errors.Is(err, zip.ErrInsecurePath) {
		return Double
	}
	switch kind {
	case "application/pdf":
		return inspectPDF(ctx, file, size)
	case "image/png", "image/jpeg":
		return inspectImage(file, size, kind)
	case "text/plain":
		return inspectText(io.NewSectionReader(file, 0, size))
	}
	return ""
}

// markup is what a browser would take for a page where it guesses.
var markup = regexp.MustCompile(`(?i)<(!doctype|html|script|svg|iframe|body)\b`)

func inspectText(r io.Reader) fault.Problem {
	head, err := io.ReadAll(io.LimitReader(r, 1<<16))
	switch {
	case err != nil:
		return Broken
	case bytes.IndexByte(head, 0) >= 0:
		return Broken
	case markup.Match(head):
		return Double
	}
	return ""
}

// inspectImage holds that a picture is one, to its end and nothing behind it.
func inspectImage(file io.ReaderAt, size int64, kind string) fault.Problem {
	c, name, err := image.DecodeConfig(io.NewSectionReader(file, 0, size))
	switch {
	case err != nil || "image/"+name != kind:
		return Broken
	case c.Width <= 0 || c.Height <= 0 || int64(c.Width)*int64(c.Height) > pixelsMost:
		return Bomb
	}
	whole := make([]byte, size)
	if _, err := file.ReadAt(whole, 0); err != nil && !errors.Is(err, io.EOF) {
		return Broken
	}
	end := []byte("IEND\xaeB`\x82")
	if kind == "image/jpeg" {
		end = []byte("\xff\xd9")
	}
	if !bytes.HasSuffix(bytes.TrimRight(whole, "\x00"), end) && !bytes.HasSuffix(whole, end) {
		if bytes.Contains(whole, end) {
			return Double
		}
		return Broken
	}
	if markup.Match(whole[:min(len(whole), 4096)]) || markup.Match(whole[max(0, len(whole)-4096):]) {
		return Double
	}
	return ""
}

// inspectOffice reads every entry of an Office file to its end and counts: what the directory says of sizes is not believed.
func inspectOffice(file io.ReaderAt, size int64) fault.Problem {
	z, err := zip.NewReader(file, size)
	switch {
	case errors.Is(err, zip.ErrInsecurePath):
		return Double
	case err != nil:
		return Broken
	case len(z.File) > entriesMost:
		return Bomb
	case !endsAsArchive(file, size):
		return Double
	}
	var declared uint64
	parts := map[string]bool{}
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		switch {
		case f.Flags&0x1 != 0:
			return Encrypted
		case hostileName(f.Name) || parts[name]:
			return Double
		case carries(name):
			return Active
		}
		parts[name] = true
		if f.UncompressedSize64 > unpackedMost || declared > math.MaxInt64/2 {
			return Bomb
		}
		declared += f.UncompressedSize64
	}
	if !parts["[content_types].xml"] {
		return Broken
	}
	if declared > unpackedMost || declared > ratioFrom && declared/uint64(size) > ratioMost {
		return Bomb
	}
	return unpack(z, size)
}

// unpack inflates all entries into nothing.
func unpack(z *zip.Reader, size int64) fault.Problem {
	var total int64
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return Broken
		}
		var template bytes.Buffer
		into := io.Writer(io.Discard)
		if strings.HasSuffix(strings.ToLower(f.Name), ".rels") && f.UncompressedSize64 < 1<<20 {
			into = &template
		}
		n, err := io.Copy(into, io.LimitReader(r, unpackedMost-total+1))
		_ = r.Close()
		total += n
		switch {
		case total > unpackedMost || total > ratioFrom && total/size > ratioMost:
			return Bomb
		case err != nil:
			return Broken
		case outside.Match(template.Bytes()):
			return Active
		}
	}
	return ""
}

// outside is a template or object that an Office program would fetch from elsewhere.
var outside = regexp.MustCompile(`(?i)relationships/(attachedTemplate|oleObject|frame|subDocument)"[^>]*TargetMode="External"|TargetMode="External"[^>]*relationships/(attachedTemplate|oleObject|frame|subDocument)"`)

// carries says whether a part of an Office file runs or holds something foreign.
func carries(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, "vbaproject") || strings.Contains(name, "/activex/") || strings.Contains(name, "/macrosheets/") ||
		strings.HasPrefix(base, "oleobject") || strings.Contains(name, "/embeddings/") && strings.HasSuffix(name, ".bin")
}

// hostileName says whether the name of an entry would lead out of the place where it is unpacked, or shows as another.
func hostileName(name string) bool {
	if !utf8.ValidString(name) || strings.HasPrefix(name, "/") || strings.Contains(name, `\`) || strings.Contains(name, ":") {
		return true
	}
	for _, part := range strings.Split(name, "/") {
		if part == ".." {
			return true
		}
	}
	return strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) })
}

// endsAsArchive says whether an archive's last record is the last thing in the file.
func endsAsArchive(file io.ReaderAt, size int64) bool {
	tail := make([]byte, min(size, 22))
	_, err := file.ReadAt(tail, size-int64(len(tail)))
	return (err == nil || errors.Is(err, io.EOF)) && bytes.HasPrefix(tail, []byte("PK\x05\x06")) && tail[20] == 0 && tail[21] == 0
}

const nameMost = 120

// Name is the last part of what a file was called, without what cannot be seen and without its ending: for people to read.
func Name(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, name)
	for ending.MatchString(name) { // report.pdf.exe is called report
		name = ending.ReplaceAllString(name, "")
	}
	if name = strings.Trim(strings.TrimSpace(name), "./"); utf8.RuneCountInString(name) > nameMost {
		name = string([]rune(name)[:nameMost]) + "…"
	}
	return name
}

var ending = regexp.MustCompile(`\.[0-9A-Za-z]{1,5}\s*$`)

// Ending is how the name of a file of a type ends, with its dot.
func Ending(kind string) string {
	switch kind {
	case "application/pdf":
		return ".pdf"
	case "image/png":
		return ".png"
	case "image/jpeg":
		return ".jpg"
	case "text/plain":
		return ".txt"
	case Papers[4]:
		return ".docx"
	case Papers[5]:
		return ".xlsx"
	case Papers[6]:
		return ".pptx"
	}
	return ".bin"
}
