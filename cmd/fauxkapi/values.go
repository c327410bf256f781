package main

import (
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/alecthomas/kong"
)

// values read what flags are given, and say in our words what is wrong with it.
func values() []kong.Option {
	return []kong.Option{
		kong.TypeMapper(reflect.TypeFor[time.Duration](), valueOf(func(text string) (time.Duration, error) {
			d, err := time.ParseDuration(text)
			if err != nil {
				err = fmt.Errorf("%q is no duration: write it as 30s, 10m or 1h30m", text)
			}
			return d, err
		})),
		kong.TypeMapper(reflect.TypeFor[time.Time](), valueOf(func(text string) (time.Time, error) {
			t, err := time.Parse(time.RFC3339, text)
			if err != nil {
				err = fmt.Errorf("%q is no instant: write it as 2020-10-07T13:17:02Z", text)
			}
			return t, err
		})),
		kong.TypeMapper(reflect.TypeFor[float64](), valueOf(func(text string) (float64, error) {
			f, err := strconv.ParseFloat(text, 64)
			if err != nil {
				err = fmt.Errorf("%q is no number: write it as 60 or 0.5", text)
			}
			return f, err
		})),
		kong.TypeMapper(reflect.TypeFor[uint64](), valueOf(func(text string) (uint64, error) {
			n, err := strconv.ParseUint(text, 10, 64)
			if err != nil {
				err = fmt.Errorf("%q is no whole number from 0 on", text)
			}
			return n, err
		})),
	}
}

// valueOf is a mapper of one type.
func valueOf[T any](read func(string) (T, error)) kong.MapperFunc {
	return func(ctx *kong.DecodeContext, target reflect.Value) error {
		token, err := ctx.Scan.PopValue("value")
		if err != nil {
			return err
		}
		value, err := read(fmt.Sprint(token.Value))
		if err == nil {
			target.Set(reflect.ValueOf(value))
		}
		return err
	}
}
