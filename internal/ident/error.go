package ident

import "fmt"

// Kind is what a number should have been.
type Kind string

const (
	ApplicationNumber Kind = "APPLICATION_NUMBER" // 申请号, §4.2
	PublicationNumber Kind = "PUBLICATION_NUMBER" // 公开(公告)号, §4.3
	PCTApplication    Kind = "PCT_APPLICATION"
	PCTPublication    Kind = "PCT_PUBLICATION"
	Classification    Kind = "CLASSIFICATION" // IPC or CPC
	LocarnoClass      Kind = "LOCARNO"
	CreditCode        Kind = "USCC" // 统一社会信用代码, §7.1
	OrganisationCode  Kind = "ORGANISATION_CODE"
	ORCIDiD           Kind = "ORCID"
	ResidentNumber    Kind = "RESIDENT_ID" // 公民身份号码
	EntityIdentifier  Kind = "LEI"
	RegionCode        Kind = "REGION"

	SoftwareCopyright   Kind = "SOFTWARE_COPYRIGHT"    // 软件著作权登记号, §4.1
	PlantVariety        Kind = "PLANT_VARIETY"         // 植物新品种权号, §4.1
	ICLayout            Kind = "IC_LAYOUT"             // 布图设计登记号, §4.1
	ForeignNumber       Kind = "FOREIGN_NUMBER"        // a patent or application of another office
	OfficeCode          Kind = "OFFICE"                // WIPO ST.3
	DigitalObject       Kind = "DOI"                   // §7.2
	IndustryCode        Kind = "INDUSTRY"              // 国民经济行业分类, GB/T 4754-2017
	HighTechCertificate Kind = "HIGH_TECH_CERTIFICATE" // 高新技术企业证书编号, §6.3
	CalendarDay         Kind = "DATE"
)

var names = map[Kind]string{
	ApplicationNumber: "application number", PublicationNumber: "publication number", PCTApplication: "PCT application number",
	PCTPublication: "PCT publication number", Classification: "classification symbol", LocarnoClass: "Locarno class",
	CreditCode: "USCC", OrganisationCode: "organisation code", ORCIDiD: "ORCID", ResidentNumber: "resident ID",
	EntityIdentifier: "LEI", RegionCode: "region code",
	SoftwareCopyright: "software registration number", PlantVariety: "plant variety number", ICLayout: "IC layout number",
	ForeignNumber: "foreign number", OfficeCode: "office code", DigitalObject: "DOI", IndustryCode: "industry code",
	HighTechCertificate: "high-tech certificate number", CalendarDay: "date",
}

// Fault is what is wrong with a number. The list is closed.
type Fault string

const (
	Missing      Fault = "MISSING"       // nothing was given
	WrongForm    Fault = "WRONG_FORM"    // it does not have the form of its kind
	WrongLength  Fault = "WRONG_LENGTH"  // Got and Want are counts of characters
	BadCharacter Fault = "BAD_CHARACTER" // the character at Position is not one of the alphabet
	NoCheck      Fault = "NO_CHECK"      // the check character is missing; Want is what it would be
	WrongCheck   Fault = "WRONG_CHECK"   // Got is the check character, Want what it should be
	WrongInside  Fault = "WRONG_INSIDE"  // the check character of the organisation code within a USCC; And tells it
	WrongYear    Fault = "WRONG_YEAR"    // no such number can be of that year
	WrongDate    Fault = "WRONG_DATE"    // no such day, or not a day that goes with the number
	NoKindCode   Fault = "NO_KIND_CODE"  // a publication number without the letter at its end
	KindMismatch Fault = "KIND_MISMATCH" // the letter at the end does not go with the first digit
	NoSuchClass  Fault = "NO_SUCH_CLASS"
	WrongOffice  Fault = "WRONG_OFFICE" // no such office, or one whose numbers are of another kind
)

// Error is a number that is not what it should be. Got and Want say what stands there and what should, as far as
// that is known. And is a second fault of the same number, if there is one.
type Error struct {
	Kind     Kind
	Fault    Fault
	Position int // counted from 1; 0 if the fault is of no single character
	Got      string
	Want     string
	And      *Error
}

func (e *Error) Error() string {
	if e.Fault == WrongInside && e.And != nil {
		return names[e.Kind] + ": " + e.And.Error()
	}
	s := names[e.Kind] + ": " + e.detail()
	if e.And != nil {
		s += "; " + e.And.Error()
	}
	return s
}

func (e *Error) detail() string {
	switch e.Fault {
	case Missing:
		return "missing"
	case WrongLength:
		return fmt.Sprintf("%s characters, expected %s", e.Got, e.Want)
	case BadCharacter:
		return fmt.Sprintf("character %q at position %d is not allowed", e.Got, e.Position)
	case NoCheck:
		return "check character missing, expected " + e.Want
	case WrongCheck:
		return fmt.Sprintf("check character %s, expected %s", e.Got, e.Want)
	case WrongYear:
		return "year " + e.Got + ", expected " + e.Want
	case WrongDate:
		if e.Want == "" {
			return "no such date: " + e.Got
		}
		return "date " + e.Got + ", expected " + e.Want
	case NoKindCode:
		return "kind code missing, expected one of " + e.Want
	case KindMismatch:
		return fmt.Sprintf("kind code %s, expected one of %s", e.Got, e.Want)
	case NoSuchClass:
		return "no class " + e.Got
	case WrongOffice:
		return fmt.Sprintf("office %q, expected %s", e.Got, e.Want)
	}
	return "expected the form " + e.Want
}

func wrongForm(k Kind, want string) *Error { return &Error{Kind: k, Fault: WrongForm, Want: want} }

func wrongCheck(k Kind, position int, got, want byte) *Error {
	return &Error{Kind: k, Fault: WrongCheck, Position: position, Got: string(got), Want: string(want)}
}
