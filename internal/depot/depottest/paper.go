// Package depottest writes papers for tests: good ones, and what an enemy would hand in.
package depottest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
)

// PDF is a document of as many pages. more are further objects, numbered from 10; root goes into its catalogue.
func PDF(pages int, root string, more ...string) []byte {
	var out bytes.Buffer
	places := map[int]int{}
	object := func(n int, body string) {
		places[n] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", n, body)
	}
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	object(1, "<< /Type /Catalog /Pages 2 0 R "+root+" >>")
	kids := ""
	first := 10 + len(more)
	for i := range pages {
		kids += fmt.Sprintf("%d 0 R ", first+2*i)
	}
	object(2, fmt.Sprintf("<< /Type /Pages /Kids [ %s] /Count %d >>", kids, pages))
	object(3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	for i, m := range more {
		object(10+i, m)
	}
	for i := range pages {
		text := fmt.Sprintf("BT /F1 24 Tf 72 700 Td (Page %d of a paper) Tj ET", i+1)
		object(first+2*i, fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", first+2*i+1))
		object(first+2*i+1, fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text))
	}
	last := first + 2*pages
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", last)
	for n := 1; n < last; n++ {
		if at, is := places[n]; is {
			fmt.Fprintf(&out, "%010d 00000 n \n", at)
		} else {
			out.WriteString("0000000000 00000 f \n")
		}
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", last, start)
	return out.Bytes()
}

// Entry is a part of an archive.
type Entry struct{ Name, Body string }

// Office is a text document with further parts.
func Office(more ...Entry) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range append([]Entry{
		{"[Content_Types].xml", `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"_rels/.rels", `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>`},
		{"word/document.xml", `<?xml version="1.0"?><document/>`},
	}, more...) {
		w, err := z.Create(e.Name)
		if err != nil {
			panic(err)
		}
		if _, err := w.Write([]byte(e.Body)); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// PNG and JPEG are pictures.
func PNG(width, height int) []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, picture(width, height)); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func JPEG(width, height int) []byte {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture(width, height), nil); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func picture(width, height int) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			p.Set(x, y, color.RGBA{uint8(x), uint8(y), 0x80, 0xff})
		}
	}
	return p
}
