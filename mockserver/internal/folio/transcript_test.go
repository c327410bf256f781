package folio

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

var update = flag.Bool("update", false, "write the transcripts anew, for a review of the difference")

// Each transcript under testdata is the life of one world: commands, four
// dashes, what they print, a blank line. Ids appear as d1, j1, f1, … in the
// order in which they are met, instants as the time since the world's start.
//
//	release NAME                 begin, once
//	create FILE [id=D] [size=KB] announce a list
//	upload D [LINE…]             give it lines: 7 is an id, 1-25 are 25, - is blank, all else a word,
//	                             in which \xe9 is a byte
//	break D                      an upload that does not arrive whole
//	export D [profile=N] [story=ok|fail|stuck] [in=DURATION]
//	                             512ms by default; stuck stops at 60% of the way
//	watch DURATION               let time pass, and print each job whenever it changes
//	advance DURATION             let time pass at once
//	jobs                         print them all
//	definition D                 print it
//	download J F                 the name behind a file id, and what the store has under it
//	session USER R               give out a refresh token
//	redeem R                     trade it in
//	logout R                     revoke it
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := replay(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if !*update && got != string(want) {
				t.Errorf("%s is not what happens now; look at the difference after go test -run Transcripts -update:\n%s", file, got)
			}
		})
	}
}

// replay runs the commands of a transcript and returns it with what they print.
func replay(t *testing.T, transcript string) string {
	s := &script{t: t, names: map[uuid.UUID]string{}, ids: map[string]uuid.UUID{}}
	var out strings.Builder
	for i, block := range strings.Split(strings.TrimSpace(transcript), "\n\n") {
		if i > 0 {
			out.WriteString("\n")
		}
		commands, _, _ := strings.Cut(block, "\n----")
		out.WriteString(commands + "\n----\n")
		for line := range strings.SplitSeq(commands, "\n") {
			if line != "" && !strings.HasPrefix(line, "#") {
				s.out.Reset()
				s.run(line)
				out.Write(s.out.Bytes())
			}
		}
	}
	return out.String()
}

// script is a world with the names that its transcript gives to things.
type script struct {
	t     *testing.T
	rules *release.Release
	w     *World
	names map[uuid.UUID]string
	ids   map[string]uuid.UUID
	out   bytes.Buffer
}

func (s *script) printf(format string, args ...any) { fmt.Fprintf(&s.out, format+"\n", args...) }

func (s *script) run(line string) {
	words := strings.Fields(line)
	options := map[string]string{}
	var args []string
	for _, word := range words[1:] {
		if name, value, ok := strings.Cut(word, "="); ok && name != "" {
			options[name] = value
		} else {
			args = append(args, word)
		}
	}
	if err := s.do(words[0], args, options); err != nil {
		s.printf("refused: %v", s.renamed(err.Error()))
	}
}

func (s *script) do(command string, args []string, options map[string]string) error {
	switch command {
	case "release":
		s.rules = row(s.t, args[0])
		s.w = worldOf(s.rules)
	case "create":
		return s.create(args[0], options)
	case "upload":
		return s.upload(s.ids[args[0]], args[1:])
	case "break":
		if err := s.w.BeginUpload(s.ids[args[0]]); err != nil {
			return err
		}
		return s.w.BreakUpload(s.ids[args[0]])
	case "export":
		return s.export(s.ids[args[0]], options)
	case "watch":
		s.watch(s.duration(args[0]))
	case "advance":
		s.w.RunUntil(s.w.now.Add(s.duration(args[0])))
	case "jobs":
		for _, j := range s.w.jobs {
			s.printf("%s", s.job(j))
		}
	case "definition":
		d, err := s.w.FileDefinition(s.ids[args[0]])
		if err != nil {
			return err
		}
		s.printf("%s", s.definition(d))
	case "download":
		return s.download(s.ids[args[0]], s.ids[args[1]])
	case "session":
		s.w.OpenSession(s.user(args[0]).ID, args[1], s.w.now.Add(time.Hour))
	case "redeem":
		user, err := s.w.Redeem(args[0])
		if err == nil {
			s.printf("%s", user.Username)
		}
		return err
	case "logout":
		return s.w.CloseSession(args[0])
	default:
		s.t.Fatalf("unknown command %q", command)
	}
	return nil
}

func (s *script) create(fileName string, options map[string]string) error {
	wanted := NewFileDefinition{FileName: fileName, UploadFormat: api.UploadFormatCSV, ID: s.ids[options["id"]]}
	if size, err := strconv.Atoi(options["size"]); err == nil {
		wanted.Size = &size
	}
	d, err := s.w.CreateFileDefinition(s.user("diku_admin"), wanted)
	if err == nil {
		s.printf("%s", s.definition(d))
	}
	return err
}

func (s *script) upload(definition uuid.UUID, words []string) error {
	if err := s.w.BeginUpload(definition); err != nil {
		return err
	}
	var lines []string
	for _, word := range words {
		first, last, isRange := strings.Cut(word, "-")
		from, err := strconv.Atoi(first)
		to, errTo := strconv.Atoi(last)
		switch {
		case word == "-":
			lines = append(lines, "")
		case err == nil && !isRange:
			lines = append(lines, instance(from).String())
		case err == nil && errTo == nil:
			for n := from; n <= to; n++ {
				lines = append(lines, instance(n).String())
			}
		default:
			word, err = strconv.Unquote(`"` + word + `"`)
			if err != nil {
				s.t.Fatal(err)
			}
			lines = append(lines, word)
		}
	}
	d, err := s.w.EndUpload(definition, listOf(s.t, s.rules.Input, lines...))
	if err == nil {
		s.printf("%s", s.definition(d))
	}
	return err
}

func (s *script) export(definition uuid.UUID, options map[string]string) error {
	profile, _ := strconv.Atoi(options["profile"])
	r := ExportRequest{Definition: definition, Profile: s.rules.Profiles[profile].ID}
	list, err := s.w.PrepareExport(r)
	if err != nil {
		return err
	}
	in := 512 * time.Millisecond
	if text, ok := options["in"]; ok {
		in = s.duration(text)
	}
	records, part := AnyRecord, 1.0
	switch options["story"] {
	case "fail":
		records = NoRecord
	case "stuck":
		part = 0.6
	}
	outcome := Classify(list.Input, s.rules.Input, known(records))
	j, err := s.w.StartExport(s.user("diku_admin"), r, outcome, timeline(outcome, s.rules.Job, in, part))
	if err == nil {
		s.printf("%s", s.job(&j))
	}
	return err
}

// watch prints each job at each millisecond in which it has changed.
func (s *script) watch(d time.Duration) {
	before := make([]string, len(s.w.jobs))
	for i, j := range s.w.jobs {
		before[i] = s.job(j)
	}
	for end := s.w.now.Add(d); s.w.now.Before(end); {
		s.w.RunUntil(s.w.now.Add(time.Millisecond))
		for i, j := range s.w.jobs {
			if now := s.job(j); now != before[i] {
				s.printf("%-7s %s", s.since(s.w.now), now)
				before[i] = now
			}
		}
	}
}

func (s *script) download(job, file uuid.UUID) error {
	f, err := s.w.FileForDownload(job, file)
	if err != nil {
		return err
	}
	stored := "nothing"
	if object, ok := s.w.Object(job, f.Name); ok {
		stored = fmt.Sprintf("%d records", len(object.Slices[0].Instances))
		for i, name := range object.Members {
			stored += fmt.Sprintf("; %s: %d records", name, len(object.Slices[i].Instances))
		}
	}
	s.printf("%s %s: the store has %s", s.name("f", f.ID), f.Name, stored)
	return nil
}

func (s *script) user(name string) User {
	for _, u := range s.w.users {
		if u.Username == name {
			return u
		}
	}
	s.t.Fatalf("no user %q", name)
	return User{}
}

func (s *script) duration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}
