#!/usr/bin/env bash
# People are added, given levels, listed, sent links, deactivated and activated by commands.
#
#   person_test.sh ROLLBOOK
. "$(dirname "$0")/told.sh"
has_link() { grep -qE '^/welcome/[A-Za-z0-9_-]{43}$' "$temp/told" || complain "there is no link"; }

told 2 person list
hints 'There are no rosters'
told 0 district add Oak
told 0 person list
hints 'Nobody signs in yet.'

told 0 person add Anna@Oak.Example 'Anna Berg'
says 'Anna Berg <anna@oak.example>'
says 'The password is set here, once, within 7 days:'
has_link
told 1 person add anna@oak.example 'Another Anna'
hints 'There is an account of anna@oak.example already.'
told 1 person add anna 'Anna Berg'
hints 'This is no e-mail address.'
told 2 person add ben@oak.example

told 0 person grant anna@oak.example --district Oak --level reporting --demographics
says '    reporting in Oak, with demographics'
told 0 person grant anna@oak.example --district 1 --level system
says '    system in Oak'
told 2 person grant anna@oak.example --district Oak --level boss
hints '--level is one of none, standard, reporting, enrollment, system, not "boss".'
told 1 person grant anna@oak.example --district Elm --level system
hints 'There is no district "Elm".'
told 1 person grant nobody@oak.example --district Oak --level system
hints 'There is nobody with the e-mail "nobody@oak.example".'

told 0 person add op@oak.example 'Olga Perez' --operator
says 'Olga Perez <op@oak.example>, operator'
told 0 person list
[ "$(cat "$temp/told")" = 'Anna Berg <anna@oak.example>
    system in Oak
Olga Perez <op@oak.example>, operator' ] || complain 'the list is another one'
told 0 person list --district Oak
[ "$(cat "$temp/told")" = 'Anna Berg <anna@oak.example>
    system in Oak' ] || complain 'the list of the district is another one'
told 0 person list --format json
python3 - "$temp/told" <<'PY' || complain 'the JSON is another one'
import json, sys
anna, olga = json.load(open(sys.argv[1]))
assert (anna["email"], anna["operator"], anna["active"], anna["last_seen"]) == ("anna@oak.example", False, True, None)
assert anna["holds"] == [{"district": "Oak", "organization": None, "level": "system", "demographics": False}]
assert olga["operator"] and olga["holds"] == [] and "welcome" not in olga
PY

told 0 person reset anna@oak.example --format json
python3 - "$temp/told" <<'PY' || complain 'the JSON of a link is another one'
import json, re, sys
told = json.load(open(sys.argv[1]))
assert re.fullmatch("/welcome/[A-Za-z0-9_-]{43}", told["welcome"]) and told["valid_days"] == 1
PY
told 0 person reset anna@oak.example
says 'The password is set here, once, within a day:'
has_link

told 0 person deactivate anna@oak.example
says 'Anna Berg <anna@oak.example>, deactivated'
says '    system in Oak'
told 1 person reset anna@oak.example
hints 'is deactivated'
told 1 person deactivate op@oak.example
hints 'op@oak.example is the only operator.'
told 0 person activate anna@oak.example
says 'Anna Berg <anna@oak.example>'
says '    system in Oak'
told 0 person grant anna@oak.example --district Oak --level none
told 0 person list --district Oak
says 'Nobody holds anything in this district.'
