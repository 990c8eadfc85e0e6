# Makes build/ui/ui_files.cc of what the portal's pages are made of: templates as they are, everything that a browser fetches also packed by gzip.
# cmake -DUI=… -DOUT=… -P embed_ui.cmake
cmake_policy(VERSION 3.25)

set(asm "")
set(table "")
set(number 0)

# NAME as templates and addresses know it; FILE on the disk; KIND: "template" or the content type of an asset.
function(embed name file kind)
  file(SHA256 ${file} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  string(APPEND asm "EMBED(plain_${number}, \"${file}\")  // ${hash}\n")
  if(kind STREQUAL "template")
    set(packed_words "{}")
  else()
    execute_process(COMMAND gzip -9nc ${file} OUTPUT_FILE ${OUT}/${number}.gz RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR "gzip could not pack ${file}")
    endif()
    string(APPEND asm "EMBED(packed_${number}, \"${OUT}/${number}.gz\")\n")
    set(packed_words "bytes_of(packed_${number}_begin, packed_${number}_end)")
  endif()
  string(APPEND table "      {\"${name}\", \"${kind}\", \"${hash}\", bytes_of(plain_${number}_begin, plain_${number}_end), ${packed_words}},\n")
  math(EXPR number "${number} + 1")
  set(asm "${asm}" PARENT_SCOPE)
  set(table "${table}" PARENT_SCOPE)
  set(number ${number} PARENT_SCOPE)
endfunction()

file(GLOB templates RELATIVE ${UI} ${UI}/*.html ${UI}/pages/*.html ${UI}/parts/*.html ${UI}/letters/*.html ${UI}/letters/*.txt)
list(SORT templates)
foreach(template ${templates})
  embed(${template} ${UI}/${template} "template")
endforeach()

# What browsers fetch: ours, then what npm brought.
set(type_of.css "text/css; charset=utf-8")
set(type_of.js "text/javascript; charset=utf-8")
set(type_of.svg "image/svg+xml")
foreach(kind "style/*.css" "script/*.js" "image/*.svg")
  file(GLOB files ${UI}/${kind})
  list(SORT files)
  foreach(file ${files})
    get_filename_component(name ${file} NAME)
    get_filename_component(ending ${file} LAST_EXT)
    embed(${name} ${file} "${type_of${ending}}")
  endforeach()
endforeach()
embed(tabler.css ${UI}/node_modules/@tabler/core/dist/css/tabler.min.css "${type_of.css}")
embed(uplot.css ${UI}/node_modules/uplot/dist/uPlot.min.css "${type_of.css}")
embed(htmx.js ${UI}/node_modules/htmx.org/dist/htmx.min.js "${type_of.js}")
embed(uplot.js ${UI}/node_modules/uplot/dist/uPlot.esm.js "${type_of.js}")

file(WRITE ${OUT}/ui_files.cc "// Made by tools/embed_ui.cmake.
#include \"web/ui_files.h\"

// clang-format off
#define EMBED(name, file)                                                              \\
  __asm__(\".section .rodata\\n.balign 16\\n\" #name \"_begin:\\n.incbin \\\"\" file \"\\\"\\n\" #name \"_end:\\n.byte 0\\n.previous\\n\"); \\
  extern \"C\" char const name##_begin[], name##_end[];

${asm}
namespace rollbook::web {
namespace {
std::string_view bytes_of(char const* begin, char const* end) { return {begin, static_cast<std::size_t>(end - begin)}; }
}  // namespace

std::span<UiFile const> ui_files() {
  static UiFile const files[] = {
${table}  };
  return files;
}

}  // namespace rollbook::web
")
