package subject

import (
	"slices"
	"strings"

	"github.com/g60-corridor/corridor/internal/ident"
)

// Kind is a kind of technology. §4.1
type Kind string

const (
	Invention    Kind = "INVENTION"     // 发明专利
	UtilityModel Kind = "UTILITY_MODEL" // 实用新型
	Design       Kind = "DESIGN"        // 外观设计
	Application  Kind = "APPLICATION"   // 专利申请, not granted
	PCT          Kind = "PCT"           // an international application
	Software     Kind = "SOFTWARE"      // 软件著作权
	PlantVariety Kind = "PLANT_VARIETY" // 植物新品种
	ICLayout     Kind = "IC_LAYOUT"     // 集成电路布图设计
	KnowHow      Kind = "KNOW_HOW"      // 技术秘密
	Result       Kind = "RESULT"        // 科技成果, registered as such
)

// Kinds are all of them, in the order in which a form offers them.
var Kinds = []Kind{Invention, UtilityModel, Design, Application, PCT, Software, PlantVariety, ICLayout, KnowHow, Result}

// Known reports whether the kind is one of Kinds.
func (k Kind) Known() bool { return slices.Contains(Kinds, k) }

// Patent reports whether the kind is a granted patent.
func (k Kind) Patent() bool { return k == Invention || k == UtilityModel || k == Design }

// Pending reports whether the kind is an application for a patent.
func (k Kind) Pending() bool { return k == Application || k == PCT }

// Registered reports whether the right lives by a public register, whose status has to be shown.
func (k Kind) Registered() bool {
	return k.Patent() || k.Pending() || k == PlantVariety || k == ICLayout
}

const longestOwnNumber = 100

// ParseNumber reads the identifier of a subject of this kind and gives its normal form. Office is that of a patent
// outside China; empty, it is China's. The error is an *ident.Error; its fault is KIND_MISMATCH if the number is a good
// one of another kind of patent.
func (k Kind) ParseNumber(office ident.Office, s string) (string, error) {
	switch k {
	case Invention, UtilityModel, Design, Application:
		if office != "" && office != ident.HomeOffice {
			n, err := ident.ParseForeignNo(office, s)
			return string(n), err
		}
		n, err := ident.ParseApplicationNo(s)
		if err == nil && k != Application && n.Type() != ident.Undefined && string(n.Type()) != string(k) {
			return "", &ident.Error{Kind: ident.ApplicationNumber, Fault: ident.KindMismatch, Got: string(n.Type()), Want: string(k)}
		}
		return string(n), err
	case PCT:
		if n, err := ident.ParsePCTPublicationNo(s); err == nil {
			return string(n), nil
		}
		n, err := ident.ParsePCTNo(s)
		return string(n), err
	case Software:
		n, err := ident.ParseSoftwareNo(s)
		return string(n), err
	case PlantVariety:
		n, err := ident.ParseVarietyNo(s)
		return string(n), err
	case ICLayout:
		n, err := ident.ParseLayoutNo(s)
		return string(n), err
	}
	n := strings.Join(strings.Fields(s), " ") // the seller's own number, or that of a register of results
	if n == "" || len(n) > longestOwnNumber {
		return "", &ident.Error{Kind: ident.ApplicationNumber, Fault: ident.Missing}
	}
	return n, nil
}
