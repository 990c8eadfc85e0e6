// Runs the row rules of each table over a batch: one tight loop per rule, the rule's question inlined into it.
#include "rules/row_rules.h"
#include "rules/table_check.h"

namespace rollbook {
namespace {

template <Table const& T>
void ask(csv::Batch const& batch, Values const& values, Roster const& roster, Levels const& levels, RowFinding const& tell) {
  std::apply(
      [&](auto const&... rules) {
        auto const ask_one = [&](auto const& rule) {
          static RuleId const id = rule_of(rule.info);
          if (levels.of(id) == Severity::Off) return;
          auto const field = rule.blamed.empty() ? no_field : static_cast<std::uint8_t>(field_index(T, rule.blamed));
          for (std::uint32_t row = 0; row < batch.rows; ++row)
            if (rule.broken(Row<T>(batch, values, row, roster))) [[unlikely]]
              if (values.deleted.empty() || values.deleted[row] == 0) tell(id, row, field);
        };
        (ask_one(rules), ...);
      },
      row_rules<T>);
}

}  // namespace

void ask_row_rules(TableId table, csv::Batch const& batch, Values const& values, Roster const& roster, Levels const& levels, RowFinding const& tell) {
  switch (table) {
    case TableId::Orgs:
      return ask<orgs>(batch, values, roster, levels, tell);
    case TableId::AcademicSessions:
      return ask<academic_sessions>(batch, values, roster, levels, tell);
    case TableId::Courses:
      return ask<courses>(batch, values, roster, levels, tell);
    case TableId::Classes:
      return ask<classes>(batch, values, roster, levels, tell);
    case TableId::Users:
      return ask<users>(batch, values, roster, levels, tell);
    case TableId::Roles:
      return ask<roles>(batch, values, roster, levels, tell);
    case TableId::Enrollments:
      return ask<enrollments>(batch, values, roster, levels, tell);
    case TableId::LineItems:
      return ask<line_items>(batch, values, roster, levels, tell);
    case TableId::Results:
      return ask<results>(batch, values, roster, levels, tell);
    case TableId::LineItemLearningObjectiveIds:
      return ask<line_item_learning_objective_ids>(batch, values, roster, levels, tell);
    case TableId::ResultLearningObjectiveIds:
      return ask<result_learning_objective_ids>(batch, values, roster, levels, tell);
    default:
      return;  // no row rules
  }
}

}  // namespace rollbook
