package main

import "io"

// reportFile is a flag and the path that it was given; none if it is empty, and
// - is standard output.
type reportFile struct{ flag, path string }

// writer writes a report in one form.
type writer func(io.Writer) error

// reportFiles are all that were asked for. They are created before anything
// runs, so that a wrong path costs no minute.
type reportFiles struct {
	stdout io.Writer
	asked  []reportFile
	files  []*output // of each that was asked for; nil is standard output
}

func createReports(stdout io.Writer, asked []reportFile) (*reportFiles, error) {
	f := &reportFiles{stdout: stdout}
	for _, one := range asked {
		if one.path == "" {
			continue
		}
		var out *output
		if one.path != "-" {
			var err error
			if out, err = createOutput(one.path, one.flag); err != nil {
				f.discard()
				return nil, err
			}
		}
		f.asked, f.files = append(f.asked, one), append(f.files, out)
	}
	return f, nil
}

// write writes each by what its flag stands for.
func (f *reportFiles) write(by map[string]writer) error {
	for i, out := range f.files {
		write := by[f.asked[i].flag]
		if out == nil {
			if err := write(f.stdout); err != nil {
				return err
			}
			continue
		}
		if err := write(out); err != nil {
			return err
		}
		if err := out.keep(); err != nil {
			return err
		}
	}
	return nil
}

func (f *reportFiles) discard() {
	for _, out := range f.files {
		if out != nil {
			out.discard()
		}
	}
}
