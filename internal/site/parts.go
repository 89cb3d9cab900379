package site

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/internal/fault"
)

const (
	uploadTime = 5 * time.Minute // for files over a slow line
	partsMost  = 100             // fields and files of one form
)

// fileParts are the names under which our forms send files. All others are texts.
var fileParts = []string{"file", "proof"}

// fileTaker takes a file in as it comes.
type fileTaker func(name string, body io.Reader) error

// readParts reads a form with files as it comes, and is the one door for such forms: its texts go into values, legible as
// those of every other form (see readForm), and each file that was chosen goes through take, under a legible name. Nothing is
// kept. A form that says that it is too large is refused before any of it is read; one that does not say, where it is too
// large.
func readParts(w http.ResponseWriter, r *http.Request, values url.Values, take fileTaker) error {
	if r.ContentLength > bodyLimit(r.URL.Path) {
		return fault.New(fault.TooLarge, "", "")
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime)) // where it cannot be set, the server's holds
	parts, err := r.MultipartReader()
	if err != nil {
		return fault.New(fault.BadMediaType, "", "")
	}
	left := int64(bodyMost) // for all texts together
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return formFault(err)
		case n >= partsMost:
			return fault.New(fault.TooLarge, "", "")
		case slices.Contains(fileParts, part.FormName()):
			if part.FileName() == "" { // none was chosen
				continue
			}
			line := &line{from: part}
			err := take(legible(part.FileName()), line)
			if line.broke != nil { // not the room's fault
				return formFault(line.broke)
			}
			if err != nil {
				return err
			}
		default:
			text, err := io.ReadAll(io.LimitReader(part, left+1))
			if err != nil {
				return formFault(err)
			}
			if left -= int64(len(text)); left < 0 {
				return fault.New(fault.TooLarge, "", "")
			}
			name := legible(part.FormName())
			values[name] = append(values[name], string(text))
			legibleForm(url.Values{name: values[name]})
		}
	}
}

// line is a file as it comes, and remembers how it broke off.
type line struct {
	from  io.Reader
	broke error
}

func (l *line) Read(p []byte) (n int, err error) {
	n, err = l.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		l.broke = err
	}
	return n, err
}

// wholeFile keeps the first file of a form in memory, up to so many bytes and one more, by which its room sees that it is
// too large. More files than one are no form of ours.
func wholeFile(name *string, data *[]byte, most int64) fileTaker {
	return func(called string, body io.Reader) (err error) {
		if *data != nil {
			return fault.New(fault.BadMediaType, "", "")
		}
		if *data, err = io.ReadAll(io.LimitReader(body, most+1)); err != nil {
			return formFault(err)
		}
		*name = called
		return nil
	}
}

func formFault(err error) error {
	if large := tooLarge(err); large != err { //nolint:errorlint // the very same
		return large
	}
	return fault.New(fault.BadMediaType, "", "")
}
