package subject

// Level is a technology readiness level, 1 to 9. §4.5
type Level int

// LevelName says what a level means.
type LevelName struct {
	Level  Level
	Code   string
	ZH, EN string
}

// Levels are the nine, in the wording after the scale of GB/T 22900.
var Levels = [...]LevelName{
	{1, "PRINCIPLE_OBSERVED", "发现基本原理", "Principle observed"},
	{2, "CONCEPT", "形成技术概念", "Concept formulated"},
	{3, "PROOF_OF_CONCEPT", "完成概念验证", "Proof of concept"},
	{4, "LAB_VALIDATION", "实验室验证", "Validated in the laboratory"},
	{5, "RELEVANT_VALIDATION", "相关环境验证", "Validated in a relevant environment"},
	{6, "RELEVANT_PROTOTYPE", "相关环境样机演示", "Prototype in a relevant environment"},
	{7, "USE_PROTOTYPE", "使用环境样机演示", "Prototype in its environment of use"},
	{8, "QUALIFIED", "系统完成并通过验证", "System complete and qualified"},
	{9, "PROVEN", "实际应用验证", "Proven in operation"},
}

// lastEarly is the highest level that carries the banner about risk.
const lastEarly = 3

// Known reports whether there is such a level.
func (l Level) Known() bool { return l >= 1 && int(l) <= len(Levels) }

// Early reports whether a page has to warn of the risk.
func (l Level) Early() bool { return l.Known() && l <= lastEarly }
