#include "sync/known_by.h"

namespace rollbook {
namespace {

constexpr std::string_view names[] = {"givenName", "familyName"}, identifier[] = {"identifier"}, master[] = {"userMasterIdentifier"}, user_ids[] = {"userIds"},
                           name[] = {"name"}, title[] = {"title"}, course_code[] = {"courseCode"}, class_code[] = {"classCode"};
constexpr KnownBy people[] = {names, identifier, master, user_ids}, organizations[] = {name, identifier}, courses_[] = {title, course_code},
                  classes_[] = {title, class_code}, titled[] = {title};

}  // namespace

std::span<KnownBy const> known_by(TableId table) {
  switch (table) {
    case TableId::Users:
      return people;
    case TableId::Orgs:
      return organizations;
    case TableId::Courses:
      return courses_;
    case TableId::Classes:
      return classes_;
    case TableId::AcademicSessions:
    case TableId::Categories:
    case TableId::LineItems:
    case TableId::Resources:
    case TableId::ScoreScales:
      return titled;
    default:
      return {};
  }
}

}  // namespace rollbook
