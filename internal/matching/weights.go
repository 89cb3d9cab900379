package matching

// Kind is what a reason is about.
type Kind string

const (
	OfTerms    Kind = "TERMS"
	OfIPC      Kind = "IPC"
	OfField    Kind = "FIELD"
	OfMaturity Kind = "MATURITY"
	OfPrice    Kind = "PRICE"
	OfRights   Kind = "RIGHTS"
	OfCity     Kind = "CITY"
)

// Grade is how a reason stands.
type Grade string

const (
	Shared     Grade = "SHARED"      // terms
	Section    Grade = "SECTION"     // IPC, ever deeper
	Class      Grade = "CLASS"       //
	Subclass   Grade = "SUBCLASS"    //
	MainGroup  Grade = "MAIN_GROUP"  //
	Group      Grade = "GROUP"       //
	Same       Grade = "SAME"        // field, city
	Neighbour  Grade = "NEIGHBOUR"   // field
	Other      Grade = "OTHER"       // field: another one
	Within     Grade = "WITHIN"      // maturity, price
	Mature     Grade = "ABOVE"       // maturity: readier than asked for
	JustBelow  Grade = "JUST_BELOW"  // maturity: one level
	Below      Grade = "BELOW"       // maturity
	LittleOver Grade = "LITTLE_OVER" // price: by a fifth at most
	Over       Grade = "OVER"        // price
	Offered    Grade = "OFFERED"     // rights
	NotOffered Grade = "NOT_OFFERED" // rights
	Corridor   Grade = "CORRIDOR"    // city: both in the corridor
	Far        Grade = "FAR"         // city
)

// Weights are how much each reason counts, in basis points; the best of all kinds add up to 10,000.
type Weights struct {
	Version  int
	TermBP   map[Rarity]int // for each shared term
	TermMost int            // for all of them
	GradeBP  map[Kind]map[Grade]int
	ShownBP  int // less is no match
	StrongBP int // people are told of more
	CutBP    int // for each "why not" of a kind, from the second on
	CutMost  int
}

// Current are the weights in force. Whoever changes one counts the version up: matches are then weighed anew.
var Current = Weights{
	Version:  1,
	TermBP:   map[Rarity]int{Frequent: 50, Uncommon: 150, Rare: 300},
	TermMost: 4000,
	GradeBP: map[Kind]map[Grade]int{
		OfIPC:      {Section: 0, Class: 300, Subclass: 1200, MainGroup: 1700, Group: 2000},
		OfField:    {Same: 1500, Neighbour: 500},
		OfMaturity: {Within: 900, Mature: 700, JustBelow: 350},
		OfPrice:    {Within: 800, LittleOver: 300},
		OfRights:   {Offered: 500},
		OfCity:     {Same: 300, Corridor: 150},
	},
	ShownBP: 3000, StrongBP: 5500,
	CutBP: 600, CutMost: 3000,
}

// littleOverBP is by how much a price may be over the budget and still be talked about.
const littleOverBP = 2000

// empty are pairs that stand in every technical text and say nothing of its matter.
var empty = []string{
	"一种", "方法", "系统", "技术", "装置", "研究", "需求", "我们", "公司", "要求", "采用", "使用", "以及", "可以", "能够", "提供", "用于", "具有",
	"进行", "实现", "目前", "现有", "寻求", "希望", "解决", "问题", "方案", "应用", "产品", "企业", "合作", "成果", "专利", "不低", "低于", "高于",
	"以上", "以下", "不超", "超过", "method", "system", "devic", "technolog", "need", "use", "seek", "look", "solut", "compani", "product", "us", "new",
	"per", "cent", "than", "more", "less", "over", "least", "most", "we", "our", "can", "must", "should", "which", "from", "ten", "twenti", "thirti", "forti", "fifti", "sixti", "ninety", "hundr", "thousand", "day", "month", "year",
}

// neighbours are fields of the plan that border on one another.
var neighbours = [][2]string{
	{"NM", "NE"}, {"NM", "NEV"}, {"NM", "SEMI3"}, {"NM", "IC"}, {"NM", "HEE"}, {"NE", "NEV"}, {"NE", "HEE"}, {"NEV", "HEE"}, {"NEV", "SEMI3"},
	{"AI", "BRAIN_CHIP"}, {"AI", "IC"}, {"AI", "HEE"}, {"IC", "SEMI3"}, {"IC", "BRAIN_CHIP"}, {"IC", "QUANTUM"}, {"BIO", "GENE"},
}
