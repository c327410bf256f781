package folio

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/catalogue"
)

// lettered is the id that stands for a letter, from a on.
func lettered(letter byte) uuid.UUID { return instance(0xa0 + int(letter-'a')) }

func letterOf(id uuid.UUID) string { return string('a' + id[3] - 0xa0) }

// letters writes a list with a letter for each id, a capital one for an id in
// capitals, and bad lines in brackets.
func letters(in *Input) string {
	var text strings.Builder
	bad := in.bad.lines
	for i, kind := range in.kinds {
		letter := letterOf(in.ids[i])
		switch kind {
		case lineID:
			text.WriteString(letter)
		case lineUpperID:
			text.WriteString(strings.ToUpper(letter))
		default:
			line := bad[0].text
			if bad[0].at != i {
				line = fmt.Sprintf("line %d, not %d: %s", bad[0].at, i, line)
			}
			for letter := byte('a'); letter <= 'd'; letter++ {
				line = strings.ReplaceAll(line, lettered(letter).String(), string(letter))
			}
			bad = bad[1:]
			text.WriteString("[" + line + "]")
		}
	}
	return text.String()
}

func specialLetters(s Special) string {
	if s.some == nil {
		return fmt.Sprintf("all %d", s.all)
	}
	var text []string
	for id, answer := range s.some {
		text = append(text, letterOf(id)+fmt.Sprint(answer))
	}
	slices.Sort(text)
	return strings.Join(text, " ")
}

// Each way to choose lines, for each thing that can be said of them, in a list
// with a header in which one id stands twice and one is in capitals.
func TestUnder(t *testing.T) {
	a, b, c, d := lettered('a'), lettered('b'), lettered('c'), lettered('d')
	list := func(t *testing.T) *Input {
		return listOf(t, row(t, "sunflower").Input, "uuid", a.String(), b.String(), strings.ToUpper(c.String()), a.String(), d.String())
	}
	const plain = "[uuid]abCad"
	for _, tt := range []struct {
		rule              Rule
		chosen            string // the ids that are answered for otherwise
		damaged, repeated string // the list as it arrives
	}{
		{Rule{All: true}, "abcd", "[uuid][a,][b,][c,][a,][d,]", plain + "abCad"},
		{Rule{First: 1}, "", plain, plain}, // the header
		{Rule{First: 3}, "ab", "[uuid][a,][b,]Cad", plain + "ab"},
		{Rule{First: 6}, "abcd", "[uuid][a,][b,][c,][a,][d,]", plain + "abCad"},
		{Rule{First: 9}, "abcd", "[uuid][a,][b,][c,][a,][d,]", plain + "abCad"},
		{Rule{Every: 1}, "abcd", "[uuid][a,][b,][c,][a,][d,]", plain + "abCad"},
		{Rule{Every: 2}, "acd", "[uuid][a,]b[c,]a[d,]", plain + "aCd"},
		// The fifth line is not the first with its id.
		{Rule{Every: 5}, "", "[uuid]abC[a,]d", plain + "a"},
		{Rule{Every: 7}, "", plain, plain},
		{Rule{IDs: []uuid.UUID{a, c}}, "ac", "[uuid][a,]b[c,][a,]d", plain + "aCa"},
		{Rule{IDs: []uuid.UUID{instance(9)}}, "", plain, plain},
		{Rule{}, "", plain, plain},
	} {
		t.Run(fmt.Sprintf("%+v", tt.rule), func(t *testing.T) {
			for answer := AsKnown; answer <= Repeated; answer++ {
				tt.rule.Answer = answer
				in := list(t)
				arrived, special := in.Under([]Rule{tt.rule})
				want, ids := plain, ""
				switch answer {
				case Damaged:
					want = tt.damaged
				case Repeated:
					want = tt.repeated
				case AsKnown:
				default:
					ids = tt.chosen
				}
				if got := letters(arrived); got != want {
					t.Errorf("answer %d: %s arrives, want %s", answer, got, want)
				}
				for _, id := range []uuid.UUID{a, b, c, d} {
					want := AsKnown
					if strings.Contains(ids, letterOf(id)) {
						want = answer
					}
					if got := special.of(id); got != want {
						t.Errorf("answer %d: %s is answered for as %d, want %d", answer, letterOf(id), got, want)
					}
				}
				if got := letters(in); got != plain {
					t.Errorf("answer %d: the list itself has become %s", answer, got)
				}
			}
		})
	}
}

// Lists that arrive in two ways share nothing that one of them could change.
func TestUnderSharesNothing(t *testing.T) {
	var lines []string
	for n := range 5 { // five lines leave room for more where they are kept
		lines = append(lines, lettered('a'+byte(n)%4).String())
	}
	in := listOf(t, row(t, "sunflower").Input, lines...)
	first, _ := in.Under([]Rule{{Answer: Repeated, First: 1}})
	second, _ := in.Under([]Rule{{Answer: Repeated, IDs: []uuid.UUID{lettered('b')}}})
	if a, b := letters(first), letters(second); a != "abcdaa" || b != "abcdab" {
		t.Errorf("%s and %s arrive, want abcdaa and abcdab", a, b)
	}
}

// Of several rules the first that fits a line counts, and of several lines with
// an id the first.
func TestUnderSeveralRules(t *testing.T) {
	a, b := lettered('a'), lettered('b')
	for _, tt := range []struct {
		rules         []Rule
		list, special string
	}{
		{[]Rule{{Answer: TooLong, First: 1}, {Answer: NotThere, All: true}}, "aba", "a2 b1"},
		{[]Rule{{Answer: NotThere, All: true}, {Answer: TooLong, First: 1}}, "aba", "all 1"},
		{[]Rule{{Answer: AsKnown, IDs: []uuid.UUID{b}}, {Answer: NotThere, First: 2}}, "aba", "a1"},
		{[]Rule{{Answer: AsKnown, First: 1}, {Answer: NotThere, All: true}}, "aba", "b1"},
		{[]Rule{{Answer: Repeated, First: 1}, {Answer: NotThere, All: true}}, "abaa", "b1"},
		// A damaged line is no line with that id.
		{[]Rule{{Answer: Damaged, First: 1}, {Answer: NotThere, All: true}}, "[a,]ba", "a1 b1"},
		{[]Rule{{Answer: NotThere, Every: 3}, {Answer: Repeated, First: 2}}, "abaab", ""},
	} {
		arrived, special := listOf(t, row(t, "sunflower").Input, a.String(), b.String(), a.String()).Under(tt.rules)
		if got := letters(arrived); got != tt.list {
			t.Errorf("%+v: %s arrives, want %s", tt.rules, got, tt.list)
		}
		if got := specialLetters(special); got != tt.special {
			t.Errorf("%+v: special are %q, want %q", tt.rules, got, tt.special)
		}
	}
	var never *Input
	if arrived, _ := never.Under([]Rule{{Answer: Repeated, All: true}}); arrived != nil {
		t.Error("a list that was not uploaded arrives")
	}
}

func drawRules(t *rapid.T) []Rule {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Rule {
		r := Rule{Answer: RecordAnswer(rapid.IntRange(int(AsKnown), int(Repeated)).Draw(t, "answer"))}
		switch rapid.IntRange(0, 3).Draw(t, "way") {
		case 0:
			r.All = true
		case 1:
			r.First = rapid.IntRange(1, 70).Draw(t, "first")
		case 2:
			r.Every = rapid.IntRange(1, 9).Draw(t, "every")
		default:
			r.IDs = []uuid.UUID{instance(0), instance(rapid.IntRange(0, 9).Draw(t, "id"))}
		}
		return r
	}), 0, 4).Draw(t, "rules")
}

// What mod-data-export 5.x makes of any list under any rules, told once more in
// the plainest way.
func TestOutcomeUnderRules(t *testing.T) {
	r := row(t, "trillium")
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules(t)
		k := known(rapid.SampledFrom([]Records{AnyRecord, NamedRecord}).Draw(t, "records"))
		reading := r.Input
		reading.SliceSize = rapid.SampledFrom([]int{1, 7, 100_000}).Draw(t, "slice")
		drawn := drawLines(t)
		drawn = drawn[:min(len(drawn), 400)]
		if rapid.Bool().Draw(t, "again") {
			drawn = join(drawn[len(drawn)/2:], drawn)
		}
		in := listOf(t, r.Input, drawn...)

		lines, bad := in.Lines(), in.Lines()-in.IDs()
		times, answers := map[uuid.UUID]int{}, map[uuid.UUID]RecordAnswer{}
		for i, id := range in.ids {
			if in.kinds[i] != lineID && in.kinds[i] != lineUpperID {
				continue
			}
			answer := AsKnown
			for _, rule := range rules {
				if rule.All || rule.First > i || rule.Every > 0 && (i+1)%rule.Every == 0 || slices.Contains(rule.IDs, id) {
					answer = rule.Answer
					break
				}
			}
			if answer == Damaged {
				bad++
				continue
			}
			first := times[id] == 0
			if answer == Repeated {
				lines, answer = lines+1, AsKnown
				times[id]++
			}
			times[id]++
			if first {
				answers[id] = answer
			}
		}
		want := Progress{Total: lines, Read: lines, Failed: bad}
		codes := map[string]int{}
		for id, n := range times {
			answer := answers[id]
			if !k.has(id) {
				answer = NotThere
			}
			want.Failed += n - 1
			if n > 1 {
				codes["error.duplicatedIds"]++
			}
			switch answer {
			case AsKnown:
				want.Exported++
			case TwoSources:
				want.Exported += 2
				want.DuplicatedSRS++
				codes["error.duplicateSRS"]++
			case NotThere:
				want.Failed++
				codes["error.uuidsNotFound"] = 1
			case TooLong:
				want.Failed++
				codes["error.recordIsTooLong"]++
			case Unconvertible:
				want.Failed++
				codes["Error converting json to marc for record "+id.String()]++
			}
		}
		switch {
		case lines == 0:
			codes["error.readingFromInputFile"] = 1
		case want.Exported == 0 && len(times) > 0:
			codes["error.fileDefinition.invalidWithId"], codes["error.binaryFile.notGenerated"] = 1, 1
		}
		if bad > 0 {
			codes["error.invalidUuidFormat"] = 1
		}
		if want.Failed > 0 {
			codes["error.someRecordsFailed"] = 1
		}

		arrived, special := in.Under(rules)
		k.Special = special
		o := Classify(arrived, reading, k)
		if got := o.Final(); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		got := map[string]int{}
		for _, row := range slices.Concat(o.Reading(), o.Ending(r.Job, uuid.Nil)) {
			got[row.Code]++
		}
		if !maps.Equal(got, codes) {
			t.Errorf("rows %v, want %v", got, codes)
		}
	})
}

// What the log shows of one job is bounded: the rows about single ids, and the
// length of a value.
func TestLogOfOneJobIsBounded(t *testing.T) {
	r := row(t, "sunflower")
	longest := func(rows []LogRow, code string) (n, length int) {
		for _, row := range rows {
			if row.Code == code {
				n, length = n+1, max(length, len(row.Values[0]))
			}
		}
		return n, length
	}
	var ids, twice []string
	for n := range 20_000 {
		ids = append(ids, instance(n).String())
	}
	for _, id := range ids[:1500] {
		twice = append(twice, id, id)
	}
	k := known(AnyRecord)
	k.Special = Special{all: TwoSources}
	o := Classify(listOf(t, r.Input, twice...), r.Input, k)
	if n, _ := longest(o.Reading(), "error.duplicatedIds"); n != 1000 {
		t.Errorf("%d rows about repeated ids, want 1000", n)
	}
	if n, _ := longest(o.Ending(r.Job, uuid.Nil), "error.duplicateSRS"); n != 1000 || o.DuplicatedSRS != 1500 {
		t.Errorf("%d rows about double records, want 1000; %d are counted, want 1500", n, o.DuplicatedSRS)
	}

	const bound = 512 << 10
	o = Classify(listOf(t, r.Input, ids...), r.Input, known(NoRecord))
	if n, length := longest(o.Ending(r.Job, uuid.Nil), "error.uuidsNotFound"); n != 1 || length > bound || length < bound-38 || o.Failed != len(ids) {
		t.Errorf("%d rows about missing ids, with %d bytes; %d failed", n, length, o.Failed)
	}
	for _, word := range []string{strings.Repeat("x", 40), strings.Repeat("é", 5000), ""} {
		words := make([]string, 20_000)
		for i := range words {
			words[i] = word
		}
		o = Classify(listOf(t, r.Input, words...), r.Input, known(AnyRecord))
		if n, length := longest(o.Ending(r.Job, uuid.Nil), "error.invalidUuidFormat"); n != 1 || length > bound || word != "" && length < bound-maxLine-1 || o.Failed != len(words) {
			t.Errorf("lines like %.10q: %d rows with %d bytes; %d failed", word, n, length, o.Failed)
		}
	}
}

// Each bad line counts in the value that joins them, a blank one, too.
func TestBlankLinesAreLogged(t *testing.T) {
	r := row(t, "sunflower")
	for _, tt := range []struct {
		lines []string
		want  string
	}{
		{[]string{""}, ""},
		{[]string{"", "abc"}, ",abc"},
		{[]string{"abc", ""}, "abc,"},
		{[]string{"", ""}, ","},
		{[]string{"", "", "a", "", "b"}, ",,a,,b"},
	} {
		rows := Classify(listOf(t, r.Input, tt.lines...), r.Input, known(AnyRecord)).Ending(r.Job, uuid.Nil)
		if got := rows[0]; got.Code != "error.invalidUuidFormat" || got.Values[0] != tt.want {
			t.Errorf("%q is logged as %+v, want %q", tt.lines, got, tt.want)
		}
	}
}

// What is kept of too many bad lines is their beginning, without a gap: a line
// that finds no room is the last that is looked at, however short the next is.
func TestBoundsKeepABeginning(t *testing.T) {
	r := row(t, "sunflower")
	long := strings.Repeat("x", 4000)
	lines := slices.Concat(slices.Repeat([]string{long}, 132), []string{"short", instance(1).String()})
	logged := func(in *Input) []string {
		rows := Classify(in, r.Input, known(AnyRecord)).Ending(r.Job, uuid.Nil)
		return strings.Split(rows[0].Values[0], ",")
	}
	in := listOf(t, r.Input, lines...)
	if got := logged(in); len(got) != 131 || slices.Contains(got, "short") {
		t.Errorf("%d lines are logged; a short one behind the bound: %t", len(got), slices.Contains(got, "short"))
	}
	arrived, _ := in.Under([]Rule{{Answer: Damaged, All: true}})
	if got := logged(arrived); len(got) != 131 || strings.Contains(strings.Join(got, ","), instance(1).String()) {
		t.Errorf("%d lines are logged of a list with a damaged one behind the bound: %.50s", len(got), got[len(got)-1])
	}
	arrived, _ = listOf(t, r.Input, append([]string{instance(1).String()}, lines...)...).Under([]Rule{{Answer: Damaged, First: 1}})
	// The line is damaged by a comma, which the value has between its items, too.
	if got := logged(arrived); len(got) != 133 || got[0] != instance(1).String() || slices.Contains(got, "short") {
		t.Errorf("%d lines are logged of a list with a damaged one before the bound, first %.50s", len(got), got[0])
	}
	var ids []string
	for n := range 30_000 {
		ids = append(ids, instance(n).String())
	}
	arrived, _ = listOf(t, r.Input, append(ids, "a")...).Under([]Rule{{Answer: Damaged, All: true}})
	if got := logged(arrived); len(got) < 20_000 || slices.Contains(got, "a") {
		t.Errorf("%d parts are logged of damaged lines; a short one behind the bound: %t", len(got), slices.Contains(got, "a"))
	}
	j := joined{separator: ", "}
	for _, item := range []string{strings.Repeat("x", maxJoined-10), strings.Repeat("y", 20), "z"} {
		j.add(item)
	}
	if got := j.text.String(); strings.Contains(got, "z") {
		t.Errorf("a value that was full took another item: %.5s…%s", got, got[len(got)-5:])
	}
}

// A list whose lines are damaged keeps the ids of the one that was uploaded.
func TestDamagedListSharesItsIDs(t *testing.T) {
	in := listOf(t, row(t, "sunflower").Input, instance(1).String(), instance(2).String())
	arrived, _ := in.Under([]Rule{{Answer: Damaged, All: true}})
	if &arrived.ids[0] != &in.ids[0] {
		t.Error("the ids were copied, which do not change")
	}
}

// How the records of a file are told apart by their places.
func TestTwin(t *testing.T) {
	inventory := catalogue.New(1)
	r := row(t, "sunflower")
	k := known(AnyRecord)
	k.Special = Special{some: map[uuid.UUID]RecordAnswer{instance(2): TwoSources, instance(3): TwoSources, instance(5): TooLong}}
	var lines []string
	for n := range 6 {
		lines = append(lines, instance(n+1).String())
	}
	files := Classify(listOf(t, r.Input, lines...), r.Input, k).files()
	seen := map[uuid.UUID]string{}
	for i, id := range files[0].Instances {
		which, twin := files[0].Twin(i)
		if twin {
			seen[id] += fmt.Sprint(which)
			continue
		}
		seen[id] += "-"
	}
	want := map[uuid.UUID]string{instance(1): "-", instance(2): "01", instance(3): "01", instance(4): "-", instance(6): "-"}
	if !maps.Equal(seen, want) {
		t.Errorf("the file has %v, want %v", seen, want)
	}
	if first := inventory.SourceRecords(instance(2)); first[0] == first[1] {
		t.Error("the two records have one id")
	}
}

// Under rules too, mod-data-export 2.x counts each line as failed that no record
// stands against, keeps no count of double records, and has as many records as
// its batches say.
func TestOutcomeInBatchesUnderRules(t *testing.T) {
	r := row(t, "guide")
	rapid.Check(t, func(t *rapid.T) {
		arrived, special := listOf(t, r.Input, drawLines(t)...).Under(drawRules(t))
		k := known(AnyRecord)
		k.Special = special
		o := Classify(arrived, r.Input, k)
		if o.Endless {
			return
		}
		sum := 0
		for _, n := range o.batches {
			sum += n
		}
		if o.Lines != arrived.Lines() || o.Failed != o.Lines-o.Exported || o.DuplicatedSRS != 0 || sum != o.Exported || sum != len(o.all()) {
			t.Errorf("%d of %d lines failed, %d exported, batches %v, %d records, %d double", o.Failed, o.Lines, o.Exported, o.batches, len(o.all()), o.DuplicatedSRS)
		}
		for _, id := range o.all() {
			if a := special.of(id); a == NotThere || a == TooLong || a == Unconvertible {
				t.Errorf("there is a record of %v, which is answered for as %d", id, a)
			}
		}
	})
}

// The rows of one job are its own, also when another is made of the same outcome.
func TestEndingIsMadeAnew(t *testing.T) {
	r := row(t, "sunflower")
	k := known(AnyRecord)
	k.Special = Special{all: Unconvertible}
	var lines []string
	for n := range 5 { // after five, a slice that grows has room for three more
		lines = append(lines, instance(n).String())
	}
	o := Classify(listOf(t, r.Input, lines...), r.Input, k)
	definition := func(rows []LogRow) string { return rows[len(rows)-2].Values[0] }
	rows := o.Ending(r.Job, instance(7))
	o.Ending(r.Job, instance(8))
	if got := definition(rows); got != instance(7).String() {
		t.Errorf("the row names the definition %s, want %s", got, instance(7))
	}
}
