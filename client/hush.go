package client

import "reflect"

// hush takes the secrets out of every text of an answer, given a pointer to it: a server can put what it was sent into
// any member, and names reach results, reports and screens.
func (s *secrets) hush(answer any) { s.hushValue(reflect.ValueOf(answer)) }

func (s *secrets) hushValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		s.hushValue(v.Elem()) // that of nil is of no kind
	case reflect.Slice:
		for i := range v.Len() {
			s.hushValue(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				s.hushValue(v.Field(i))
			}
		}
	case reflect.String:
		v.SetString(s.name(v.String()))
	}
}
