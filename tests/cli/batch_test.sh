#!/usr/bin/env bash
# users.csv from the command line: where it may come, what is said of it, what it changes, and how it goes again.
#
#   batch_test.sh ROLLBOOK
. "$(dirname "$0")/told.sh"
cd "$temp"
header=schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,className
printf '%s\n' "$header" '0042,T100,teacher,Ada,Bell,ada.bell@school.example,,m3,Maths' '0042,300,student,Leena,Parath,leena@school.example,03,m3,Maths' \
  '42,310,student,Tom,Reed,,03,,' > users.csv

told 0 district add Oak
told 1 batch users.csv --district Oak
hints 'Batch Upload is not switched on for this district. Ask who operates the server'
told 0 district batch-upload Oak on
says 'Batch Upload is switched on for "Oak".'
told 1 batch users.csv --district Oak
hints 'The district has no organizations yet'
told 1 organization add 'Oak Elementary' --id 'no id' --district Oak
hints 'An id has 1 to 255 of the characters'
told 1 organization add 'Oak Elementary' --id 0042 --type shool --district Oak
hints 'The type is one of: '
told 0 organization add 'Oak Elementary' --id 0042 --district Oak
told 1 organization add 'Another' --id 0042 --district Oak
hints 'The id "0042" belongs to another organization already.'

# Headers refuse the file; rows are left out, and reported.
sed '1s/userRole/UserRole/' users.csv > wrong.csv
told 1 batch wrong.csv --district Oak
hints '"UserRole" has to be written exactly as "userRole"'
told 0 batch users.csv --district Oak --dry-run --errors report.csv
hints '1 error and 0 warnings in users.csv; 1 row is left out. The report is in report.csv.'
hints '  students                               1         0         0         0         1'
grep -qF '42,310,student,Tom,Reed,,03,,,"ERROR: schoolId is no school of the roster.' report.csv || complain 'the report does not say it'
[ "$(wc -l < report.csv)" = 4 ] || complain 'the report has not all rows'
told 1 show users 300 --district Oak
told 1 batch users.csv --district Oak --dry-run --errors report.csv
hints 'report.csv is there already; name another file.'

told 0 batch users.csv --district Oak
hints 'Run 2 (batch of Batch Upload). Applied, with warnings. The roster is at revision 2.'
told 0 batch users.csv --district Oak --format json
grep -q '"outcome":"no_changes"' told && grep -q '"students":{"created":0,"updated":0,"unchanged":1,"removed":0,"excluded":1}' told || complain 'the answer is another one'

# An id is corrected, and the whole can be downloaded and comes again without a change.
sed 's/,300,/,301,/' users.csv > corrected.csv
told 0 batch corrected.csv --district Oak
hints 'The id of a person is corrected: 300 becomes 301.'
told 0 users-file all.csv --district Oak
says '2 rows in all.csv.'
told 1 users-file all.csv --district Oak
told 0 batch all.csv --district Oak
hints 'No changes: the roster says the same already.'
told 0 undo 2 --district Oak
told 1 show users T100 --district Oak --revision 3000
told 2 batch --district Oak
told 2 batch nothing.csv --district Oak
told 1 sync users.csv --district Oak --source 'Batch Upload'
hints 'takes no deliveries'
told 0 verify
