// A delivery of one school with some pupils, written by hand.
#pragma once

#include <map>
#include <string>

namespace rollbook::test {

inline std::map<std::string, std::string> small_delivery(int pupils = 3, bool manifest = true) {
  std::map<std::string, std::string> files;
  files["orgs.csv"] = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nd,,,Oakfield,district,,\ns,,,Oak School,school,,d\n";
  auto& users = files["users.csv"];
  users =
      "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
      "agentSourcedIds,grades,password\n";
  for (int i = 0; i < pupils; ++i) {
    auto const n = std::to_string(i);
    users += "u" + n + ",,,true,s,student,pupil" + n + ",,Given" + n + ",Family" + n + ",,,,,,,05,\n";
  }
  if (!manifest) return files;
  auto& text = files["manifest.csv"];
  text = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n";
  for (auto const* const table : {"academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics", "enrollments",
                                  "lineItems", "orgs", "resources", "results", "users"})
    text += std::string("file.") + table + (files.count(std::string(table) + ".csv") > 0 ? ",bulk\n" : ",absent\n");
  text += "source.systemName,Test\nsource.systemCode,test\n";
  return files;
}

}  // namespace rollbook::test
