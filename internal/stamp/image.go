package stamp

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

const pixelsMost = 60_000_000

// onImage writes the mark into a strip below a picture and once faintly over it.
func onImage(kind string, paper []byte, m Mark) ([]byte, error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(paper))
	if err != nil || int64(c.Width)*int64(c.Height) > pixelsMost {
		return nil, fmt.Errorf("read the picture of %d × %d: %w", c.Width, c.Height, err)
	}
	picture, _, err := image.Decode(bytes.NewReader(paper))
	if err != nil {
		return nil, fmt.Errorf("read the picture: %w", err)
	}
	b := picture.Bounds()
	lines := []string{settable(m.Organisation), settable(m.USCC + " · " + m.Person), settable(m.Time), settable(m.Code)}
	size := max(6, float64(b.Dx())/32)
	set, err := opentype.NewFace(face, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("set the mark: %w", err)
	}
	defer set.Close()
	step := int(size * 1.35)
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()+step*len(lines)+step/2))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(out, image.Rect(0, 0, b.Dx(), b.Dy()), picture, b.Min, draw.Over)
	write := func(text string, y int, ink color.Color) {
		d := font.Drawer{Dst: out, Src: image.NewUniform(ink), Face: set, Dot: fixed.P(int(size/2), y)}
		d.DrawString(text)
	}
	for i, line := range lines {
		write(line, b.Dy()+step*(i+1), color.RGBA{0x7a, 0x1f, 0x1f, 0xff})
	}
	for y := b.Dy() / 4; y < b.Dy(); y += max(b.Dy()/4, 4*step) {
		write(lines[0]+" "+lines[3], y, color.RGBA{0x30, 0x30, 0x30, 0x50})
	}
	var buf bytes.Buffer
	if kind == "image/jpeg" {
		err = jpeg.Encode(&buf, out, &jpeg.Options{Quality: 88})
	} else {
		err = png.Encode(&buf, out)
	}
	if err != nil {
		return nil, fmt.Errorf("write the picture: %w", err)
	}
	return buf.Bytes(), nil
}
