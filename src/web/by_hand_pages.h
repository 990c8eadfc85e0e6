// Pages on which records are changed by hand: for who has the level Enrollment at the schools of the record.
#pragma once

#include "web/page.h"

namespace rollbook::web {

// edit_record.cc, edit_id.cc
Answer edit_record(Visit& visit);
Answer save_record(Visit& visit);
Answer edit_id(Visit& visit);
Answer save_id(Visit& visit);

// add_by_hand.cc: to each of the lists below.
Answer add_by_hand(Visit& visit);
Answer save_by_hand(Visit& visit);

// class_members.cc: of a class, or of a person.
Answer class_members(Visit& visit);
Answer change_class_members(Visit& visit);
Answer restore_person(Visit& visit);

// lists.cc
Answer list_students(Visit& visit);
Answer list_staff_by_hand(Visit& visit);
Answer list_classes(Visit& visit);

// bulk.cc: of each of these lists.
Answer change_many(Visit& visit);
Answer do_change_many(Visit& visit);

// identifiers.cc: of the whole district.
Answer identifiers(Visit& visit);

// enrollment.cc: where one comes in. inbox.cc
Answer enrollment(Visit& visit);
Answer inbox(Visit& visit);
Answer settle_inbox(Visit& visit);

}  // namespace rollbook::web
