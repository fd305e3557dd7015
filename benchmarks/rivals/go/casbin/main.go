// Casbin: the rules are policy lines, one matcher reads their columns, and a line that matches denies.
// Columns are texts to Casbin, so numbers are compared by functions that are registered for that.
// Casbin stops at the first line that denies and names that one: the verdict is compared, and that
// the name is one of the expected. It tries every line.
package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/casbin/casbin/v3"
	"github.com/casbin/casbin/v3/model"

	"changepolicy/benchmarks/rivals/rows"
)

// A column that asks for nothing holds `*`. Equalities stand first: `&&` stops at the first that fails.
const conf = `
[request_definition]
r = service, team, requester, kind, environment, category, risk, day, hour, approvals, tests_passed, rollback_minutes, notice_hours

[policy_definition]
p = id, service, team, requester, kind, environment, category, risk, days, from, before, approvals, tests_passed, rollback_minutes, notice_hours, eft

[policy_effect]
e = !some(where (p.eft == deny))

[matchers]
m = (p.service == "*" || p.service == r.service) \
    && (p.team == "*" || p.team == r.team) \
    && (p.requester == "*" || p.requester == r.requester) \
    && (p.kind == "*" || p.kind == r.kind) \
    && (p.environment == "*" || p.environment == r.environment) \
    && (p.category == "*" || p.category == r.category) \
    && (p.risk == "*" || atLeast(r.risk, p.risk)) \
    && (p.days == "*" || among(r.day, p.days)) \
    && (p.from == "*" || atLeast(r.hour, p.from) && below(r.hour, p.before)) \
    && (p.approvals == "*" || below(r.approvals, p.approvals)) \
    && (p.tests_passed == "*" || p.tests_passed != r.tests_passed) \
    && (p.rollback_minutes == "*" || below(p.rollback_minutes, r.rollback_minutes)) \
    && (p.notice_hours == "*" || below(r.notice_hours, p.notice_hours))
`

func orAny(text string) string {
	if text == "" {
		return "*"
	}
	return text
}

func number(value int64) string { return strconv.FormatInt(value, 10) }

func line(rule rows.Rule) []string {
	when, must := rule.When, rule.Must
	risk, days, from, before := "*", "*", "*", "*"
	if when.RiskAtLeast != 0 {
		risk = number(when.RiskAtLeast)
	}
	if when.Days != nil {
		days = strings.Trim(strings.ReplaceAll(fmt.Sprint(when.Days), " ", ""), "[]")
	}
	if when.Hours != nil {
		from, before = number(when.Hours[0]), number(when.Hours[1])
	}
	demand := func(fact string) string {
		switch {
		case must.Fact != fact:
			return "*"
		case must.Is != nil:
			return strconv.FormatBool(*must.Is)
		case must.AtLeast != nil:
			return number(*must.AtLeast)
		default:
			return number(*must.AtMost)
		}
	}
	return []string{rule.ID, orAny(when.Service), orAny(when.Team), orAny(when.Requester),
		orAny(when.Kind), orAny(when.Environment), orAny(when.Category), risk, days, from, before,
		demand("approvals"), demand("tests_passed"), demand("rollback_minutes"),
		demand("notice_hours"), "deny"}
}

// compare makes a function for matchers of one that takes two numbers.
func compare(holds func(one, other int64) bool) func(...any) (any, error) {
	return func(arguments ...any) (any, error) {
		one, err := strconv.ParseInt(arguments[0].(string), 10, 64)
		if err != nil {
			return nil, err
		}
		other, err := strconv.ParseInt(arguments[1].(string), 10, 64)
		return holds(one, other), err
	}
}

func main() {
	var enforcer *casbin.Enforcer
	rows.Rival[[][]string, []any]{
		Engine:  "Casbin",
		Version: "casbin 3.10.0",
		Note:    "names one unmet rule, not all",
		OnlyOne: true,
		Translate: func(rules []rows.Rule) [][]string {
			var lines [][]string
			for _, rule := range rules {
				lines = append(lines, line(rule))
			}
			return lines
		},
		Load: func(lines [][]string) {
			parsed, err := model.NewModelFromString(conf)
			rows.Check(err)
			enforcer, err = casbin.NewEnforcer(parsed)
			rows.Check(err)
			enforcer.AddFunction("atLeast", compare(func(one, other int64) bool { return one >= other }))
			enforcer.AddFunction("below", compare(func(one, other int64) bool { return one < other }))
			enforcer.AddFunction("among", func(arguments ...any) (any, error) {
				return strings.Contains(arguments[1].(string), arguments[0].(string)), nil
			})
			_, err = enforcer.AddPolicies(lines)
			rows.Check(err)
		},
		Prepare: func(change rows.Change) []any {
			return []any{change.Service, change.Team, change.Requester, change.Kind,
				change.Environment, change.Category, number(change.Risk), number(change.Day),
				number(change.Hour), number(change.Approvals), strconv.FormatBool(change.TestsPassed),
				number(change.RollbackMinutes), number(change.NoticeHours)}
		},
		Decide: func(request []any) rows.Answer {
			allowed, why, err := enforcer.EnforceEx(request...)
			rows.Check(err)
			answer := rows.Answer{Denied: !allowed}
			if answer.Denied {
				answer.Unmet = why[:1]
			}
			return answer
		},
	}.Run()
}
